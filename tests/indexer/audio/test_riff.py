"""What lies in RIFF chunks beside the sound."""

import io
import struct

import pytest

from db.types import Reading, Source
from indexer.audio.riff import find_inner_stream, read_acid_tempo
from tests.damage import pcm, pcm_format, riff


def acid(tempo_bpm: float, flags: int = 0, n_beats: int = 8) -> tuple[bytes, bytes]:
    return b"acid", struct.pack("<IHHfIHHf", flags, 60, 0, 0.0, n_beats, 4, 4, tempo_bpm)


def test_acid_tempo_of_a_loop_is_read():
    file = io.BytesIO(riff(pcm_format(), pcm(), acid(127.5)))
    assert read_acid_tempo(file) == Reading("bpm", Source.EMBEDDED, 0.9, number=127.5)


@pytest.mark.parametrize(
    "chunk",
    [
        acid(120, flags=1),
        acid(120, n_beats=0),
        acid(0),
        acid(float("nan")),
        acid(float("inf")),
        (b"acid", b"short"),
        (b"LIST", bytes(24)),
    ],
    ids=["one-shot", "no beats", "no tempo", "NaN", "infinite", "short", "none"],
)
def test_impossible_acid_tempo_is_ignored(chunk):
    assert read_acid_tempo(io.BytesIO(riff(pcm_format(), chunk, pcm()))) is None


def test_truncated_acid_chunk_is_ignored():
    assert read_acid_tempo(io.BytesIO(riff(acid(120))[:-4])) is None


@pytest.mark.parametrize("data", [b"", b"RIFF", b"OggS" * 10, b"RIFF\0\0\0\0AVI fmt "])
def test_other_files_have_neither_tempo_nor_inner_stream(data):
    assert read_acid_tempo(io.BytesIO(data)) is None
    assert find_inner_stream(io.BytesIO(data)) is None


def test_inner_stream_is_found_by_codec_or_content():
    ogg = riff(pcm_format(codec=0x6771), (b"data", b"OggS..."))
    mp3 = riff(pcm_format(codec=0x55), (b"data", b"\xff\xfb"))
    assert ogg[find_inner_stream(io.BytesIO(ogg)) :] == b"OggS...\0"
    assert mp3[find_inner_stream(io.BytesIO(mp3)) :] == b"\xff\xfb"
    assert find_inner_stream(io.BytesIO(riff(pcm_format(), pcm()))) is None
