"""What members can do and have done."""
