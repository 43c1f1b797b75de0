"""Who follows whom, and who are friends."""
