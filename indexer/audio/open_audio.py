"""Open a sound file by its content, not by its extension."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from db.errors import SoundError, system_reason
from indexer.audio.audio_file import AudioFile, ForeignCodecError, check_header
from indexer.audio.containers.aiff import is_aiff, open_aiff
from indexer.audio.containers.caf import is_caf, open_caf
from indexer.audio.containers.flac import is_flac, open_flac
from indexer.audio.containers.id3 import skip_tags
from indexer.audio.containers.mpeg import find_mpeg, is_mpeg, open_mpeg
from indexer.audio.containers.ogg import is_ogg, open_ogg
from indexer.audio.containers.rex import check_name, is_rex2, open_rex2
from indexer.audio.containers.riff import is_wave, open_wave
from indexer.audio.foreign import find_foreign, open_foreign
from indexer.audio.frame_reader import SndfileReader
from indexer.audio.spliced_file import Span, SplicedFile

_HEAD_BYTES = 16
_BUFFER_BYTES = 1 << 18
_OPENERS = (
    (is_wave, open_wave),
    (is_aiff, open_aiff),
    (is_caf, open_caf),
    (is_rex2, open_rex2),
    (is_flac, open_flac),
    (is_ogg, open_ogg),
    (is_mpeg, open_mpeg),
)
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO must not wait for a writer
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)  # Windows
)


@contextmanager
def open_audio(path: Path) -> Iterator[AudioFile]:
    """Open a sound file.

    Raises:
        SoundError: It cannot be read, or holds no sound that can be decoded. Codes: ``gone``, ``not-a-file``,
            ``unreadable``, ``empty``, ``not-audio``, ``damaged``, ``too-many-channels``, ``odd-rate``,
            ``needs-ffmpeg``.
    """
    try:
        with open_regular(path) as file:
            try:
                audio = open_file(file)
            except ForeignCodecError as error:
                audio = open_foreign(path, error)
            with closing(audio.reader):
                check_name(path.suffix, audio)
                yield audio
    except OSError as error:
        raise os_failure(error) from error


def open_file(file: BinaryIO) -> AudioFile:
    """Open the sound in a file that is open.

    Args:
        file: Seekable, with any content; must stay open as long as the sound is read.

    Raises:
        SoundError: As `open_audio`.
    """
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise SoundError("empty", "The file is empty.")
    start, embedded = skip_tags(file, 0)
    audio = _open_content(file, Span(start, size - start))
    try:
        check_header(audio.reader.n_channels, audio.reader.sample_rate_hz)
    except SoundError:
        audio.reader.close()
        raise
    return replace(audio, embedded=audio.embedded.or_else(embedded)) if start else audio


def _open_content(file: BinaryIO, span: Span) -> AudioFile:
    file.seek(span.start)
    head = file.read(_HEAD_BYTES)
    for is_known, open_known in _OPENERS:
        if is_known(head):
            return open_known(file, span)
    foreign = find_foreign(head)
    if foreign is not None:
        raise ForeignCodecError(*foreign)
    try:
        reader = SndfileReader(SplicedFile(file, [span]))
    except SoundError as error:
        if error.code != "not-audio" or find_mpeg(file, span) is None:
            raise
        return open_mpeg(file, span)
    return AudioFile(format=reader.format, reader=reader, n_claimed=reader.n_frames, bit_depth=reader.bit_depth)


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading; a pipe, socket or device is refused before it can block.

    A sound of an object store (`indexer.audio.remote`) is fetched first, where it is not here yet.

    Raises:
        SoundError: ``not-a-file``, or it cannot be fetched.
        OSError: It cannot be opened.
    """
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except FileNotFoundError:
        from indexer.audio.remote import fetch_here  # rarely needed

        if not fetch_here(path):
            raise
        descriptor = os.open(path, _OPEN_FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SoundError("not-a-file", "It is a pipe, socket, device or folder, not a file.")
    return os.fdopen(descriptor, "rb", buffering=_BUFFER_BYTES)


def os_failure(error: OSError) -> SoundError:
    """Return the error of the operating system as a sentence for the user."""
    if isinstance(error, FileNotFoundError):
        return SoundError("gone", "It was gone before it could be read.")
    if error.errno == errno.ENXIO:  # what opening a socket says
        return SoundError("not-a-file", "It is a socket or device, not a file.")
    return SoundError("unreadable", f"It could not be read: {system_reason(error)}.")
