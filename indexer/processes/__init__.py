"""Child processes, and how much of the machine they take."""
