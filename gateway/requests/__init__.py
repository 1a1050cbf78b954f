"""Things citizens ask for: recorded durably, carried to the office that decides, followed until they are closed."""
