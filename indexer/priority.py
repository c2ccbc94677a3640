"""How urgent the work of a child process is."""

import os

_NICENESS = 10


def give_way() -> None:
    """Let whatever a person does at the machine come first; where nobody does anything this costs nothing."""
    if os.name == "posix":
        os.nice(_NICENESS)
