"""How this office's forms say what is asked of it, one file a service: a file's FORM is found by its place."""
