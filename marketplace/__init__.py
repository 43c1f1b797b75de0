"""What the marketplace is and does; it knows no HTTP."""
