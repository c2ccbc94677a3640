"""LAION-CLAP behind the interface of ``indexer.encoders.base``; loads torch, so it lives in the encoder process."""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch

from db.errors import ModelError
from db.types import EncoderInfo, Matrix, Vector
from indexer.audio.waveform import Waveform
from indexer.encoders.base import EncoderTraits
from indexer.encoders.laion.architecture import Architecture, needed_shapes
from indexer.encoders.laion.audio_tower import AudioTower
from indexer.encoders.laion.frontend import cut_windows, fill_window, log_mel
from indexer.encoders.laion.precision import best_device, choose_dtype
from indexer.encoders.laion.self_test import check_audio, check_texts
from indexer.encoders.laion.store import (
    MERGES,
    VOCABULARY,
    WEIGHTS,
    Landmarks,
    read_landmarks,
    read_precision,
    read_receipt,
)
from indexer.encoders.laion.text_tower import TextTower
from indexer.encoders.laion.tokens import Tokenizer

Weights = dict[str, torch.Tensor]

_WINDOWS_AT_ONCE = 8  # on a GPU: an H100 takes as long for each as in batches of 16 or 64, and 15 ms for one alone
_TEXTS_AT_ONCE = 32
_ONE_QUERY = 8  # texts: its phrasings, for which weights are read once
_MEL_FILTERS = "audio_branch.logmel_extractor.melW"


class Towers:
    """Both halves of a model; each is made when it is first needed, and tests itself then.

    Args:
        weights: By LAION's names; float32.
        architecture: Their sizes.
        tokenizer: That of the text tower.
        device: Where to compute.
        dtype: Of the audio tower's large products; float32 where the self-test finds it unfit.
    """

    def __init__(
        self,
        weights: Weights,
        architecture: Architecture,
        tokenizer: Tokenizer,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        tokenizer.check(architecture.n_tokens)
        self.dim = architecture.dim
        self._weights = weights
        self._architecture = architecture
        self._tokenizer = tokenizer
        self._device = device
        self._dtype = dtype
        self._n_workers = torch.get_num_threads() if device.type == "cpu" else 1

    def embed_windows(self, windows: Sequence[Waveform]) -> Matrix:
        """Embed windows of at most ten seconds; unit rows, shape ``(n, dim)``."""
        return self._hear_all(self._audio, windows)

    def _hear_all(self, tower: AudioTower, windows: Sequence[Waveform]) -> Matrix:
        found: Iterator[Matrix]
        if self._device.type == "cpu":
            found = self._workers.map(lambda window: self._hear(tower, _filled([window])), windows)
        else:
            found = in_equal_batches(lambda batch: self._hear(tower, _filled(batch)), windows)
        return np.concatenate([np.empty((0, self.dim), np.float32), *found])

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        """Threads that hear or read one thing each.

        Several threads on one thing wait for each other at every layer. On two cores beside a busy program, a window of
        HTSAT-tiny took 0.14 to 0.8 s that way, and 0.15 s each with two of these.
        """
        return ThreadPoolExecutor(self._n_workers, initializer=partial(torch.set_num_threads, 1))

    def embed_texts(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; unit rows, shape ``(len(texts), dim)``."""
        tower = self._text
        ids = [self._tokenizer.ids(text) for text in texts]
        n_at_once = min(_TEXTS_AT_ONCE, max(_ONE_QUERY, math.ceil(len(ids) / self._n_workers)))
        batches = [ids[first : first + n_at_once] for first in range(0, len(ids), n_at_once)]
        # one batch has all threads, where several have one each
        found = (
            map(partial(self._read, tower), batches)
            if len(batches) == 1
            else self._workers.map(partial(self._read, tower), batches)
        )
        return np.concatenate([np.empty((0, self.dim), np.float32), *found])

    def _hear(self, tower: AudioTower, windows: torch.Tensor) -> Matrix:
        with torch.inference_mode():
            pictures = log_mel(windows.to(self._device), self._mel_filters)
            return np.asarray(tower(pictures).cpu(), np.float32)

    @cached_property
    def _mel_filters(self) -> torch.Tensor:
        return self._weights[_MEL_FILTERS].to(self._device)

    @cached_property
    def _audio(self) -> AudioTower:
        tower = self._make_audio(self._dtype)
        if self._dtype is torch.float32:
            check_audio(partial(self._hear_all, tower))
            return tower
        exact = self._make_audio(torch.float32)
        try:
            check_audio(partial(self._hear_all, tower), partial(self._hear_all, exact))
        except ModelError:
            return exact
        return tower

    def _make_audio(self, dtype: torch.dtype) -> AudioTower:
        with torch.inference_mode():
            return AudioTower(self._weights, self._architecture, self._device, dtype)

    @cached_property
    def _text(self) -> TextTower:
        with torch.inference_mode():
            tower = TextTower(self._weights, self._architecture, self._device)
        check_texts(lambda texts: self._read(tower, [self._tokenizer.ids(text) for text in texts]))
        return tower

    @staticmethod
    def _read(tower: TextTower, ids: Sequence[Sequence[int]]) -> Matrix:
        with torch.inference_mode():
            return np.asarray(tower(ids).cpu(), np.float32)


def in_equal_batches(hear: Callable[[Sequence[Waveform]], Matrix], windows: Sequence[Waveform]) -> Iterator[Matrix]:
    """Hear windows on a GPU: always as many at once, the last of them again until they are.

    For another number other kernels run, which round the last bits in another way: in bfloat16 a sound's vector would
    differ by 0.0002 from the one it has alone.
    """
    for first in range(0, len(windows), _WINDOWS_AT_ONCE):
        batch = windows[first : first + _WINDOWS_AT_ONCE]
        again = [batch[-1]] * (_WINDOWS_AT_ONCE - len(batch))
        yield hear([*batch, *again])[: len(batch)]


def _filled(windows: Sequence[Waveform]) -> torch.Tensor:
    return torch.from_numpy(np.stack([fill_window(window) for window in windows]))


class LaionEncoder:
    """A converted model: sounds and descriptions into one space.

    Args:
        folder: Where the model is.
        device: Where to compute; the best one of this machine by default.
        precision: ``"auto"``, ``"float32"`` or ``"bfloat16"``; the user's choice for this model by default.

    Raises:
        ModelError: It is damaged, or its tokenizer is not the one it was trained with.
    """

    def __init__(self, folder: Path, device: torch.device | None = None, precision: str | None = None) -> None:
        receipt = read_receipt(folder)
        self.info: EncoderInfo = receipt.info
        self.traits = EncoderTraits()
        self._folder = folder
        device = device or best_device()
        self._towers = Towers(
            load_weights(folder, receipt.architecture),
            receipt.architecture,
            Tokenizer(folder / VOCABULARY, folder / MERGES),
            device,
            choose_dtype(precision or read_precision(folder), device),
        )

    def warm_up(self) -> None:
        """Do nothing: what exists is loaded."""

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
        rows = self._towers.embed_windows([window for cut in windows for window in cut])
        ends = np.cumsum([len(cut) for cut in windows])
        pooled = [rows[end - len(cut) : end].mean(axis=0) for cut, end in zip(windows, ends, strict=True)]
        matrix = np.array(pooled, np.float32).reshape(-1, self.info.dim)
        return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), np.float32(1e-9))

    def embed_text(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; unit rows, shape ``(len(texts), dim)``.

        Raises:
            ModelError: The model fails its self-test.
        """
        return self._towers.embed_texts(texts)

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


def load_weights(folder: Path, architecture: Architecture) -> Weights:
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
