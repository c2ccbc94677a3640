"""Read one audio file: its content hash, a mono waveform and measurements, or one sentence why not."""

import errno
import hashlib
import io
import os
import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from db.errors import SoundError
from db.measurements import Features
from db.types import Reading
from indexer.audio.downmix import decode_mono
from indexer.audio.riff import read_acid_tempo
from indexer.audio.waveform import SAMPLE_RATE_HZ, Waveform
from indexer.features.analysis import analyse
from indexer.features.envelope import measure_closely

_MAX_BYTES_IN_MEMORY = 64 << 20
_HASH_BYTES = 16
_READ_BYTES = 1 << 20

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO must not wait for a writer
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)  # Windows
)


@dataclass(frozen=True, slots=True)
class DecodedSound:
    """One file that was read.

    Attributes:
        content_hash: BLAKE2b of the whole file, 16 bytes.
        waveform: Mono float32 at ``SAMPLE_RATE_HZ``, shape ``(n_frames,)``, finite; None if the content was known.
        features: None if the content was known.
        readings: Tempo and key that lie in the file itself, and those that its analysis found.
    """

    content_hash: bytes
    waveform: Waveform | None = None
    features: Features | None = None
    readings: tuple[Reading, ...] = ()


def read_sound(path: Path, known_hashes: Collection[bytes] = ()) -> DecodedSound:
    """Read a file once: hash it and, unless the hash is known, decode and measure the same bytes.

    The same content gives the same waveform bit for bit; a sound at 48 kHz is not resampled. Of a sound over five
    minutes, evenly spaced parts are heard; its true duration is in the features.

    Raises:
        SoundError: It cannot be read or heard. Codes: ``gone``, ``not-a-file``, ``unreadable``, ``empty``,
            ``not-audio``, ``damaged``, ``too-many-channels``, ``odd-rate``, ``not-finite``, ``silent``, ``too-large``.
    """
    try:
        with _open_regular(path) as file:
            return _read(file, known_hashes)
    except OSError as error:
        raise _os_failure(error) from error
    except MemoryError as error:
        raise SoundError("too-large", "It needs more memory than there is.") from error


def _open_regular(path: Path) -> BinaryIO:
    descriptor = os.open(path, _OPEN_FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SoundError("not-a-file", "It is a pipe, socket, device or folder, not a file.")
    return os.fdopen(descriptor, "rb")


def _os_failure(error: OSError) -> SoundError:
    if isinstance(error, FileNotFoundError):
        return SoundError("gone", "It was gone before it could be read.")
    if error.errno == errno.ENXIO:  # what opening a socket says
        return SoundError("not-a-file", "It is a socket or device, not a file.")
    return SoundError("unreadable", f"It could not be read: {(error.strerror or 'unknown error').lower()}.")


def _read(file: BinaryIO, known_hashes: Collection[bytes]) -> DecodedSound:
    data = file.read(_MAX_BYTES_IN_MEMORY)
    if not data:
        raise SoundError("empty", "The file is empty.")
    digest = hashlib.blake2b(data, digest_size=_HASH_BYTES)
    is_whole = len(data) < _MAX_BYTES_IN_MEMORY
    stream: BinaryIO = io.BytesIO(data) if is_whole else file
    if not is_whole:
        del data
        while block := file.read(_READ_BYTES):
            digest.update(block)
    content_hash = digest.digest()
    if content_hash in known_hashes:
        return DecodedSound(content_hash)
    waveform, original = decode_mono(stream, SAMPLE_RATE_HZ)
    features, band_power = measure_closely(waveform, SAMPLE_RATE_HZ, original)
    readings = (read_acid_tempo(stream), *analyse(waveform, SAMPLE_RATE_HZ, features, band_power))
    return DecodedSound(content_hash, waveform, features, tuple(reading for reading in readings if reading))
