"""評価: what the parties of a completed contract say of each other."""
