"""Every error that earmark raises on purpose; its text is one sentence for the user, with the next step.

::

    EarmarkError
    ├── UsageError          the request cannot be understood (exit code 2)
    │   └── QueryError      a filter in a query line
    └── ProblemError        the library, a model or a file is not fit for use (exit code 3)
        ├── LibraryError    missing, damaged, or of an unknown schema
        │   ├── LibraryBusyError
        │   │   └── LibraryConflictError
        │   ├── LibraryReadOnlyError
        │   ├── LibraryDamagedError
        │   └── LibraryReplacedError
        ├── ModelError      an encoder cannot be loaded or failed its self-test
        └── SoundError      one audio file cannot be read
"""

import errno


class EarmarkError(Exception):
    """Base of all expected errors; ``str(error)`` is shown to the user as it is."""


class UsageError(EarmarkError):
    """The request cannot be understood; the text shows the right form."""


class QueryError(UsageError):
    """A query line holds a filter that cannot be read."""


class ProblemError(EarmarkError):
    """Something on disk is not fit for use."""


class LibraryError(ProblemError):
    """A library is missing, damaged, or of a schema that this version does not know."""


class LibraryBusyError(LibraryError):
    """Another process is writing this library."""


class LibraryConflictError(LibraryBusyError):
    """Two changes met on a server, and this one was not made; made again, it can succeed."""


class LibraryReadOnlyError(LibraryError):
    """The folder of the library cannot be written."""


class LibraryDamagedError(LibraryError):
    """The database holds what SQLite cannot read, or what contradicts itself."""


class LibraryReplacedError(LibraryError):
    """The library was replaced while it was open, as by a backup that was brought back."""


class ModelError(ProblemError):
    """An encoder cannot be loaded, or it failed its self-test."""


class SoundError(ProblemError):
    """One audio file cannot be read.

    Attributes:
        code: Stable word for scripts, such as ``"empty"`` or ``"too-many-channels"``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def system_reason(error: OSError) -> str:
    """Return what the system said, to stand within a sentence."""
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    return (error.strerror or str(error) or "unknown error").lower()
