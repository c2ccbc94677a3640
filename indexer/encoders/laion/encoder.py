"""LAION-CLAP behind the contract of ``indexer.encoders.base``; loads torch."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from db.errors import ModelError
from db.types import EncoderInfo, Matrix, Vector
from indexer.audio.waveform import Waveform
from indexer.encoders.base import EncoderTraits
from indexer.encoders.laion.architecture import Architecture, needed_shapes
from indexer.encoders.laion.engines.base import make_engine
from indexer.encoders.laion.engines.precision import best_device, choose_dtype
from indexer.encoders.laion.frontend import cut_windows
from indexer.encoders.laion.store import (
    MERGES,
    VOCABULARY,
    WEIGHTS,
    Landmarks,
    read_choices,
    read_landmarks,
    read_receipt,
)
from indexer.encoders.laion.tokens import Tokenizer
from indexer.encoders.prompts import unit


class LaionEncoder:
    """A converted model: sounds and descriptions into one space.

    Args:
        folder: Where the model is.
        device: Where to compute; the best one of this machine by default.
        precision: ``"auto"``, ``"float32"`` or ``"bfloat16"``; the user's choice for this model by default.
        engine: What computes it; the user's choice for this model by default.

    Raises:
        ModelError: It is damaged, its tokenizer is not the one it was trained with, or the engine is not installed.
    """

    def __init__(
        self,
        folder: Path,
        device: torch.device | None = None,
        precision: str | None = None,
        engine: str | None = None,
    ) -> None:
        receipt = read_receipt(folder)
        choices = read_choices(folder)
        self.info: EncoderInfo = receipt.info
        self.traits = EncoderTraits()
        self._folder = folder
        device = device or best_device()
        self._engine = make_engine(
            engine or choices.engine,
            load_weights(folder, receipt.architecture),
            receipt.architecture,
            Tokenizer(folder / VOCABULARY, folder / MERGES),
            device,
            choose_dtype(precision or choices.precision, device),
        )

    def warm_up(self) -> None:
        """Do nothing: the model is loaded already."""

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        """Embed sounds; unit rows, shape ``(len(waveforms), dim)``.

        Args:
            waveforms: Mono float32 at 48 kHz, each of at least one finite frame. Of a long one, windows are pooled.

        Raises:
            ValueError: A waveform is empty or holds NaN or infinity.
            ModelError: The model fails its self-test.
        """
        for number, waveform in enumerate(waveforms):
            if not len(waveform) or not np.isfinite(waveform).all():
                raise ValueError(f"Waveform {number} of {len(waveforms)} is empty or not finite.")
        windows = [cut_windows(waveform) for waveform in waveforms]
        rows = self._engine.embed_windows([window for cut in windows for window in cut])
        ends = np.cumsum([len(cut) for cut in windows])
        pooled = [rows[end - len(cut) : end].mean(axis=0) for cut, end in zip(windows, ends, strict=True)]
        return unit(np.array(pooled, np.float32).reshape(-1, self.info.dim))

    def embed_text(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; unit rows, shape ``(len(texts), dim)``.

        Raises:
            ModelError: The model fails its self-test.
        """
        return self._engine.embed_texts(texts)

    @cached_property
    def _landmarks(self) -> Landmarks:
        return read_landmarks(self._folder)

    @property
    def text_center(self) -> Vector:
        """Mean text embedding over everyday descriptions (not unit norm)."""
        return self._landmarks.text_center

    @property
    def audio_center(self) -> Vector:
        """Mean audio embedding over varied sounds (not unit norm)."""
        return self._landmarks.audio_center


def load_weights(folder: Path, architecture: Architecture) -> dict[str, torch.Tensor]:
    """Map a converted model's weights into memory; what is not needed is never read.

    Raises:
        ModelError: The file is missing or damaged, or of other sizes.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise _damaged(folder) from error
    if {name: tuple(tensor.shape) for name, tensor in weights.items()} != needed_shapes(architecture):
        raise _damaged(folder)
    return weights


def _damaged(folder: Path) -> ModelError:
    return ModelError(f"The model {folder.name} is damaged. Fetch it again with: earmark model get {folder.name}")
