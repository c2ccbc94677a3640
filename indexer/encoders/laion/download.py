"""Fetch a file over the network, once, because the user asked for it: resumed after a cut, and checked at its end."""

import http.client
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from db.errors import ModelError
from db.paths import display_text
from indexer.encoders.laion.sources import Source

Opener: TypeAlias = Callable[..., Any]  # as urllib.request.urlopen
OnBytes: TypeAlias = Callable[[str, int, int], None]  # file name, bytes here, bytes in all; 0 where unknown

_BLOCK_BYTES = 1 << 20
_SECONDS_TO_ANSWER = 30.0
_N_TRIES = 4
_SECONDS_BETWEEN = 2.0
_PARTIAL = 206


def fetch(
    source: Source,
    folder: Path,
    *,
    on_bytes: OnBytes = lambda *_: None,
    spare_bytes: int = 0,
    opener: Opener = urllib.request.urlopen,
    pause: Callable[[float], None] = time.sleep,
) -> Path:
    """Download a file into a folder; what is there already of it is not fetched again.

    Args:
        source: The file.
        folder: Where it goes.
        on_bytes: Told of progress.
        spare_bytes: Room that must be left on the disk afterwards.
        opener: Opens addresses.
        pause: Waits between tries.

    Raises:
        ModelError: The network, the server or the disk does not allow it. What has come stays for the next try.
    """
    path = folder / source.file_name
    if path.is_file():  # put there whole: by us below, or by the user
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    for n_try in range(1, _N_TRIES + 1):
        try:
            is_whole = _continue(source, part, on_bytes, spare_bytes, opener)
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            if n_try == _N_TRIES or not _may_pass(error) or not _size(part):
                raise _failure(source, folder, error) from error
        else:
            if is_whole:
                part.replace(path)
                return path
        pause(_SECONDS_BETWEEN)
    raise _failure(source, folder, ConnectionError("the connection was cut again and again"))


def _continue(source: Source, part: Path, on_bytes: OnBytes, spare_bytes: int, opener: Opener) -> bool:
    """Fetch what is missing; return whether the file is whole now."""
    n_here = _size(part)
    if source.n_bytes is not None and n_here >= source.n_bytes:
        return True
    headers = {"User-Agent": "earmark", **({"Range": f"bytes={n_here}-"} if n_here else {})}
    request = urllib.request.Request(source.url, headers=headers)  # noqa: S310 - our own addresses
    with opener(request, timeout=_SECONDS_TO_ANSWER) as answer:
        if urlsplit(source.url).scheme == "https" != urlsplit(answer.url).scheme:
            raise OSError("it was redirected to an address without encryption")
        if answer.status != _PARTIAL:
            n_here = 0  # the server begins again
        n_to_come = int(answer.headers.get("Content-Length") or 0)
        total = n_here + n_to_come if n_to_come else source.n_bytes or 0
        _check_space(part, total - n_here + spare_bytes, source)
        with part.open("ab" if n_here else "wb") as file:
            while block := answer.read(_BLOCK_BYTES):
                file.write(block)
                n_here += len(block)
                on_bytes(source.file_name, n_here, total)
    return n_here == total if total else True


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _check_space(part: Path, n_bytes: int, source: Source) -> None:
    free = shutil.disk_usage(part.parent).free
    if free < n_bytes:
        raise ModelError(
            f"{source.file_name} and its conversion need {n_bytes / 1e9:.1f} GB in {display_text(part.parent)}, where "
            f"{free / 1e9:.1f} GB are free: make room, or choose another place with EARMARK_MODELS."
        )


def _may_pass(error: Exception) -> bool:
    """Say whether trying again can help: a refusal by the server stays one."""
    return not isinstance(error, urllib.error.HTTPError) or error.code >= 500


def _failure(source: Source, folder: Path, error: Exception) -> ModelError:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    size = f"{source.n_bytes:,} bytes" if source.n_bytes else "size not published"
    return ModelError(
        f"{urlsplit(source.url).hostname} did not give {source.file_name} ({reason}): run the same command again, "
        f"or fetch {source.url} elsewhere ({size}), put it into {display_text(folder)} and run it then."
    )
