"""Signing in, registering, addresses and passwords."""
