"""秘密保持の合意: an individual agreement between those who take part in a contract."""
