"""取引: the list, the page of a contract with its timeline, and every deed on the way to its end."""
