"""``earmark model get``: from a name, or a checkpoint on disk, to a model that is ready for use."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from db.errors import ModelError
from db.paths import display_text
from indexer.encoders.laion.installation.conversion import check_file, convert
from indexer.encoders.laion.installation.download import fetch
from indexer.encoders.laion.sources import TOKENIZER_FILES, Release, Source
from indexer.encoders.laion.store import Receipt
from indexer.encoders.model import OnBytes, OnStep

_DOWNLOADS = "downloads"
_HASHES = "hashes.json"  # of checkpoints whose hash was never published, from their first use here
_CONVERTED_BYTES = 900_000_000  # what a conversion writes, with some room

Fetch = Callable[..., Path]


def get_model(
    release: Release,
    models_folder: Path,
    file: Path | None = None,
    *,
    on_bytes: OnBytes = lambda *_: None,
    on_step: OnStep = lambda _: None,
    fetch: Fetch = fetch,
) -> Receipt:
    """Fetch what is missing of a model, and convert it.

    Args:
        release: The model.
        models_folder: Where fetched models are.
        file: Its checkpoint, where it is on disk already; it stays as it is. A tokenizer beside it is taken as well.
        on_bytes: Called with the progress of downloads.
        on_step: Called with the name of each later step.
        fetch: Downloads a file.

    Raises:
        ModelError: A file cannot be fetched, or fails its check.
    """
    downloads = models_folder / _DOWNLOADS
    tokenizer = {}
    for source in TOKENIZER_FILES:
        beside = file.with_name(source.file_name) if file else downloads / source.file_name
        path = beside if beside.is_file() else fetch(source, downloads, on_bytes=on_bytes)
        check_file(path, source)
        tokenizer[source.file_name] = path
    source = _with_recorded_hash(release.checkpoint, models_folder)
    checkpoint = file or fetch(source, downloads, on_bytes=on_bytes, spare_bytes=_CONVERTED_BYTES)
    address = str(file) if file else source.url
    folder = models_folder / release.name
    receipt = convert(
        release.name,
        checkpoint,
        source,
        tokenizer,
        folder,
        address=address,
        is_known_hash=release.checkpoint.sha256 is not None,
        on_step=on_step,
    )
    if release.checkpoint.sha256 is None:
        _record_hash(release.checkpoint, receipt.sha256, models_folder)
    if file is None:
        checkpoint.unlink()  # gigabytes, most of them the optimizer's
    return receipt


def _with_recorded_hash(source: Source, models_folder: Path) -> Source:
    if source.sha256 is not None:
        return source
    recorded = _read_hashes(models_folder).get(source.file_name)
    return replace(source, sha256=recorded)


def _record_hash(source: Source, sha256: str, models_folder: Path) -> None:
    hashes = _read_hashes(models_folder) | {source.file_name: sha256}
    (models_folder / _HASHES).write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")


def _read_hashes(models_folder: Path) -> dict[str, str]:
    path = models_folder / _HASHES
    try:
        hashes: dict[str, str] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{display_text(path)} is damaged: delete it, and hashes are recorded anew at the next use."
        ) from error
    return hashes
