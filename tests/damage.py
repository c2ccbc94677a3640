"""Audio files as no encoder writes them: damaged at random, and forged by hand."""

import os
import struct
from pathlib import Path

import numpy as np

from tests.containers import acid, aiff, caf, id3, pcm_bytes, wave_of
from tests.rex import rex2
from tests.sounds import RATE_HZ, noise, tone, write_library, write_sound


def damage(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file in one of five ways: flip bytes, truncate, remove, repeat or swap a part."""
    values = bytearray(data)
    first, last = sorted(int(place) for place in rng.integers(0, len(data), 2))
    match rng.integers(5):
        case 0:
            # The header is where damage does harm: half of the flips hit it.
            for _ in range(int(rng.integers(1, 40))):
                values[int(rng.integers(len(data) if rng.random() < 0.5 else min(200, len(data))))] = int(
                    rng.integers(256)
                )
        case 1:
            del values[first:]
        case 2:
            del values[first:last]
        case 3:
            values[first:first] = values[first:last]
        case 4:
            values = values[last:] + values[:first]
    return bytes(values)


def write_damaged(folder: Path, n_files: int, seed: int = 0) -> None:
    """Write damaged copies of one small sound in each format."""
    rng = np.random.default_rng(seed)
    intact = write_library(folder / "intact")
    wave = (tone() * 9_000).astype(np.int64)
    (intact / "sliced.rx2").write_bytes(rex2(np.c_[wave, wave // 2], slices=[(0, 900), (900, 800)]))
    values = pcm_bytes(tone())
    (intact / "loop.caf").write_bytes(caf(b"lpcm", values, flags=2))
    (intact / "loop.aifc").write_bytes(aiff(values, len(values) // 2, kind=b"sowt"))
    (intact / "tagged.wav").write_bytes(id3((b"TBPM", "120")) + wave_of(tone(), acid()))
    originals = sorted(intact.iterdir())
    for number in range(n_files):
        original = originals[number % len(originals)]
        (folder / f"{number:05}{original.suffix}").write_bytes(damage(original.read_bytes(), rng))


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """Build a RIFF WAVE file of the given chunks."""
    body = b"WAVE" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pcm_format(n_channels: int = 1, rate_hz: int = RATE_HZ, codec: int = 1) -> tuple[bytes, bytes]:
    """Build the ``fmt `` chunk of 16-bit PCM, or of what ``codec`` names."""
    n_frame = 2 * n_channels
    fields = (codec, n_channels, rate_hz, (rate_hz * n_frame) % 2**32, n_frame % 2**16, 16)
    return b"fmt ", struct.pack("<HHIIHH", *fields)


def pcm(n_values: int = 4800) -> tuple[bytes, bytes]:
    """Build the ``data`` chunk of 16-bit noise."""
    values = np.random.default_rng(0).integers(-9000, 9000, n_values)
    return b"data", values.astype("<i2").tobytes()


def forged_flac(flac: bytes, n_frames: int) -> bytes:
    """Let a FLAC file claim a length; the count is the low 36 bits of bytes 18 to 25."""
    (packed,) = struct.unpack(">Q", flac[18:26])
    return flac[:18] + struct.pack(">Q", packed >> 36 << 36 | n_frames) + flac[26:]


def write_evil(folder: Path) -> dict[str, str]:
    """Write one file per trap.

    Returns:
        What ``read_sound`` must say of each name: an error code, or ``"ok"``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    flac = write_sound(folder / "good.flac").read_bytes()
    mp3 = write_sound(folder / "good.mp3").read_bytes()
    ogg = write_sound(folder / "good.ogg").read_bytes()
    contents = {
        "zero-length.wav": (b"", "empty"),
        "header-only.wav": (riff(pcm_format(), (b"data", b"")), "empty"),
        "no-data.wav": (riff(pcm_format()), "damaged"),
        "endless-data.wav": (riff(pcm_format(), pcm())[:-9604] + struct.pack("<I", 2**32 - 1) + pcm()[1], "ok"),
        "one-hertz.wav": (riff(pcm_format(rate_hz=1), pcm()), "odd-rate"),
        "four-gigahertz.wav": (riff(pcm_format(rate_hz=2**32 - 1), pcm()), "odd-rate"),
        "crowd.wav": (riff(pcm_format(n_channels=200), pcm()), "too-many-channels"),
        "endless.flac": (forged_flac(flac, 2**36 - 1), "ok"),
        "unknown-length.flac": (forged_flac(flac, 0), "ok"),
        "text.wav": (b"These are lyrics.\n" * 200, "not-audio"),
        "zeros.wav": (bytes(10_000), "not-audio"),
        "mp3-inside.wav": (mp3, "ok"),
        "riff-around-ogg.ogg": (riff(pcm_format(codec=0x6771), (b"data", ogg)), "ok"),
        "riff-around-mp3.wav": (riff(pcm_format(codec=0x55), (b"data", mp3)), "ok"),
        "huge-header.wav": (riff((b"junk", bytes(500_001)), pcm_format(), pcm()), "ok"),
        "endless-header.wav": (riff(*[(b"junk", b"")] * 50_000, pcm_format(), pcm()), "ok"),
        "truncated.ogg": (ogg[:100], "damaged"),
        "headless.mp3": (mp3[1000:], "ok"),
    }
    for name, (data, _) in contents.items():
        (folder / name).write_bytes(data)
    expected = {name: code for name, (_, code) in contents.items()}
    return expected | dict.fromkeys(["good.flac", "good.mp3", "good.ogg"], "ok") | _write_evil_values(folder)


def _write_evil_values(folder: Path) -> dict[str, str]:
    """Write well-formed files with values that no sound has, and what is no file."""
    write_sound(folder / "nan.wav", np.full(4800, np.nan, np.float32), subtype="FLOAT")
    speckled = tone()
    speckled[::100] = np.inf
    write_sound(folder / "speckled.wav", speckled, subtype="FLOAT")
    write_sound(folder / "astronomic.wav", noise() * np.float32(1e30), subtype="FLOAT")
    write_sound(folder / "silent.wav", np.zeros(4800, np.float32))
    write_sound(folder / "one-frame.wav", np.full(1, 0.5, np.float32))
    expected = {"nan.wav": "not-finite", "speckled.wav": "ok", "astronomic.wav": "not-finite", "silent.wav": "silent"}
    expected["one-frame.wav"] = "ok"
    (folder / "folder.wav").mkdir()
    expected["folder.wav"] = "not-a-file"
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.wav")
        expected["pipe.wav"] = "not-a-file"
    return expected
