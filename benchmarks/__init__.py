"""What must be fast, measured beside the alternatives; never part of the tests."""
