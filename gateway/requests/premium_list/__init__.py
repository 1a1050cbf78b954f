"""Premium lists (service 15): read from an employer's pair of DBF files, checked, posted to the workshop's branch."""
