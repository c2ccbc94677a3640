"""How urgent the work of a child process is."""

import os

LOWEST = 19  # three children at 10 take a quarter of a core from the screen, at 19 a twentieth
# For the one child that the others work for: beside two at 19 it has a core of two to itself, and is never waited for.
LOW = 10


def lower_priority(niceness: int = LOWEST) -> None:
    """Let whatever a person does at the machine come first; where nobody does anything this costs nothing."""
    if os.name == "posix":
        os.nice(niceness)
