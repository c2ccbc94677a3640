"""A model in this process: vectors for files and descriptions."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from db.errors import SoundError
from db.paths import display_text
from db.types import EncoderInfo, Matrix
from indexer.api.opened import PathLike
from indexer.api.places import models_folder
from indexer.audio.waveform import Waveform
from indexer.encoders import registry
from indexer.encoders.base import Encoder
from indexer.encoders.prompts import describe
from indexer.ingest.observe import read_sound


class SoundEncoder:
    """Embed sounds and descriptions in one space; the dot product of two rows is their cosine.

    Attributes:
        info: Name, revision, dimension and sample rate of the model.

    Args:
        encoder: A whole model.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def info(self) -> EncoderInfo:
        return self._encoder.info

    def embed_files(self, files: Sequence[PathLike]) -> Matrix:
        """Decode and embed audio files, one after the other.

        Returns:
            Unit float32 rows, shape ``(len(files), dim)``: the vectors that a library stores.

        Raises:
            SoundError: A file cannot be decoded; the sentence names it.
        """
        rows = [self.embed_audio([_read(Path(file).expanduser())]) for file in files]
        return np.concatenate([np.zeros((0, self.info.dim), np.float32), *rows])

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        """Embed sounds that are in memory.

        Args:
            waveforms: Mono float32 at ``info.sample_rate_hz``, each of shape ``(n_frames,)``.

        Returns:
            Unit float32 rows, shape ``(len(waveforms), dim)``.

        Raises:
            ValueError: A waveform is empty or holds NaN or infinity.
        """
        return self._encoder.embed_audio(waveforms)

    def embed_texts(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions as a search does: several phrasings averaged, minus the mean of all texts.

        Returns:
            Unit float32 rows, shape ``(len(texts), dim)``; with rows of sounds, their dot product is a hit's cosine.
        """
        return describe(self._encoder, list(texts))

    def __repr__(self) -> str:
        return f"<earmark encoder {self.info.fingerprint}>"


def load_encoder(name: str = registry.BUILT_IN.name, *, n_threads: int | None = None) -> SoundEncoder:
    """Load a model into this process; a second or two for a large one, which imports torch.

    Args:
        name: As ``earmark model list`` shows it.
        n_threads: Threads to compute with; one per core by default.

    Raises:
        ModelError: There is no such model, or it is not on this machine.
    """
    model = registry.find_model(name, models_folder())
    return SoundEncoder(model.load(n_threads or os.cpu_count() or 1))


def _read(file: Path) -> Waveform:
    try:
        waveform = read_sound(file).waveform
    except SoundError as error:
        raise SoundError(error.code, f"{display_text(file)}: {error}") from error
    assert waveform is not None, "only known content is not decoded, and none was given"
    return waveform
