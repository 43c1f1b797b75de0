"""Skills, qualifications, careers and hobbies: what a member can do and has done."""
