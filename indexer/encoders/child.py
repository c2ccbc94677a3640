"""The child process of an encoder: reads requests from stdin, writes vectors to stdout.

Both ends of the pipes are ours; what comes from a file travels as plain numbers.
"""

import contextlib
import pickle
from collections.abc import Callable
from typing import IO, Any, TypeAlias

import numpy as np

from indexer.audio.waveform import Waveform
from indexer.encoders.base import Encoder
from indexer.processes.child_process import own_pipes
from indexer.processes.niceness import LOW, lower_priority

EncoderFactory: TypeAlias = Callable[[int], Encoder]  # takes the number of threads; importable by its name
Items: TypeAlias = list[str] | list[Waveform]


def send(stream: IO[bytes], message: object) -> None:
    """Write a small message: a factory, lengths and texts, or an error."""
    pickle.dump(message, stream, protocol=5)


def receive(stream: IO[bytes]) -> Any:
    """Wait for a small message.

    Raises:
        EOFError, pickle.UnpicklingError: The other end is gone, perhaps in the middle of the message.
    """
    return pickle.load(stream)  # noqa: S301 - written by our own code at the other end


def send_array(stream: IO[bytes], array: Waveform) -> None:
    stream.write(np.ascontiguousarray(array, np.float32).data)


def receive_array(stream: IO[bytes], *shape: int) -> Waveform:
    """Wait for an array of known shape.

    Raises:
        EOFError: The other end is gone.
    """
    array = np.empty(shape, np.float32)
    if array.size and stream.readinto(array.data.cast("B")) < array.nbytes:  # type: ignore[attr-defined]
        raise EOFError
    return array


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until the owner closes the pipe or dies."""
    factory, n_threads = receive(requests)
    encoder: Encoder | None = None
    with contextlib.suppress(Exception):  # what fails now fails again at the first request, and is told then
        encoder = factory(n_threads)
    while True:
        items = _receive_items(requests)
        try:
            encoder = encoder or factory(n_threads)
            rows = encoder.embed_text(items) if isinstance(items[0], str) else encoder.embed_audio(items)
        except Exception as error:  # sent to the owner, who raises it
            send(answers, (type(error).__name__, str(error)))
        else:
            send(answers, None)
            send_array(answers, rows)
        answers.flush()


def _receive_items(requests: IO[bytes]) -> list[Any]:
    """Wait for texts or waveforms; of waveforms, their lengths come first."""
    items = receive(requests)
    return [item if isinstance(item, str) else receive_array(requests, item) for item in items]


def main() -> None:
    """Serve on standard input and output."""
    lower_priority(LOW)
    with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):  # the owner has exited
        serve(*own_pipes())
