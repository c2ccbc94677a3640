"""Download a file from the model hub, on request of the user only.

`huggingface_hub` does the requests, the retries and the resuming of what was cut while it runs. Its `hf_hub_download`
is not used, since it begins again after a killed run (2.4.0), keeps a copy, and does not know what a conversion needs.
"""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self

from db.errors import ModelError
from db.paths import display_text
from indexer.encoders.laion.sources import Source
from indexer.encoders.model import OnBytes


def fetch(source: Source, folder: Path, *, on_bytes: OnBytes = lambda *_: None, spare_bytes: int = 0) -> Path:
    """Download a file into a folder; a partial download is resumed.

    Args:
        source: The file.
        folder: Where it goes.
        on_bytes: Called with the progress.
        spare_bytes: Room that must be left on the disk afterwards.

    Raises:
        ModelError: The network, the server or the disk does not allow it. What has come stays for the next try.
    """
    path = folder / source.file_name
    if path.is_file():  # put there whole: by us below, or by the user
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        _fetch(source, part, on_bytes, spare_bytes)
    except ModelError:
        raise
    except Exception as error:  # of the HTTP client, of the hub's package, or the disk's
        raise _failure(source, folder, error) from error
    part.replace(path)
    return path


def _fetch(source: Source, part: Path, on_bytes: OnBytes, spare_bytes: int) -> None:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.file_download import http_get

    url = hf_hub_url(source.repository, source.file_name, revision=source.revision)
    found = get_hf_file_metadata(url, token=False, library_name="earmark")
    if not found.location.startswith("https:"):
        raise ModelError(f"{source.url} leads to an address without encryption, which is not followed.")
    n_here = part.stat().st_size if part.exists() else 0
    if found.size is not None and n_here > found.size:
        n_here = 0  # of another file
    _check_space(part, (found.size or 0) - n_here + spare_bytes, source)

    progress: Any = partial(_Progress, lambda n: on_bytes(source.file_name, n, found.size or 0))
    with part.open("ab" if n_here else "wb") as file:
        http_get(found.location, file, resume_size=n_here, expected_size=found.size, tqdm_class=progress)


class _Progress:
    """What `http_get` asks of a progress bar."""

    def __init__(self, show: Callable[[int], object], *, initial: int = 0, **_: object) -> None:
        self._show = show
        self._n = initial

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None: ...

    def update(self, n: int) -> None:
        self._n += n
        self._show(self._n)


def _check_space(part: Path, n_bytes: int, source: Source) -> None:
    free = shutil.disk_usage(part.parent).free
    if free < n_bytes:
        raise ModelError(
            f"{source.file_name} and its conversion need {n_bytes / 1e9:.1f} GB in {display_text(part.parent)}, where "
            f"{free / 1e9:.1f} GB are free: make room, or choose another place with EARMARK_MODELS."
        )


def _failure(source: Source, folder: Path, error: Exception) -> ModelError:
    size = f"{source.n_bytes:,} bytes" if source.n_bytes else "size not published"
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    return ModelError(
        f"The model hub did not give {source.file_name} ({display_text(reason)}): run the same command again, "
        f"or fetch {source.url} elsewhere ({size}), put it into {display_text(folder)} and run it then."
    )
