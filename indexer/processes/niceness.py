"""Priorities of child processes."""

import os

LOWEST = 19  # three children at 10 take a quarter of a core from the screen, at 19 a twentieth
# For the one child that the others work for: beside two at 19 it has a core of two to itself, and is never waited for.
LOW = 10


def lower_priority(niceness: int = LOWEST) -> None:
    """Lower the priority of this process; on an idle machine this costs nothing."""
    if os.name == "posix":
        os.nice(niceness)
