"""What PostgreSQL and the way to it report, as sentences without passwords."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from db.engines.postgres.place import ServerPlace
from db.errors import LibraryBusyError, LibraryConflictError, LibraryError, LibraryReadOnlyError
from db.paths import display_text

_BUSY = "is held by somebody else. Try again in a moment."
_CONFLICT = "was changed by somebody else at the same moment, so this change was not made. Try again."
_GONE = "went away while it was used: the server was stopped, or the network fails. Try again."
_NOT_YOURS = (
    "does not let you do that: your role may not. Whoever looks after it can give you another one: "
    "earmark library init --help"
)
# by SQLSTATE, whole or its class
_ADVICE: dict[str, tuple[type[LibraryError], str]] = {
    "40001": (LibraryConflictError, _CONFLICT),
    "40P01": (LibraryConflictError, _CONFLICT),
    "23503": (LibraryConflictError, _CONFLICT),  # a folder or sound that is gone
    "23505": (LibraryConflictError, _CONFLICT),  # a name that is taken now
    "55P03": (LibraryBusyError, _BUSY),
    "54000": (LibraryError, "holds no name or path as long as this one: 2,700 bytes are the most."),  # of an index
    "57014": (LibraryBusyError, "took too long to answer. Try again, or ask whoever looks after the server."),
    "42501": (LibraryReadOnlyError, _NOT_YOURS),
    "25006": (LibraryReadOnlyError, "is read-only, so it cannot be changed. Searching it works."),
    "42P01": (LibraryError, "lacks a table. To make or upgrade it: earmark library init ADDRESS"),
    "53100": (LibraryError, "cannot grow: the server's disk is full."),
    "53200": (LibraryBusyError, "has no memory left for this. Try again in a moment."),
    "53300": (LibraryBusyError, "has too many connections. Try again when somebody has left."),
    "57P03": (LibraryBusyError, "is starting or stopping. Try again in a moment."),
    "57": (LibraryError, _GONE),
    "08": (LibraryError, _GONE),
    "XX001": (LibraryError, "is damaged on the server. Bring back a backup of the server."),
    "XX002": (LibraryError, "has a damaged index on the server. Run there: REINDEX DATABASE"),
}
# The way to a server has no codes, only texts of libpq, which are English where the server's are not.
_CONNECTING = (
    (r"no password supplied", "wants a password. Put it in ~/.pgpass (HOST:5432:DATABASE:USER:PASSWORD, chmod 600)."),
    (r"password authentication failed|authentication failed", "does not accept this user and password. Check both."),
    (
        r'role "[^"]*" does not exist|no pg_hba.conf entry',
        "does not know this user, or not from this machine. Check the user, or ask whoever looks after the server.",
    ),
    (r'database "[^"]*" does not exist', "has no such database. Make it there: CREATE DATABASE NAME"),
    (
        r"could not translate host name|Name or service not known|failed to resolve",
        "has a host that is not known. Check the address.",
    ),
    (r"timeout expired|timed out", "does not answer. Check the network, the host and the port."),
    (
        r"refused|No such file or directory|No route|unreachable",
        "cannot be reached: nothing answers at this address. Check it, or whether the server runs.",
    ),
    (
        r"certificate|SSL|TLS",
        "cannot be reached safely: its certificate, or the lack of one, does not fit. Check sslmode and sslrootcert.",
    ),
    (r"too many connections|remaining connection slots", "has too many connections. Try again when somebody has left."),
    (r"starting up|shutting down|recovery mode", "is starting or stopping. Try again in a moment."),
    (r"definition of service", "is asked for by a service that no service file describes. Check its name."),
    (
        r"invalid (connection option|URI query parameter)|invalid sslmode",
        "has an option that is not known to libpq. Check what stands behind the question mark.",
    ),
)


@contextmanager
def explained(place: ServerPlace) -> Iterator[None]:
    """Turn errors of the server, and of the way to it, into one sentence for the user."""
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        kind, advice = _explain(error.orig if isinstance(error, DBAPIError) else error)
        if kind is None:
            raise
        # from None: the chain would show statements and their values in logs
        raise kind(f"The library at {place} {advice}") from None
    except PoolTimeoutError:
        raise LibraryBusyError(f"The library at {place} is asked too much at once. Try again in a moment.") from None


def _explain(error: BaseException | None) -> tuple[type[LibraryError] | None, str]:
    code = getattr(error, "sqlstate", None)
    if code is not None:
        return _ADVICE.get(code) or _ADVICE.get(code[:2]) or (None, "")
    text = str(error)
    for pattern, advice in _CONNECTING:
        if re.search(pattern, text):
            return LibraryError, advice
    if isinstance(error, psycopg.OperationalError):  # the connection was lost
        return LibraryError, _GONE
    if isinstance(error, psycopg.ProgrammingError):  # options that are none
        return LibraryError, f"cannot be opened: {display_text(text.splitlines()[0])}"
    return None, ""
