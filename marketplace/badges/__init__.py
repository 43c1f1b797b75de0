"""What was checked of a member: by whom, when and how, read from where it is kept, and gone with it."""
