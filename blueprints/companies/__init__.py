"""Companies: 会社名で探す, registering one, its page, belonging to it."""
