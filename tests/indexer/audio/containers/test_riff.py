"""WAV files as programs write them."""

import io
import struct
import sys

import numpy as np
import pytest
import soundfile as sf

from db.errors import SoundError
from tests.containers import (
    RATE_HZ,
    acid,
    chunk,
    cue,
    extensible_format,
    id3,
    pcm_bytes,
    ping,
    wave,
    wave_format,
    wave_of,
)
from tests.sounds import write_sound

PING = ping()
FORMAT = chunk(b"fmt ", wave_format())
DATA = pcm_bytes(PING)


def unsized(size: int) -> bytes:
    """Return a sound whose chunk lies about its size."""
    return b"data" + struct.pack("<I", size) + DATA


def rf64(magic: bytes) -> bytes:
    sizes = chunk(b"ds64", struct.pack("<QQQI", len(DATA) + 72, len(DATA), len(PING), 0))
    return wave(sizes, FORMAT, unsized(0xFFFF_FFFF), magic=magic, size=0xFFFF_FFFF)


HEALTHY = {
    "plain": wave_of(PING),
    "sizes never written": wave(FORMAT, unsized(0), size=0),
    "size of the sound never written": wave(FORMAT, unsized(0)),
    "written to a pipe": wave(FORMAT, unsized(0xFFFF_FFFF), size=0xFFFF_FFFF),
    "Core Audio, stopped": wave(chunk(b"JUNK", bytes(28)), FORMAT, chunk(b"FLLR", bytes(4000)), unsized(0), size=4088),
    "RF64": rf64(b"RF64"),
    "BW64": rf64(b"BW64"),
    "odd chunk without padding": wave(FORMAT, chunk(b"axml", b"x" * 495, is_padded=False), chunk(b"data", DATA)),
    "odd chunk with padding": wave(chunk(b"bext", b"x" * 603), FORMAT, chunk(b"data", DATA)),
    "LIST of zeros": wave(FORMAT, chunk(b"LIST", bytes(4000)), chunk(b"data", DATA)),
    "LIST that claims gigabytes": wave(FORMAT, chunk(b"LIST", b"INFOISFT\xff\xff\xff\xffabcd"), chunk(b"data", DATA)),
    "ID3 in front": id3((b"TIT2", "x"), n_padding=9_999) + wave_of(PING),
    "twenty thousand chunks": wave(FORMAT, chunk(b"JUNK", b"") * 20_000, chunk(b"data", DATA)),
    "format behind the sound": wave(chunk(b"data", DATA), FORMAT),
    "big-endian": b"RIFX"
    + wave(
        chunk(b"fmt ", struct.pack(">HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16), order=">"),
        chunk(b"data", pcm_bytes(PING, order=">"), order=">"),
    )[4:],
}


@pytest.mark.parametrize("data", HEALTHY.values(), ids=HEALTHY)
def test_healthy_file_is_decoded_whole(data, opened):
    audio, frames = opened(data)
    np.testing.assert_allclose(frames[:, 0], PING, atol=1e-4)
    assert (audio.format, audio.reader.sample_rate_hz, audio.bit_depth) == ("wav", RATE_HZ, 16)
    assert audio.notes == ()


def test_the_work_for_chunks_of_different_names_grows_as_their_number(opened):
    def n_calls(n_chunks: int) -> int:
        chunks = b"".join(chunk(b"%04x" % number, b"") for number in range(n_chunks))
        n = 0

        def count(*_: object) -> None:
            nonlocal n
            n += 1

        sys.setprofile(count)
        try:
            _, frames = opened(wave(FORMAT, chunks, chunk(b"data", DATA)))
        finally:
            sys.setprofile(None)
        assert len(frames) == len(PING)
        return n

    assert n_calls(800) - n_calls(400) < 1.5 * (n_calls(400) - n_calls(0))  # 3 times where each is compared with all


def test_peak_chunk_that_does_not_fit_is_not_believed(opened):
    floats = np.repeat(PING, 2).astype("<f4").tobytes()
    wrong = chunk(b"PEAK", struct.pack("<IIfI", 1, 0, 0.5, 3))  # of one channel, in a file of two
    _, frames = opened(wave(chunk(b"fmt ", wave_format(3, 2, 32)), wrong, chunk(b"data", floats)))
    np.testing.assert_array_equal(frames, np.repeat(PING[:, None], 2, axis=1).astype(np.float32))


def test_sound_without_frames_is_told_from_one_of_unknown_length(opened):
    _, frames = opened(wave(FORMAT, chunk(b"data", b""), chunk(b"LIST", b"INFOISFT\4\0\0\0abcd")))
    assert len(frames) == 0


def test_size_over_four_gigabytes_is_told_by_the_file():
    from indexer.audio.containers.chunks import _sound_size

    four = 1 << 32
    assert _sound_size(io.BytesIO(), 44, 1_000, four + 1_000, "little") == (four + 1_000, four + 1_000)
    assert _sound_size(io.BytesIO(), 44, 1_000, 5_000, "little") == (1_000, 1_000)


@pytest.mark.parametrize(
    ("body", "data", "bit_depth"),
    [
        (extensible_format(16, 16), pcm_bytes(PING), 16),
        (extensible_format(24, 24), pcm_bytes(PING, 3), 24),
        (extensible_format(32, 24), pcm_bytes(PING, 4), 24),
        (extensible_format(32, 32, codec=3), PING.astype("<f4").tobytes(), 32),
        (wave_format(n_bits=20, n_bytes=3), pcm_bytes(PING, 3), 20),
        (wave_format(n_bits=12, n_bytes=2), pcm_bytes(PING), 12),
        (wave_format(n_bits=24, n_bytes=4), pcm_bytes(PING, 4), 24),
        (wave_format(n_bits=8), (PING * 127 + 128).round().astype(np.uint8).tobytes(), 8),
        (wave_format(3, n_bits=64), PING.astype("<f8").tobytes(), 64),
        (wave_format(3, n_bits=16), PING.astype("<f2").tobytes(), 16),
        (wave_format(n_bits=24)[:12] + b"\0\0" + wave_format(n_bits=24)[14:], pcm_bytes(PING, 3), 24),
    ],
    ids="16 24 24in32 float 20in24 12in16 24in4bytes 8 double half 24_without_block_size".split(),
)
def test_values_are_read_and_their_bits_told(body, data, bit_depth, opened):
    audio, frames = opened(wave(chunk(b"fmt ", body), chunk(b"data", data)))
    np.testing.assert_allclose(frames[:, 0], PING, atol=0.01 if bit_depth == 8 else 1e-3)
    assert audio.bit_depth == bit_depth


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"])
def test_values_are_those_of_libsndfile_bit_for_bit(subtype, tmp_path, opened):
    path = write_sound(tmp_path / "a.wav", np.stack([PING, -PING / 3], axis=1), RATE_HZ, subtype)
    _, frames = opened(path.read_bytes())
    np.testing.assert_array_equal(frames, sf.read(path, dtype="float32")[0])


@pytest.mark.parametrize("subtype", ["IMA_ADPCM", "MS_ADPCM", "GSM610"])
def test_compressed_sound_is_decoded_though_other_chunks_are_wrong(subtype, tmp_path, opened):
    path = write_sound(tmp_path / "a.wav", PING, RATE_HZ, subtype)
    data = path.read_bytes()
    wrong = chunk(b"LIST", b"INFOISFT\xff\xff\xff\xffabcd")
    _, frames = opened(data[:12] + wrong + data[12:])
    np.testing.assert_array_equal(frames[:, 0], sf.read(path, dtype="float32")[0])


@pytest.mark.parametrize("name", ["a.ogg", "a.mp3"])
def test_other_formats_inside_are_decoded(name, tmp_path, opened):
    inner = write_sound(tmp_path / name, PING, RATE_HZ)
    codec = 0x674F if name == "a.ogg" else 0x55
    audio, frames = opened(wave(chunk(b"fmt ", wave_format(codec)), chunk(b"data", inner.read_bytes())))
    assert audio.format == name[2:]
    np.testing.assert_array_equal(frames[:, 0], sf.read(inner, dtype="float32")[0])


def test_sound_that_is_cut_off_tells_what_is_missing(opened):
    audio, frames = opened(wave_of(PING)[:44_144])
    assert (len(frames), audio.n_claimed) == (22_050, 44_100)


def test_codec_that_is_not_read_is_named(opened, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SoundError, match=r"It holds AC-3 audio\. Install ffmpeg") as caught:
        opened(wave(chunk(b"fmt ", wave_format(0x2000)), chunk(b"data", bytes(1000))))
    assert caught.value.code == "needs-ffmpeg"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (wave(FORMAT), "damaged"),
        (wave(chunk(b"data", DATA)), "damaged"),
        (wave(chunk(b"fmt ", b"short"), chunk(b"data", DATA)), "damaged"),
        (wave(chunk(b"fmt ", wave_format(n_channels=0)), chunk(b"data", DATA)), "damaged"),
        (wave(chunk(b"fmt ", wave_format(rate_hz=1)), chunk(b"data", DATA)), "odd-rate"),
        (wave(chunk(b"fmt ", wave_format(n_channels=200)), chunk(b"data", DATA)), "too-many-channels"),
    ],
    ids="no_sound no_format short_format no_channels one_hertz crowd".split(),
)
def test_what_makes_no_sense_is_refused(data, code, opened):
    with pytest.raises(SoundError) as caught:
        opened(data)
    assert caught.value.code == code


