"""MP3 files as programs write them, and damage them."""

import numpy as np
import pytest

from tests.containers import id3
from tests.sounds import noise, write_sound

RATE_HZ = 44_100
SECONDS = 2.0


@pytest.fixture(scope="module")
def mp3(tmp_path_factory) -> bytes:
    """Two seconds of noise, 1152 PCM frames in each frame of the stream; a table in the first."""
    path = tmp_path_factory.mktemp("mp3") / "a.mp3"
    return write_sound(path, noise(SECONDS)[: int(SECONDS * RATE_HZ)], rate_hz=RATE_HZ).read_bytes()


def without_table(data: bytes) -> bytes:
    place = next(data.find(name) for name in (b"Xing", b"Info") if name in data)
    return data.replace(data[place : place + 4], b"\0\0\0\0", 1)


def seconds(frames: np.ndarray) -> float:
    return len(frames) / RATE_HZ


@pytest.mark.parametrize("before", [b"", bytes(5_000), id3((b"TIT2", "x"), n_padding=3_000)])
def test_a_stream_is_decoded_whole_whatever_lies_before_it(before, mp3, opened):
    audio, frames = opened(before + mp3)
    assert audio.format == "mp3"
    assert seconds(frames) == pytest.approx(SECONDS, abs=0.08)
    assert audio.notes == ()


def test_a_stream_without_a_table_has_its_true_length(mp3, opened):
    audio, frames = opened(without_table(mp3))
    assert seconds(frames) == pytest.approx(SECONDS, abs=0.1)
    assert audio.n_claimed == pytest.approx(len(frames), abs=3_000)


def test_a_stretch_that_is_damaged_is_left_out_and_told(mp3, opened):
    middle = len(mp3) // 2
    audio, frames = opened(mp3[:middle] + bytes(1_500) + mp3[middle + 1_500 :])
    assert SECONDS - 0.5 < seconds(frames) < SECONDS
    assert len(audio.notes) == 1


def test_a_stream_that_was_cut_off_is_decoded_to_where_it_ends(mp3, opened):
    _, frames = opened(mp3[: len(mp3) // 2])
    assert seconds(frames) == pytest.approx(SECONDS / 2, abs=0.1)


def test_tags_around_a_stream_change_neither_sound_nor_payload(mp3, opened):
    plain, frames = opened(mp3)
    tagged, same = opened(id3((b"TBPM", "128")) + mp3 + b"TAG".ljust(128, b"\0"))
    np.testing.assert_array_equal(frames, same)
    assert tagged.embedded.tempo_bpm == 128
    assert (plain.payload is None, tagged.payload is None) == (False, False)
