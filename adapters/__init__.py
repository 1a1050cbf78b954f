"""One package a legacy system, strangers to each other, on the shared ground of `outbound`."""
