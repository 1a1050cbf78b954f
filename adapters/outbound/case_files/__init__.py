"""Offices that keep a case file a request: the wire they share, JSON over HTTP Basic (docs/systems/case_files.md)."""
