"""A public log in which nothing is changed or taken out unnoticed: a Merkle tree as RFC 6962 describes it."""
