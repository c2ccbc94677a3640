"""What a person is told of an exception that nobody foresaw; its traceback goes to a file."""

import contextlib
import traceback

from db.paths import display_text
from tui import settings


def describe_fault(error: Exception) -> str:
    """Write the traceback to the log of faults; return one sentence that says what happened and where to look."""
    log = settings.fault_log()
    with contextlib.suppress(OSError):  # a full disk may be what went wrong
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return (
        f"Something went wrong inside earmark ({what}). Nothing is lost; if it happens again, please report it with "
        f"what is in {display_text(log)}"
    )
