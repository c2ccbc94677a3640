"""Who may ask: tokens, roles and rates."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from db.library import Library
from tui.serving.answers import Refusal
from tui.serving.rate_limit import RateLimit
from tui.serving.tokens import Role, Token, find_token, read_tokens

_SCHEME = HTTPBearer(auto_error=False, description="From: earmark api token add NAME --role reader")
_NO_TOKEN = "Send a token, as: Authorization: Bearer TOKEN. To make one: earmark api token add NAME"  # noqa: S105
_ASK_FOR_TOKEN = {"WWW-Authenticate": "Bearer"}


class Access:
    """Check tokens against those of the library, as they are now.

    Args:
        library: Open library.
        per_second: Requests of one token.
    """

    def __init__(self, library: Library, per_second: float) -> None:
        self._library = library
        self._rate = RateLimit(per_second)

    def reader(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)]
    ) -> Token:
        """Return the token of a request.

        Raises:
            Refusal: It has none that is known, or made too many.
        """
        token = self.check(None if given is None else given.credentials)
        request.state.token = token.name
        self.count(token)
        return token

    def editor(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)]
    ) -> Token:
        """Return the token of a request that changes something; errors as of `reader`."""
        token = self.reader(request, given)
        if token.role is not Role.EDITOR:
            raise Refusal(403, "This token is a reader's. To change something, use one with the role editor.")
        return token

    def check(self, secret: str | None) -> Token:
        """Return the token of a secret.

        Raises:
            Refusal: There is none.
        """
        token = None if secret is None else find_token(read_tokens(self._library), secret)
        if token is None:
            raise Refusal(401, _NO_TOKEN, _ASK_FOR_TOKEN)
        return token

    def count(self, token: Token) -> None:
        """Count one request of a token.

        Raises:
            Refusal: It made too many.
        """
        refuse_if_too_many(self._rate.take(token.name))


def refuse_if_too_many(seconds: int) -> None:
    """Refuse a request that comes too soon.

    Raises:
        Refusal: It does.
    """
    if seconds:
        unit = "second" if seconds == 1 else "seconds"
        raise Refusal(
            429, f"Too many requests. The next one is welcome in {seconds} {unit}.", {"Retry-After": str(seconds)}
        )
