"""Decode other codecs with ffmpeg, or afconvert on a Mac, where installed."""

import json
import math
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from indexer.audio.audio_file import AudioFile, DamagedError, ForeignCodecError, check_header
from indexer.audio.containers.riff import open_wave
from indexer.audio.containers.vorbis_comments import tempo_and_key
from indexer.audio.frame_reader import Frames
from indexer.audio.spliced_file import Span

_MAX_SECONDS = 25.0  # less than a worker has for a file, so that no process outlives it
_MAX_BLOCK_BYTES = 256 << 20  # that ffmpeg may allocate at once
_N_VALUE_BYTES = 4
_DEMUXERS = "mov,matroska,asf,wv,ape,tta,mpc,mpc8,caf,wav,aiff,ogg,aac,ac3,eac3,dts,amr,dsf,iff,rm,flv,mp3"
_SAFETY = ("-protocol_whitelist", "file", "-format_whitelist", _DEMUXERS, "-max_alloc", str(_MAX_BLOCK_BYTES))

# What a file begins with: place, bytes, name of the codec, format.
_MAGIC = (
    (4, b"ftyp", "MPEG-4", "m4a"),
    (0, b"\x1a\x45\xdf\xa3", "Matroska or WebM", "mka"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media", "wma"),
    (0, b"wvpk", "WavPack", "wv"),
    (0, b"MAC ", "Monkey's Audio", "ape"),
    (0, b"TTA1", "True Audio", "tta"),
    (0, b"MP+", "Musepack", "mpc"),
    (0, b"MPCK", "Musepack", "mpc"),
    (0, b"\x0b\x77", "AC-3", "ac3"),
    (0, b"\x7f\xfe\x80\x01", "DTS", "dts"),
    (0, b"#!AMR", "AMR", "amr"),
    (0, b"DSD ", "DSD", "dsf"),
    (0, b"FRM8", "DSD", "dff"),
    (0, b".RMF", "RealAudio", "rm"),
    (0, b"FLV\x01", "Flash", "flv"),
)


def find_foreign(head: bytes) -> tuple[str, str] | None:
    """Return codec and format of a file by its first bytes; None where they are not known."""
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF6 == 0xF0:  # frames of ADTS
        return "AAC", "aac"
    return next(
        ((codec, name) for place, magic, codec, name in _MAGIC if head[place : place + len(magic)] == magic), None
    )


def open_foreign(path: Path, error: ForeignCodecError) -> AudioFile:
    """Open a sound with an external program.

    Args:
        path: The file.
        error: Why our own decoders failed; raised again if no program is installed.
    """
    ffmpeg, ffprobe, afconvert = (shutil.which(name) for name in ("ffmpeg", "ffprobe", "afconvert"))
    if ffmpeg and ffprobe:
        return _open_with_ffmpeg(path, error.format, ffmpeg, ffprobe)
    if afconvert:
        return _open_with_afconvert(path, error.format, afconvert)
    raise error


def _open_with_ffmpeg(path: Path, format_name: str, ffmpeg: str, ffprobe: str) -> AudioFile:
    source: list[str | bytes] = ["-i", b"file:" + os.fsencode(path.absolute())]
    wanted = "stream=sample_rate,channels,duration,bits_per_raw_sample:stream_tags:format=duration:format_tags"
    probe: list[str | bytes] = [
        ffprobe,
        "-v",
        "quiet",
        *_SAFETY,
        "-of",
        "json",
        "-select_streams",
        "a:0",
        "-show_entries",
        wanted,
    ]
    found = _parse_json(_run([*probe, *source]))
    stream = next(iter(found.get("streams", [])), None)
    if stream is None:
        raise DamagedError("It holds no sound that ffmpeg can decode.")
    n_channels, rate_hz = (int(_as_float(stream.get(name))) for name in ("channels", "sample_rate"))
    check_header(n_channels, rate_hz)
    seconds = _as_float(stream.get("duration")) or _as_float(found.get("format", {}).get("duration"))
    # fmt: off
    decode: list[str | bytes] = [
        ffmpeg, "-nostdin", "-v", "quiet", "-timelimit", str(round(_MAX_SECONDS)), *_SAFETY, *source,
        "-map", "0:a:0", "-ac", str(n_channels), "-ar", str(rate_hz), "-f", "f32le", "pipe:1",
    ]
    # fmt: on
    reader = ProcessReader(decode, n_channels, rate_hz, int(seconds * rate_hz))
    tags = found.get("format", {}).get("tags", {}) | stream.get("tags", {})
    return AudioFile(
        format=format_name,
        reader=reader,
        bit_depth=int(_as_float(stream.get("bits_per_raw_sample"))) or None,
        embedded=tempo_and_key(tags.items()),
    )


def _open_with_afconvert(path: Path, format_name: str, afconvert: str) -> AudioFile:
    with tempfile.TemporaryDirectory(prefix="earmark-") as folder:
        converted = Path(folder) / "converted.wav"
        _run([afconvert, "-f", "WAVE", "-d", "LEF32", os.fsencode(path.absolute()), os.fsencode(converted)])
        try:
            file = converted.open("rb")  # stays readable when its name is gone
        except FileNotFoundError as error:
            raise DamagedError("It holds no sound that afconvert can decode.") from error
        audio = open_wave(file, Span(0, converted.stat().st_size))
    return replace(audio, format=format_name, bit_depth=None)


def _run(command: Sequence[str | bytes]) -> bytes:
    """Run a program and return its output; empty if it fails or times out."""
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_MAX_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return b""
    return done.stdout


class ProcessReader:
    """Frames from the pipe of an external decoder, as 32-bit floats in native byte order."""

    def __init__(self, command: Sequence[str | bytes], n_channels: int, sample_rate_hz: int, n_frames: int) -> None:
        self.n_channels = n_channels
        self.sample_rate_hz = sample_rate_hz
        self.n_frames = n_frames
        self._process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._watchdog = threading.Timer(_MAX_SECONDS, self._process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()

    def read(self, n_frames: int) -> Frames:
        assert self._process.stdout is not None
        n_frame_bytes = _N_VALUE_BYTES * self.n_channels
        data = self._process.stdout.read(n_frames * n_frame_bytes)  # less only at the end
        n_whole = len(data) // n_frame_bytes * n_frame_bytes
        data = data[:n_whole]
        return np.frombuffer(data, np.float32).reshape(-1, self.n_channels)

    def close(self) -> None:
        self._watchdog.cancel()
        self._process.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait()


def _parse_json(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _as_float(text: object) -> float:
    """Return a finite number, or 0 where there is none."""
    try:
        number = float(str(text))
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0
