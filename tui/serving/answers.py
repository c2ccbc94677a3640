"""Answers and refusals as JSON: plain ASCII, with nothing in a text that steers a screen."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import Response

from db.errors import (
    EarmarkError,
    LibraryBusyError,
    LibraryReadOnlyError,
    ProblemError,
    SoundError,
    UsageError,
)
from tui.serving.sound_files import NoFileError, UnknownSoundError
from tui.workspace.fault_log import describe_fault
from tui.workspace.json_output import printable

_STATUS = (  # the first that fits
    (UnknownSoundError, 404),
    (NoFileError, 409),
    (UsageError, 400),
    (LibraryReadOnlyError, 403),
    (LibraryBusyError, 503),
    (SoundError, 409),
    (ProblemError, 503),  # the library was replaced or its server is away
)
_MOST_LETTERS = 300  # of a sentence about a value
_WHAT_IS_WRONG = {  # by type of error, where the words of pydantic are for programmers
    "extra_forbidden": "There is no such value here. All of them are in /openapi.json",
    "string_pattern_mismatch": "A sound is named by the id that a search returned, or by its audio_hash",
}
_SPACES = re.compile(r"\s+")


class Refusal(Exception):  # noqa: N818 (not a fault of ours)
    """A request is refused; its text is one sentence for who asked.

    Attributes:
        status: Of HTTP.
        headers: That the answer has.
    """

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return an answer as JSON."""
    return Response(json_text(value), status, headers, media_type="application/json")


def json_text(value: Any) -> str:
    """Write an answer on one line."""
    text = _write(value)
    # A text that is not shown as it is has an escape; to look at each by itself takes as long as a search.
    return _write(printable(value)) if "\\" in text or "\x7f" in text else text


def _write(value: Any) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def refuse(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    """Return one sentence that says why there is no other answer."""
    return json_response({"error": sentence}, status, headers)


def error_response(error: Exception) -> Response:
    """Return the answer to a request that failed; the traceback of an unforeseen error goes to the log of faults."""
    if isinstance(error, Refusal):
        return refuse(error.status, str(error), error.headers)
    headers = {"Retry-After": "2"} if isinstance(error, LibraryBusyError) else None
    return refuse(error_status(error), error_sentence(error), headers)


def error_status(error: Exception) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_sentence(error: Exception) -> str:
    """Return one sentence about an error; who asks from elsewhere is not told what went wrong inside."""
    if isinstance(error, EarmarkError | Refusal):
        return _SPACES.sub(" ", str(error)).strip()
    describe_fault(error)
    return "Something went wrong inside earmark. Nothing is lost; the log of faults on its machine says more."


def validation_sentence(errors: Sequence[Mapping[str, Any]]) -> str:
    """Return one sentence about the first value that is not as it should be, without the value."""
    first = errors[0]
    where = ".".join(
        map(str, first["loc"][1:] if first["loc"][:1] in {("query",), ("path",), ("body",)} else first["loc"])
    )
    if first["type"] == "json_invalid":
        return "The body is not JSON."
    what = _WHAT_IS_WRONG.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{where}: {what}."[:_MOST_LETTERS] if where else f"{what}."
