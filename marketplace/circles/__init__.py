"""How members are connected through others, and whom they may know."""
