"""AIFF, AIFC and CAF files as programs write them."""

import struct

import numpy as np
import pytest

from db.errors import SoundError
from tests.containers import aiff, caf, chunk, id3, pcm_bytes, ping

PING = ping(seconds=0.25)
BIG, LITTLE = pcm_bytes(PING, order=">"), pcm_bytes(PING)
FLOATS = PING.astype(">f4").tobytes()
N = len(PING)
LITTLE_ATOM = chunk(b"wave", b"\0\0\0\x0aenda\0\1\0\0", order=">")  # as QuickTime has it
WHOLE_TO_THE_END = -1


@pytest.mark.parametrize(
    ("data", "bit_depth"),
    [
        (aiff(BIG, N), 16),
        (aiff(pcm_bytes(PING, 3, ">"), N, n_bits=24), 24),
        (aiff(pcm_bytes(PING, 4, ">"), N, n_bits=32), 32),
        (aiff(BIG, N, kind=b"NONE"), 16),
        (aiff(LITTLE, N, kind=b"sowt"), 16),
        (aiff(pcm_bytes(PING, 3), N, kind=b"sowt", n_bits=24), 24),
        (aiff(pcm_bytes(PING, 3), N, LITTLE_ATOM, kind=b"in24", n_bits=24), 24),
        (aiff(FLOATS, N, kind=b"fl32", n_bits=32), 32),
        (aiff(BIG, N, size=0), 16),
        (id3((b"TIT2", "x")) + aiff(BIG, N), 16),
        (caf(b"lpcm", BIG), 16),
        (caf(b"lpcm", LITTLE, flags=2), 16),
        (caf(b"lpcm", pcm_bytes(PING, 3, ">"), n_bytes=3), 24),
        (caf(b"lpcm", FLOATS, flags=1, n_bytes=4), 32),
        (caf(b"lpcm", BIG, size=WHOLE_TO_THE_END), 16),
    ],
)
def test_healthy_file_is_decoded_whole(data, bit_depth, opened):
    audio, frames = opened(data)
    np.testing.assert_allclose(frames[:, 0], PING, atol=1e-4)
    assert audio.bit_depth == bit_depth


@pytest.mark.parametrize("kind", [b"aac ", b"opus", b"QDM2"])
def test_codec_in_caf_that_is_not_read_is_named_and_not_called_damaged(kind, opened, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SoundError, match="Install ffmpeg") as caught:
        opened(caf(kind, bytes(100)))
    assert caught.value.code == "needs-ffmpeg"


def test_first_of_repeated_chunks_in_caf_counts(opened):
    _, frames = opened(caf(b"lpcm", BIG) + struct.pack(">4sq", b"data", 8) + bytes(8))
    assert len(frames) == N


def apple_loop(n_beats: int, note: int, scale: int, kind: int = 1) -> bytes:
    return chunk(b"basc", struct.pack(">II5H66x", 1, n_beats, note, scale, 4, 4, kind), order=">")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (apple_loop(8, 57, 1), {"n_beats": 8, "key": "Am"}),
        (apple_loop(16, 48, 2), {"n_beats": 16, "key": "C"}),
        (apple_loop(16, 48, 3), {"n_beats": 16, "key": None}),
        (apple_loop(4, 48, 3, kind=2), {"is_one_shot": True}),
        (chunk(b"INST", bytes([45, 20]) + bytes(18), order=">"), {"root_note": 45.2}),
        (chunk(b"INST", bytes([60, 0]) + bytes(18), order=">"), {"root_note": None}),
        (chunk(b"MARK", struct.pack(">HHIBxHIBx", 2, 1, 90, 0, 2, 20, 0), order=">"), {"slices": (20, 90)}),
        (chunk(b"ID3 ", id3((b"TBPM", "92"), (b"TKEY", "Ebm")), order=">"), {"tempo_bpm": 92, "key": "Ebm"}),
    ],
)
def test_what_chunks_say_is_read(written, expected, opened):
    audio, _ = opened(aiff(BIG, N, written))
    assert {name: getattr(audio.embedded, name) for name in expected} == expected


@pytest.mark.parametrize(
    "data", [aiff(BIG, N)[:30], aiff(BIG, N, n_bits=96), caf(b"lpcm", BIG)[:40], caf(b"lpcm", BIG, n_bytes=9)]
)
def test_what_makes_no_sense_is_refused(data, opened):
    with pytest.raises(SoundError, match=r"^It.*\.$"):
        opened(data)
