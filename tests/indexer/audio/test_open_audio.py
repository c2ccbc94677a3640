"""What every sound is asked, whatever its container."""

import struct

import pytest

from db.errors import SoundError
from tests.containers import pcm_bytes, ping

PING = ping(seconds=0.1)
SIXTEEN_BITS = 3


def au(rate_hz: int = 44_100, n_channels: int = 1) -> bytes:
    data = pcm_bytes(PING, order=">")
    return struct.pack(">4s5I", b".snd", 24, len(data), SIXTEEN_BITS, rate_hz, n_channels) + data


def test_container_that_libsndfile_reads_is_decoded_whole(opened):
    audio, frames = opened(au())
    assert (audio.format, len(frames)) == ("au", len(PING))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (au(rate_hz=1), "odd-rate"),
        (au(rate_hz=700_000_000), "odd-rate"),
        (au(rate_hz=2_000_000_000), "odd-rate"),
        (au(n_channels=500), "too-many-channels"),
    ],
    ids="one_hertz megahertz gigahertz crowd".split(),
)
def test_header_that_no_sound_has_is_refused(data, code, opened):
    with pytest.raises(SoundError) as caught:
        opened(data)
    assert caught.value.code == code