def smpl(note: int, fraction: int = 0) -> bytes:
    return chunk(b"smpl", struct.pack("<9I", 0, 0, 22_675, note, fraction, 0, 0, 1, 0) + bytes(24))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (acid(127.5, 8), {"tempo_bpm": 127.5, "n_beats": 8}),
        (acid(127.5, 8, flags=2, root_note=57), {"tempo_bpm": 127.5, "root_note": 57}),
        (acid(127.5, 8, root_note=57), {"root_note": None}),
        (acid(120, 8, flags=1), {"tempo_bpm": None, "is_one_shot": True}),
        (acid(120, 0), {"tempo_bpm": None, "n_beats": None}),
        (chunk(b"acid", b"short"), {"tempo_bpm": None}),
        (smpl(57), {"root_note": 57}),
        (smpl(57, 1 << 31), {"root_note": 57.5}),
        (smpl(60), {"root_note": None}),
        (chunk(b"inst", bytes([57, 0, 0, 0, 127, 1, 127])), {"root_note": 57}),
        (chunk(b"inst", bytes([60, 0, 0, 0, 127, 1, 127])), {"root_note": None}),
        (smpl(60) + chunk(b"inst", bytes([62, 0, 0, 0, 127, 1, 127])), {"root_note": 62}),
        (cue(2_000, 1_000, 2_000), {"slices": (1_000, 2_000)}),
        (chunk(b"id3 ", id3((b"TBPM", "97"), (b"TKEY", "F#m"))), {"tempo_bpm": 97, "key": "F#m"}),
        (chunk(b"id3 ", id3((b"TBPM", "97"))) + acid(99, 8), {"tempo_bpm": 99}),
    ],
)
def test_what_chunks_say_is_read(written, expected, opened):
    audio, _ = opened(wave_of(PING, written))
    assert {name: getattr(audio.embedded, name) for name in expected} == expected


@pytest.mark.parametrize("is_padded", [True, False])
def test_chunk_behind_a_sound_of_odd_length_is_read(is_padded, opened):
    data = pcm_bytes(PING[:-1], 3)
    sound = chunk(b"data", data, is_padded=is_padded)
    audio, frames = opened(wave(chunk(b"fmt ", wave_format(n_bits=24)), sound, acid(97, 8)))
    assert audio.embedded.tempo_bpm == 97
    assert len(frames) == len(PING) - 1


def test_truncated_chunk_is_ignored(opened):
    audio, _ = opened(wave_of(PING, acid(97, 8))[:-4])
    assert audio.embedded.tempo_bpm is None
