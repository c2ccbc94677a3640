"""Exceptions as sentences for the user; the traceback of an unexpected one goes to a log file."""

import contextlib
import traceback

from db.errors import EarmarkError
from db.paths import display_text
from tui import settings


def error_text(error: BaseException) -> str:
    """Return a sentence about an error; the traceback of an unexpected error is logged."""
    if isinstance(error, EarmarkError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return describe_fault(error)


def describe_fault(error: BaseException) -> str:
    """Write the traceback of an error to the log; return a sentence that names the error and the log."""
    log = settings.fault_log()
    with contextlib.suppress(OSError):  # the error may be a full disk
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return (
        f"Something went wrong inside earmark ({what}). Nothing is lost; if it happens again, please report it with "
        f"what is in {display_text(log)}"
    )
