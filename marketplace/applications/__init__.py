"""Answers to jobs, of a worker alone or of a team."""
