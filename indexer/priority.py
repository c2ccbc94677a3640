"""How urgent the work of a child process is."""

import os

_NICENESS = 19  # the lowest: three children at 10 take a quarter of a core from the screen, at 19 a twentieth


def give_way() -> None:
    """Let whatever a person does at the machine come first; where nobody does anything this costs nothing."""
    if os.name == "posix":
        os.nice(_NICENESS)
