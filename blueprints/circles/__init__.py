"""The picture of one's own circle."""
