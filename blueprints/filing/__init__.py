"""書類: the notices of all contracts of a member, to be found by date, amount and partner."""
