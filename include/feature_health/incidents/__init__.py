"""What is wrong now: incidents as values and how they open, grow and end. Pure; must not know who is told or how."""
