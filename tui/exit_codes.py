"""What a script learns from how earmark ended."""

from enum import IntEnum

from db.errors import EarmarkError, UsageError


class ExitCode(IntEnum):
    """Every code that earmark ends with."""

    OK = 0
    NOTHING_FOUND = 1
    USAGE = 2
    PROBLEM = 3  # the library, a model or a file is not fit for use
    INTERRUPTED = 130  # Ctrl-C, as shells have it: 128 + SIGINT


def exit_code_of(error: EarmarkError) -> ExitCode:
    return ExitCode.USAGE if isinstance(error, UsageError) else ExitCode.PROBLEM
