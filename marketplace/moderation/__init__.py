"""What is shown to the moderators: reports of members, and what the program noticed by itself."""
