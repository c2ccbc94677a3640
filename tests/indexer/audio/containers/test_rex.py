"""REX2, .rex and .rcy files: sound, tempo and slices; whatever is damaged is refused in a sentence."""

import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from db.errors import SoundError
from indexer.audio.containers.dwop import iter_frames
from indexer.audio.decode import decode
from indexer.audio.open_audio import open_audio
from indexer.ingest.observe import read_sound
from tests.rex import chunk, rex2

RNG = np.random.default_rng(1)
PLUCK = (np.sin(np.arange(3_000) / 9) * np.exp(-np.arange(3_000) / 700) * 20_000).astype(np.int64)
NOISE = RNG.integers(-32_768, 32_768, 500)
CLICKS = np.where(np.arange(900) % 300 == 0, 30_000, 0)


def write(folder: Path, data: bytes, name: str = "a.rx2") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "frames",
    [PLUCK[:, None], NOISE[:, None], CLICKS[:, None], np.c_[PLUCK, PLUCK[::-1]], np.c_[NOISE, -NOISE - 1]],
    ids=["pluck", "noise", "clicks", "stereo", "opposite"],
)
def test_the_codec_loses_nothing(tmp_path: Path, frames: np.ndarray) -> None:
    with open_audio(write(tmp_path, rex2(frames))) as audio:
        found = audio.reader.read(1 << 20)
        assert (audio.format, audio.bit_depth, audio.reader.sample_rate_hz) == ("rx2", 16, 44_100)
    np.testing.assert_array_equal(found * 32_768, frames)


def test_24_bits_are_kept(tmp_path: Path) -> None:
    with open_audio(write(tmp_path, rex2(PLUCK[:, None] * 256 + 5, depth=5))) as audio:
        assert audio.bit_depth == 24
        np.testing.assert_array_equal(audio.reader.read(1 << 20)[:, 0] * (1 << 23), PLUCK * 256 + 5)


def test_silence_is_written_as_the_description_of_the_format_has_it() -> None:
    words = bytes.fromhex("82082082082082082082082082082082")
    assert set(iter_frames(words, 1)) == {(0,)}


def test_tempo_and_slices_are_read_and_slices_that_are_not_shown_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, rex2(PLUCK[:, None], tempo=174_500, slices=[(800, 700), (900, 1), (1_500, 1_500)]))
    embedded = decode(path).embedded
    assert embedded.tempo_bpm == 174.5
    assert embedded.slices == (0, 800, 1_500)
    assert read_sound(path).features.n_slices == 3


def aiff(application: bytes, n_channels: int = 1, n_frames: int = 4, n_bits: int = 16) -> bytes:
    common = struct.pack(">hIhHQ", n_channels, n_frames, n_bits, 0x400E, 0xAC44 << 48)
    sound = chunk(b"SSND", bytes(8) + struct.pack(">4h", 1, -900, 800, 7))
    return chunk(
        b"FORM", b"AIFF" + chunk(b"COMM", common) + sound + (chunk(b"APPL", application) if application else b"")
    )


def recycle(tempo: int = 120_000, n_bars: int = 1, sensitivity: int = 500) -> bytes:
    head = b"ReCy\xd1\xda\xde\xd0\x01\0\4\4" + bytes([n_bars, 0]) + struct.pack(">I6xH", tempo, sensitivity)
    records = [(0x81, 0, 0), (0, 1, 0x7FFF), (0, 2, 100), (2, 3, 0x7FFF)]
    return head.ljust(162, b"\0") + struct.pack(">H", 4) + b"".join(struct.pack(">BIxH", *record) for record in records)


def rex(tempo: int = 120_000) -> bytes:
    head = b"REX \xd1\xd1\xd1\xda" + struct.pack(">6xHI", 3, tempo)
    return head.ljust(1_020, b"\0") + struct.pack(">9I", 0, 2, 0, 2, 0, 1, 3, 1, 2)


def test_rex_files_that_are_aiff_have_tempo_and_slices(tmp_path: Path) -> None:
    embedded = decode(write(tmp_path, aiff(rex()), "a.rex")).embedded
    assert (embedded.tempo_bpm, embedded.slices) == (120, (0, 3))


@pytest.mark.parametrize(("sensitivity", "slices"), [(500, (0, 1)), (1_000, (0, 1, 2)), (0, (0,))])
def test_recycle_files_have_the_slices_that_their_sensitivity_shows(
    tmp_path: Path, sensitivity: int, slices: tuple[int, ...]
) -> None:
    embedded = decode(write(tmp_path, aiff(recycle(sensitivity=sensitivity)), "a.rcy")).embedded
    assert (embedded.tempo_bpm, embedded.slices) == (120, slices)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.rx2", rex2(PLUCK[:, None], magic=b"\x49\x0c\xf1\x8e\xbc\x02")),
        ("a.rx2", rex2(PLUCK[:, None], magic=b"\x49\x0c\xf1\x8d\xbc\x04")),
        ("a.rx2", rex2(PLUCK[:, None], tempo=0)),
        ("a.rx2", rex2(PLUCK[:, None], n_frames=0)),
        ("a.rx2", rex2(PLUCK[:, None], depth=7)),
        ("a.rx2", rex2(PLUCK[:, None])[:-9]),
        *(("a.rx2", rex2(PLUCK[:, None], left_out=[name])) for name in (b"HEAD", b"GLOB", b"SINF", b"SDAT")),
        ("a.rcy", aiff(b"")),
        ("a.rcy", aiff(recycle(tempo=0))),
        ("a.rcy", aiff(recycle(tempo=900_000))),
        ("a.rcy", aiff(recycle()[:16])),
        ("a.rcy", aiff(recycle(n_bars=0))),
        ("a.rcy", aiff(recycle(), n_channels=3)),
        ("a.rcy", aiff(recycle(), n_bits=12)),
        ("a.rcy", aiff(recycle(), n_frames=0)),
        ("a.rex", aiff(rex(tempo=1))),
    ],
)
def test_what_is_damaged_is_refused_in_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(SoundError, match=r"^It.*\.$") as refused:
        decode(write(tmp_path, data, name))
    assert refused.value.code == "damaged"


def test_a_sound_that_ends_early_is_told(tmp_path: Path) -> None:
    decoded = decode(write(tmp_path, rex2(PLUCK[:, None], n_frames=9_000)))
    assert decoded.original.notes
    assert 3_000 <= decoded.original.n_frames < 9_000


@pytest.mark.parametrize("seed", range(3))
def test_mutated_files_end_in_a_sound_or_a_sentence(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    files = [rex2(PLUCK[:400, None], slices=[(0, 300)]), aiff(rex()), aiff(recycle())]
    for _ in range(60):
        data = bytearray(files[rng.integers(3)])
        for place in rng.integers(0, len(data), rng.integers(1, 6)):
            data[place] = rng.integers(256)
        with suppress(SoundError):  # anything else fails
            decode(write(tmp_path, bytes(data[: rng.integers(len(data) // 2, len(data) + 1)])))
