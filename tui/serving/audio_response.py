"""A sound file as an answer, or the part of it that was asked for (RFC 9110, 14)."""

import re
from collections.abc import AsyncIterator, Mapping

from anyio.to_thread import run_sync
from fastapi.responses import Response, StreamingResponse

from tui.serving.sound_files import OpenSound

_PIECE_BYTES = 1 << 16
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_TYPES = {
    b"wav": "audio/wav",
    b"wave": "audio/wav",
    b"aif": "audio/aiff",
    b"aiff": "audio/aiff",
    b"flac": "audio/flac",
    b"mp3": "audio/mpeg",
    b"ogg": "audio/ogg",
    b"opus": "audio/ogg",
    b"m4a": "audio/mp4",
}


def audio_response(sound: OpenSound, headers: Mapping[str, str], *, has_body: bool) -> Response:
    """Return a sound, or the one range of it that a request asks for; several ranges at once are answered with all.

    Args:
        sound: Open; it is closed when the answer is sent.
        headers: Of the request.
        has_body: False for HEAD.
    """
    size = sound.size_bytes
    etag = f'"{sound.version}"'
    ending = sound.place.relpath.rpartition(b".")[2].lower()
    own = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in headers.get("if-none-match", ""):
        sound.file.close()
        return Response(status_code=304, headers=own)
    asked = headers.get("range") if headers.get("if-range", etag) == etag else None
    span = _read_range(asked, size)
    if span is None:
        sound.file.close()
        return Response(status_code=416, headers={**own, "Content-Range": f"bytes */{size}"})
    first, n_bytes = span
    is_part = asked is not None and n_bytes < size
    if is_part:
        own["Content-Range"] = f"bytes {first}-{first + n_bytes - 1}/{size}"
    own["Content-Length"] = str(n_bytes)
    if not has_body:
        n_bytes = 0
    return StreamingResponse(
        _pieces(sound, first, n_bytes),
        status_code=206 if is_part else 200,
        headers=own,
        media_type=_TYPES.get(ending, "application/octet-stream"),
    )


def _read_range(asked: str | None, size: int) -> tuple[int, int] | None:
    """Return where a range begins and its length: all of the file for a form that is unknown, None if it is empty."""
    match = _RANGE.fullmatch(asked or "")
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:  # the last bytes
        n_bytes = min(int(last), size)
        return (size - n_bytes, n_bytes) if n_bytes else None
    begin, end = int(first), min(int(last or size), size - 1)
    if last and int(last) < begin:
        return 0, size  # no range at all
    return (begin, end + 1 - begin) if begin < size else None


async def _pieces(sound: OpenSound, first: int, n_bytes: int) -> AsyncIterator[bytes]:
    """Read what was asked for in a thread, piece by piece; a file that became shorter ends the answer early."""
    with sound.file as file:
        if n_bytes:
            await run_sync(file.seek, first)
        while n_bytes > 0:
            piece = await run_sync(file.read, min(_PIECE_BYTES, n_bytes))
            if not piece:
                return
            n_bytes -= len(piece)
            yield piece
