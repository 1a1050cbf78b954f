"""What speaks HTTP: the endpoint, who calls, health, and the layers around them."""
