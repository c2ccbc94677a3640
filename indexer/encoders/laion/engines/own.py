"""earmark's own towers, written for inference alone: several times as fast as the published ones."""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial

import numpy as np
import torch

from db.errors import ModelError
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.encoders.laion.architecture import Architecture
from indexer.encoders.laion.engines.audio_tower import AudioTower
from indexer.encoders.laion.engines.base import OWN
from indexer.encoders.laion.engines.text_tower import TextTower
from indexer.encoders.laion.frontend import MEL_FILTERS, fill_window, log_mel
from indexer.encoders.laion.self_test import check_audio, check_texts
from indexer.encoders.laion.tokens import Tokenizer

_WINDOWS_AT_ONCE = 8  # on a GPU: an H100 takes as long for each as in batches of 16 or 64, and 15 ms for one alone
_TEXTS_AT_ONCE = 32
_ONE_QUERY = 8  # texts: its phrasings, for which weights are read once


class OwnEngine:
    """Both towers; each is made when it is first needed, and tests itself then. Parameters as of `make_engine`.

    Where the self-test finds the given type of the audio tower's large products unfit, they are float32.
    """

    name = OWN

    def __init__(
        self,
        weights: dict[str, torch.Tensor],
        architecture: Architecture,
        tokenizer: Tokenizer,
        device: torch.device,
        dtype: torch.dtype | None,
    ) -> None:
        self._weights = weights
        self._architecture = architecture
        self._tokenizer = tokenizer
        self._device = device
        self._dtype = dtype or torch.float32
        self._n_workers = torch.get_num_threads() if device.type == "cpu" else 1

    def embed_windows(self, windows: Sequence[Waveform]) -> Matrix:
        return self._embed_windows(self._audio, windows)

    def embed_texts(self, texts: Sequence[str]) -> Matrix:
        tower = self._text
        ids = [self._tokenizer.ids(text) for text in texts]
        n_at_once = min(_TEXTS_AT_ONCE, max(_ONE_QUERY, math.ceil(len(ids) / self._n_workers)))
        batches = [ids[first : first + n_at_once] for first in range(0, len(ids), n_at_once)]
        # one batch has all threads, where several have one each
        each = map if len(batches) == 1 else self._workers.map
        return self._rows(each(partial(_embed_ids, tower), batches))

    def _embed_windows(self, tower: AudioTower, windows: Sequence[Waveform]) -> Matrix:
        if self._device.type == "cpu":
            return self._rows(self._workers.map(lambda window: self._embed_filled(tower, [window]), windows))
        return self._rows(in_equal_batches(partial(self._embed_filled, tower), windows))

    def _embed_filled(self, tower: AudioTower, windows: Sequence[Waveform]) -> Matrix:
        filled = torch.from_numpy(np.stack([fill_window(window) for window in windows])).to(self._device)
        with torch.inference_mode():
            return np.asarray(tower(log_mel(filled, self._mel_filters)).cpu(), np.float32)

    def _rows(self, parts: Iterator[Matrix]) -> Matrix:
        return np.concatenate([np.empty((0, self._architecture.dim), np.float32), *parts])

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        """Threads that embed one thing each.

        Several threads on one thing wait for each other at every layer. On two cores beside a busy program, a window of
        HTSAT-tiny took 0.14 to 0.8 s that way, and 0.15 s each with two of these.
        """
        return ThreadPoolExecutor(self._n_workers, initializer=partial(torch.set_num_threads, 1))

    @cached_property
    def _mel_filters(self) -> torch.Tensor:
        return self._weights[MEL_FILTERS].to(self._device)

    @cached_property
    def _audio(self) -> AudioTower:
        tower = self._make_audio(self._dtype)
        if self._dtype is torch.float32:
            check_audio(partial(self._embed_windows, tower))
            return tower
        exact = self._make_audio(torch.float32)
        try:
            check_audio(partial(self._embed_windows, tower), partial(self._embed_windows, exact))
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
        check_texts(lambda texts: _embed_ids(tower, [self._tokenizer.ids(text) for text in texts]))
        return tower


def in_equal_batches(embed: Callable[[Sequence[Waveform]], Matrix], windows: Sequence[Waveform]) -> Iterator[Matrix]:
    """Embed windows on a GPU: always as many at once, the last of them again until they are.

    Other batch sizes use other kernels, which round differently in the last bits: in bfloat16 a sound's vector would
    differ by 0.0002 from the one it has alone.
    """
    for first in range(0, len(windows), _WINDOWS_AT_ONCE):
        batch = windows[first : first + _WINDOWS_AT_ONCE]
        again = [batch[-1]] * (_WINDOWS_AT_ONCE - len(batch))
        yield embed([*batch, *again])[: len(batch)]


def _embed_ids(tower: TextTower, ids: Sequence[Sequence[int]]) -> Matrix:
    with torch.inference_mode():
        return np.asarray(tower(ids).cpu(), np.float32)
