"""An encoder in a process of its own: the caller never loads torch, and a crash there costs one restart."""

import contextlib
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock
from typing import Any, TypeAlias

import numpy as np

from db.errors import ModelError
from db.types import EncoderInfo, Matrix, Vector
from indexer.audio.waveform import Waveform
from indexer.encoders.base import Encoder, EncoderFacts, EncoderTraits, TextEncoder
from indexer.niceness import LOW, lower_priority

EncoderFactory: TypeAlias = Callable[[int], Encoder]  # takes the number of threads; must be importable by the child
Items: TypeAlias = list[str] | list[Waveform]

_N_STARTS = 2  # a crash is answered by one restart; a second one is a broken model or machine
_STOP_SECONDS = 5.0


class EncoderProcess:
    """Stand in for an encoder that runs in a child process, started at first need and kept warm.

    One request is served at a time; calls from several threads wait for each other.

    Attributes:
        on_crash: Told, from the thread that asks, of a child that died and is started again; a line of the log if not
            set.

    Args:
        factory: Makes the encoder inside the child.
        facts: What is known of it here.
        n_threads: Threads that the child may compute with.
        text_encoder: The half of the same model that reads texts here, where it needs no torch; else the child reads.
    """

    def __init__(
        self,
        factory: EncoderFactory,
        facts: EncoderFacts,
        n_threads: int,
        text_encoder: TextEncoder | None = None,
    ) -> None:
        self._factory = factory
        self._facts = facts
        self._text_encoder = text_encoder
        self._n_threads = n_threads
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._turn = Lock()
        self.on_crash: Callable[[str], None] = logging.getLogger(__name__).warning

    @property
    def info(self) -> EncoderInfo:
        return self._facts.info

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
        """Start the child now, which loads the model at once. Returns before it has."""
        with self._turn:
            self._start()

    def close(self) -> None:
        """End the child; a later call starts a new one."""
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            self._child.join(_STOP_SECONDS)
            if self._child.is_alive():
                self._child.kill()
                self._child.join()
        self._pipe = self._child = None

    def __enter__(self) -> "EncoderProcess":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _start(self) -> Connection:
        if self._pipe is not None:
            return self._pipe
        context = multiprocessing.get_context("spawn")  # fork would copy the caller's threads and locks
        _start_resource_tracker()
        pipe, theirs = context.Pipe()
        child = context.Process(
            target=_serve, args=(theirs, self._factory, self._n_threads), name="earmark-encoder", daemon=True
        )
        child.start()
        theirs.close()
        self._pipe, self._child = pipe, child
        return pipe

    def _request(self, items: Items) -> Matrix:
        if not items:
            return np.zeros((0, self.info.dim), np.float32)
        with self._turn:
            for n_start in range(1, _N_STARTS + 1):
                try:
                    return self._ask(items)
                except (EOFError, OSError):
                    self.close()
                    if n_start == _N_STARTS:
                        raise ModelError(
                            f"The process of the model {self.info.name} died twice; try: earmark doctor --deep"
                        ) from None
                    self.on_crash(f"The process of the model {self.info.name} died; it is started again.")
        raise AssertionError("unreachable")

    def _ask(self, items: Items) -> Matrix:
        pipe = self._start()
        pipe.send([item if isinstance(item, str) else len(item) for item in items])
        for item in items:
            if not isinstance(item, str):
                pipe.send_bytes(np.ascontiguousarray(item, np.float32).data)
        error = pipe.recv()
        if error is not None:
            kind, message = error
            raise {"ValueError": ValueError, "MemoryError": MemoryError}.get(kind, ModelError)(message)
        rows = np.frombuffer(pipe.recv_bytes(), np.float32)
        return rows.reshape(len(items), self.info.dim)


def _start_resource_tracker() -> None:
    """Start the helper of multiprocessing with descriptor 2.

    It would take that of ``sys.stderr``, and a program that draws on the screen has one without a descriptor there.
    """
    if os.name == "posix":
        with open(2, "w", closefd=False) as stderr, contextlib.redirect_stderr(stderr):
            resource_tracker.ensure_running()


def _serve(pipe: Connection, factory: EncoderFactory, n_threads: int) -> None:
    """Answer requests until the owner closes the pipe or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to handle
    lower_priority(LOW)
    encoder: Encoder | None = None
    with contextlib.suppress(Exception):  # what fails now fails again at the first request, and is told then
        encoder = factory(n_threads)
    with contextlib.suppress(EOFError, OSError):  # the owner has gone: so do we
        for items in _requests(pipe):
            answer: Any = None
            try:
                encoder = encoder or factory(n_threads)
                answer = encoder.embed_text(items) if isinstance(items[0], str) else encoder.embed_audio(items)
            except Exception as error:  # sent to the owner, who raises it
                pipe.send((type(error).__name__, str(error)))
                continue
            pipe.send(None)
            pipe.send_bytes(np.ascontiguousarray(answer, np.float32).data)


def _requests(pipe: Connection) -> Iterator[list[Any]]:
    """Yield lists of texts or of waveforms; for a waveform, its length comes first."""
    while True:
        items = pipe.recv()
        for number, item in enumerate(items):
            if isinstance(item, int):
                items[number] = np.empty(item, np.float32)
                pipe.recv_bytes_into(items[number].data)
        yield items
