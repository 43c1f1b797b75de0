"""The audit trail: what moderators and the program did with what is others', in a chain that shows every change."""
