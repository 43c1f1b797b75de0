"""ワーカーを探す: what was asked, what was found, and what else could be asked."""
