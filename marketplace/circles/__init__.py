"""People one may know, how two members are connected, and the picture of one's own circle."""
