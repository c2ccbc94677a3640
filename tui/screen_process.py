"""Set up a process that draws: what runs beside the screen must not hold it up."""

import gc
import sys

_SWITCH_SECONDS = 0.001  # for which a thread that searches or listens may keep the one that draws waiting
# Of the collector. As Python sets it, a look through all that lives, 40 ms, comes at every tenth page of the list.
_THRESHOLDS = (7_000, 10, 40)


def prepare() -> None:
    """Call once, before the app is imported: the collector alone takes a fifth of that time."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.disable()


def settle() -> None:
    """Call when much was loaded that stays: to look through all of it again stops the screen for 80 ms."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
