"""The tokens that programs identify themselves with: random, kept as hashes in the library, each with a role."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from db.errors import UsageError
from db.library import Library
from db.paths import display_text

_SETTING = "api-tokens"
_N_BYTES = 32  # of chance in a token: nobody can guess one, so that a plain hash hides it
_PREFIX = "earmark_"  # by which programs that look for leaked secrets know one
_NAME = re.compile(r"[\w.-]{1,40}", re.ASCII)


class Role(StrEnum):
    """What a token may do: a reader asks, an editor also rates, tags and collects."""

    READER = "reader"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Token:
    """One token, without its secret.

    Attributes:
        name: Of the person or program that has it.
        sha256: Of the secret, in hexadecimal digits.
        added_at: In UTC, as ISO 8601 has it.
    """

    name: str
    role: Role
    sha256: str
    added_at: str


def read_tokens(library: Library) -> list[Token]:
    """Return the tokens of a library, by name."""
    stored = json.loads(library.setting(_SETTING) or "[]")
    return [Token(one["name"], Role(one["role"]), one["sha256"], one["added_at"]) for one in stored]


def add_token(library: Library, name: str, role: Role) -> str:
    """Make a token and return its secret, which is kept nowhere.

    Raises:
        UsageError: The name cannot be one, or is taken.
        LibraryBusyError: Another process is writing the library.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("The name of a token has up to 40 letters, digits, dots and dashes, such as: studio-pc")
    secret = _PREFIX + secrets.token_urlsafe(_N_BYTES)
    with library.edits() as edits:
        tokens = read_tokens(library)
        if any(token.name == name for token in tokens):
            raise UsageError(f"There is a token {name} already. To replace it: earmark api token remove {name}")
        added_at = datetime.now(UTC).isoformat(timespec="seconds")
        tokens.append(Token(name, role, _hash(secret), added_at))
        edits.set_setting(_SETTING, _as_json(tokens))
    return secret


def remove_token(library: Library, name: str) -> None:
    """Remove a token; servers that run refuse it from its next request on.

    Raises:
        UsageError: There is no such token.
        LibraryBusyError: Another process is writing the library.
    """
    with library.edits() as edits:
        tokens = read_tokens(library)
        kept = [token for token in tokens if token.name != name]
        if len(kept) == len(tokens):
            raise UsageError(f"There is no token {display_text(name)}. See all with: earmark api token list")
        edits.set_setting(_SETTING, _as_json(kept))


def find_token(tokens: Sequence[Token], secret: str) -> Token | None:
    """Return the token of a secret; takes as long for a wrong one, whatever is wrong with it."""
    wanted = _hash(secret)
    found = None
    for token in tokens:
        if hmac.compare_digest(token.sha256, wanted):
            found = token
    return found


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _as_json(tokens: Sequence[Token]) -> str:
    return json.dumps([asdict(token) for token in sorted(tokens, key=lambda one: one.name)])
