"""Sounds as examples to search by, inside the library or outside."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from db.errors import SoundError, UsageError
from db.library import Library
from db.paths import display_text
from db.types import EncoderInfo, Vector
from indexer.encoders.base import Encoder
from indexer.search.request import Example

if TYPE_CHECKING:
    from indexer.ingest.observe import DecodedSound


def embed_example(
    library: Library, example: Example, info: EncoderInfo, encoder: Callable[[], Encoder]
) -> tuple[int | None, Vector]:
    """Return an example's sample id (None outside the library) and unit embedding, shape ``(dim,)``.

    Args:
        library: Where the example may lie.
        example: A sample id, a file or an embedding.
        info: Whose embeddings are wanted.
        encoder: Gives the whole model; asked only for sounds that have no embedding yet.

    Raises:
        SoundError: The file cannot be decoded; the sentence names it.
        UsageError: There is no such file.
        ModelError: The encoder cannot be used.
    """
    if isinstance(example, np.ndarray):
        return None, example
    sample_id = library.find_sample_id(example) if isinstance(example, Path) else example
    stored = None if sample_id is None else _find_embedding(library, sample_id, info)
    if stored is not None:
        return sample_id, stored
    waveform = _read(example if isinstance(example, Path) else _file(library, example)).waveform
    assert waveform is not None, "only known content is not decoded, and none was given"
    return sample_id, encoder().embed_audio([waveform])[0]


def _read(file: Path) -> "DecodedSound":
    from indexer.ingest.observe import read_sound  # a search for words starts without the decoders

    try:
        return read_sound(file)
    except SoundError as error:
        name = display_text(file)
        if error.code == "gone":
            raise UsageError(f"There is no file {name}. To find sounds by words, try: earmark search") from error
        raise SoundError(error.code, f"{name}: {error}") from error


def _find_embedding(library: Library, sample_id: int, info: EncoderInfo) -> Vector | None:
    """Return the stored embedding of a sample, or None where this encoder made none."""
    try:
        vector: Vector = library.vectors(info).get(np.array([sample_id], np.int64))[0]
    except KeyError:
        return None
    return vector


def _file(library: Library, sample_id: int) -> Path:
    samples = library.samples([sample_id])
    if not samples:
        raise SoundError("gone", "It is not in the library any more.")
    return samples[0].paths[0]
