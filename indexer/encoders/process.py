"""An encoder in a child process: the caller never loads torch, and a crash costs one restart."""

import contextlib
import logging
import pickle
import subprocess
import weakref
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Self

import numpy as np

from db.errors import ModelError
from db.types import EncoderInfo, Matrix, Vector
from indexer.audio.waveform import Waveform
from indexer.encoders.base import EncoderFacts, EncoderTraits, TextEncoder
from indexer.encoders.child import EncoderFactory, Items, receive, receive_array, send, send_array
from indexer.processes.child_process import start_child

_N_STARTS = 2  # one restart after a crash; a second crash means a broken model or machine
_STOP_SECONDS = 5.0


class EncoderProcess:
    """Stand in for an encoder that runs in a child process, started at first need and kept warm.

    One request is served at a time; calls from several threads wait for each other.

    Attributes:
        on_crash: Called in the requesting thread when a crashed child is restarted; logs a line if not
            set.

    Args:
        factory: Makes the encoder inside the child; a function of a module, or a `functools.partial` of one.
        facts: Its facts, known without starting it.
        n_threads: Threads that the child may compute with.
        text_encoder: The half of the same model that reads texts here, where it needs no torch; else the child reads.
        is_light: Many sounds are sooner embedded where they are decoded, in several processes, than handed to this one.
    """

    def __init__(
        self,
        factory: EncoderFactory,
        facts: EncoderFacts,
        n_threads: int,
        text_encoder: TextEncoder | None = None,
        *,
        is_light: bool = False,
    ) -> None:
        self._factory = factory
        self._facts = facts
        self._text_encoder = text_encoder
        self._n_threads = n_threads
        self._is_light = is_light
        self._child: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = lambda: None
        self._turn = Lock()
        self.on_crash: Callable[[str], None] = logging.getLogger(__name__).warning

    @property
    def info(self) -> EncoderInfo:
        return self._facts.info

    @property
    def light_factory(self) -> EncoderFactory | None:
        """What makes the encoder of a light model, in any process."""
        return self._factory if self._is_light else None

    @property
    def traits(self) -> EncoderTraits:
        return self._facts.traits

    @property
    def text_center(self) -> Vector:
        return self._facts.text_center

    @property
    def audio_center(self) -> Vector:
        return self._facts.audio_center

    def embed_text(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; errors as in `embed_audio`."""
        return self._text_encoder.embed_text(texts) if self._text_encoder else self._request(list(texts))

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        """Embed sounds in the child; shapes and errors as in `Encoder.embed_audio`.

        Raises:
            ModelError: The model cannot be loaded, or its process died twice.
        """
        return self._request(list(waveforms))

    def warm_up(self) -> None:
        """Start the child now; returns before it has loaded the model."""
        with self._turn, contextlib.suppress(OSError):  # what fails now fails again at the first request
            self._start()

    def close(self) -> None:
        """End the child; a later call starts a new one."""
        self._end()
        self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _start(self) -> "subprocess.Popen[bytes]":
        if self._child is None:
            self._child = start_child("indexer.encoders.child")
            self._end = weakref.finalize(self, _end, self._child)  # also where nobody closes it
            assert self._child.stdin is not None
            send(self._child.stdin, (self._factory, self._n_threads))
            self._child.stdin.flush()
        return self._child

    def _request(self, items: Items) -> Matrix:
        if not items:
            return np.zeros((0, self.info.dim), np.float32)
        with self._turn:
            for n_start in range(1, _N_STARTS + 1):
                try:
                    return self._ask(items)
                except (EOFError, OSError, pickle.UnpicklingError):
                    self.close()
                    if n_start == _N_STARTS:
                        raise ModelError(
                            f"The process of the model {self.info.name} died twice; try: earmark doctor --deep"
                        ) from None
                    self.on_crash(f"The process of the model {self.info.name} died; it is started again.")
        raise AssertionError("unreachable")

    def _ask(self, items: Items) -> Matrix:
        child = self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        send(child.stdin, [item if isinstance(item, str) else len(item) for item in items])
        for item in items:
            if not isinstance(item, str):
                send_array(child.stdin, item)
        child.stdin.flush()
        error = receive(child.stdout)
        if error is not None:
            kind, message = error
            raise {"ValueError": ValueError, "MemoryError": MemoryError}.get(kind, ModelError)(message)
        return receive_array(child.stdout, len(items), self.info.dim)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Close the pipes of a child, which ends it, and wait for that."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(OSError):  # a request that it did not read any more
        child.stdin.close()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    child.stdout.close()
