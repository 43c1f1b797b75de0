"""データの書き出しと退会: pages about taking one's data along, leaving, and coming back."""
