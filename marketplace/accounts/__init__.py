"""Who signs in (account) and who it is (member): registering, addresses, passwords, sessions."""
