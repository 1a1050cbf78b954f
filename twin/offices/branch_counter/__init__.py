"""How this office decides, one file a service: a file's DESK is found by its place."""
