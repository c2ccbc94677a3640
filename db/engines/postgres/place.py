"""The address of a library on a PostgreSQL server, which never holds a password."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from db.errors import UsageError
from db.paths import display_text

SCHEMES = ("postgresql+psycopg", "postgresql", "postgres")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")  # two letters or more: C:// is a drive
_EXAMPLE = "postgresql+psycopg://USER@HOST/DATABASE"
_SECRETS = ("password", "secret")  # parts of options of libpq, such as sslpassword
_WHERE_TO_PUT_IT = (
    "An address with a password in it stays in the history of the shell and shows in the list of processes. "
    "Leave the password out, and put it in ~/.pgpass (HOST:5432:DATABASE:USER:PASSWORD, chmod 600), "
    "a service file, or PGPASSWORD."
)


@dataclass(frozen=True)
class ServerPlace:
    """Where a library lies on a server.

    Attributes:
        url: ``postgresql+psycopg://user@host:port/database?sslmode=verify-full``; what it leaves out comes from where
            libpq looks: environment, ``.pgpass``, service files.
        local_folder: Where this machine keeps caches and logs for libraries on servers, a folder for each.
    """

    url: str
    local_folder: Path

    def __str__(self) -> str:
        return display_text(self.url)


LibraryPlace: TypeAlias = Path | ServerPlace
"""Where a library lies: its folder, or its address on a server."""


def is_server_url(text: str) -> bool:
    """Say whether a text is meant as the address of a server, perhaps of another kind, and not as a folder."""
    return _SCHEME.match(text) is not None


def parse_place(text: str, local_folder: Path) -> ServerPlace:
    """Read the address of a library on a server.

    Raises:
        UsageError: It holds a password, or is no address. The text is not repeated, since it may hold a password.
    """
    scheme, _, rest = text.partition("://")
    try:
        parts = urlsplit(f"postgresql://{rest}")
        given = (
            [name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)]
            if parts.query
            else []
        )
        has_password = parts.password is not None or any(word in name for name in given for word in _SECRETS)
        _ = parts.port
    except ValueError:
        raise UsageError(f"That is no address of a server. It looks like {_EXAMPLE}") from None
    if scheme.lower() not in SCHEMES or parts.fragment or "@" in parts.path:
        raise UsageError(f"That is no address of a server. It looks like {_EXAMPLE}")
    if has_password:
        raise UsageError(_WHERE_TO_PUT_IT)
    return ServerPlace(f"{SCHEMES[0]}://{rest}", local_folder)
