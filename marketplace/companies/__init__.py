"""Companies: what is found before it is registered again, who belongs to one, and how that was shown."""
