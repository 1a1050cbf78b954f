"""Offices that keep a case file a request: docs/systems/case_files.md."""
