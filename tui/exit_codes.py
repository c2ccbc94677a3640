"""Exit codes."""

from enum import IntEnum

from db.errors import EarmarkError, UsageError


class ExitCode(IntEnum):
    """All exit codes of earmark."""

    OK = 0
    NOTHING_FOUND = 1
    USAGE = 2
    PROBLEM = 3  # with the library, a model or a file
    INTERRUPTED = 130  # Ctrl-C, as shells have it: 128 + SIGINT


def exit_code_of(error: EarmarkError) -> ExitCode:
    return ExitCode.USAGE if isinstance(error, UsageError) else ExitCode.PROBLEM
