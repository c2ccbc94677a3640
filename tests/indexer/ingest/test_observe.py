"""From files, sound or not, to waveforms."""

import hashlib
import os

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import SoundError
from indexer.audio import decode as decoding
from indexer.audio import file_hash
from indexer.audio.waveform import SAMPLE_RATE_HZ
from indexer.ingest import observe
from indexer.ingest.observe import read_sound
from tests.damage import pcm, pcm_format, riff, write_damaged, write_evil
from tests.sounds import EVIL_NAMES, hat, kick, loop, noise, tone, write_library, write_sound


def level(waveform):
    return float(np.sqrt(np.mean(waveform.astype(float) ** 2)))


def stereo(left, right):
    return np.stack([left, right], axis=1)


@pytest.mark.parametrize("subtype", ["FLOAT", "PCM_16", "PCM_24", "PCM_U8"])
def test_sound_at_the_wanted_rate_is_untouched(tmp_path, subtype):
    path = write_sound(tmp_path / "a.wav", kick(), subtype=subtype)
    expected, _ = sf.read(path, dtype="float32")
    sound = read_sound(path)
    assert sound.waveform.dtype == np.float32
    np.testing.assert_array_equal(sound.waveform, expected)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 96_000, 192_000])
def test_other_rates_are_resampled_to_the_same_sound(tmp_path, rate_hz):
    path = write_sound(tmp_path / "a.wav", tone(1_000, 1, rate_hz=rate_hz), rate_hz, subtype="FLOAT")
    waveform = read_sound(path).waveform
    assert len(waveform) == SAMPLE_RATE_HZ
    middle = slice(4_800, -4_800)
    np.testing.assert_allclose(waveform[middle], tone(1_000, 1)[middle], atol=2e-4)


@settings(max_examples=15, deadline=None)
@given(
    n_frames=st.integers(1, 3_000),
    rate_hz=st.sampled_from([11_025, 44_100, 48_000, 96_000]),
    n_channels=st.integers(1, 5),
    subtype=st.sampled_from(["PCM_16", "PCM_24", "FLOAT"]),
)
def test_length_and_bounds_hold_for_every_shape(tmp_path_factory, n_frames, rate_hz, n_channels, subtype):
    frames = np.stack([noise(1, 0.2, seed)[:n_frames] for seed in range(n_channels)], axis=1)
    path = write_sound(tmp_path_factory.mktemp("shapes") / "a.wav", frames, rate_hz, subtype)
    sound = read_sound(path)
    assert abs(len(sound.waveform) - n_frames * SAMPLE_RATE_HZ / rate_hz) <= 1
    assert np.isfinite(sound.waveform).all()
    assert np.abs(sound.waveform).max() <= 1.5 * np.abs(frames).max()
    assert sound.features.duration_seconds == n_frames / rate_hz


def test_same_file_gives_the_same_waveform_bit_for_bit(tmp_path):
    for path in write_library(tmp_path).iterdir():
        np.testing.assert_array_equal(read_sound(path).waveform, read_sound(path).waveform)


def test_block_size_does_not_change_a_waveform(tmp_path, monkeypatch):
    paths = list(write_library(tmp_path).iterdir())
    whole = [read_sound(path).waveform for path in paths]
    monkeypatch.setattr(decoding, "_BLOCK_VALUES", 1_000)
    for path, expected in zip(paths, whole, strict=True):
        np.testing.assert_array_equal(read_sound(path).waveform, expected)


@pytest.mark.parametrize(
    ("name", "format_name", "bit_depth"),
    [
        ("a.wav", "wav", 16),
        ("a.aiff", "aiff", 16),
        ("a.flac", "flac", 16),
        ("a.ogg", "ogg", None),
        ("a.mp3", "mp3", None),
    ],
)
def test_format_is_told_by_content_and_not_by_name(tmp_path, name, format_name, bit_depth):
    path = write_sound(tmp_path / name).rename(tmp_path / "misnamed.au")
    features = read_sound(path).features
    assert (features.format, features.bit_depth, features.n_channels) == (format_name, bit_depth, 1)
    assert features.duration_seconds == 0.5


def test_opus_has_a_name_of_its_own(tmp_path):
    sf.write(tmp_path / "a.opus", tone(), 48_000, format="OGG", subtype="OPUS")
    assert read_sound(tmp_path / "a.opus").features.format == "opus"


def test_mix_is_the_mean_of_the_channels(tmp_path):
    left, right = tone(300), tone(500)
    path = write_sound(tmp_path / "a.wav", stereo(left, right), subtype="FLOAT")
    np.testing.assert_allclose(read_sound(path).waveform, (left + right) / 2, atol=1e-7)


def test_louder_channel_is_taken_where_channels_cancel_out(tmp_path):
    sound = tone()
    path = write_sound(tmp_path / "a.wav", stereo(-0.9 * sound, sound), subtype="FLOAT")
    np.testing.assert_array_equal(read_sound(path).waveform, sound)


@pytest.mark.parametrize("n_channels", [2, 8, 64])
def test_one_channel_among_silent_ones_is_no_cancellation(tmp_path, n_channels):
    frames = np.zeros((4_800, n_channels), np.float32)
    frames[:, -1] = tone(seconds=0.1)
    sound = read_sound(write_sound(tmp_path / "a.wav", frames, subtype="FLOAT"))
    np.testing.assert_allclose(sound.waveform, tone(seconds=0.1) / n_channels, atol=1e-7)
    assert sound.features.peak_dbfs == pytest.approx(-6.02, abs=0.01)


def test_loudness_of_two_equal_channels_is_three_units_higher(tmp_path):
    one = read_sound(write_sound(tmp_path / "one.wav", tone())).features.loudness_lufs
    two = read_sound(write_sound(tmp_path / "two.wav", stereo(tone(), tone()))).features.loudness_lufs
    assert two - one == pytest.approx(3.01, abs=0.01)


def test_hash_is_that_of_the_whole_file(tmp_path):
    path = write_sound(tmp_path / "a.wav", kick())
    assert read_sound(path).file_hash == hashlib.blake2b(path.read_bytes(), digest_size=16).digest()


def test_known_content_is_hashed_but_not_decoded(tmp_path):
    path = write_sound(tmp_path / "a.wav", kick())
    sound = read_sound(path)
    again = read_sound(path, known_hashes=(b"other", sound.file_hash))
    assert (again.file_hash, again.waveform, again.features) == (sound.file_hash, None, None)


def test_big_file_is_streamed_to_the_same_result(tmp_path, monkeypatch):
    path = write_sound(tmp_path / "a.flac", loop(hat(), 120, 4))
    whole = read_sound(path)
    monkeypatch.setattr(file_hash, "_BLOCK_BYTES", 777)
    streamed = read_sound(path)
    assert (streamed.file_hash, streamed.features) == (whole.file_hash, whole.features)
    np.testing.assert_array_equal(streamed.waveform, whole.waveform)


def test_long_sound_is_decoded_in_parts_and_keeps_its_duration(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "MAX_ANALYSED_SECONDS", 3)
    monkeypatch.setattr(decoding, "_PART_SECONDS", 1)
    steps = np.repeat(np.arange(1, 8, dtype=np.float32) / 10, SAMPLE_RATE_HZ)
    for name in ("a.wav", "a.flac"):
        sound = read_sound(write_sound(tmp_path / name, stereo(steps, steps)))
        assert sound.features.duration_seconds == 7
        expected = np.repeat(np.float32([0.1, 0.4, 0.7]), SAMPLE_RATE_HZ)
        np.testing.assert_allclose(sound.waveform, expected, atol=1e-4)


def test_long_file_that_claims_even_more_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "MAX_ANALYSED_SECONDS", 3)
    monkeypatch.setattr(decoding, "_PART_SECONDS", 1)
    path = write_sound(tmp_path / "a.flac", noise(5))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 4 // 5])
    sound = read_sound(path)
    assert sound.features.duration_seconds == pytest.approx(4, abs=0.15)
    assert len(sound.waveform) == 3 * SAMPLE_RATE_HZ


def test_damaged_end_leaves_the_sound_before_it(tmp_path):
    path = write_sound(tmp_path / "a.flac", noise(2))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert read_sound(path).features.duration_seconds == pytest.approx(1, abs=0.15)


def test_acid_tempo_becomes_a_reading(tmp_path):
    chunk = (b"acid", bytes(12) + (8).to_bytes(4, "little") + bytes(4) + np.float32(93).tobytes())
    (tmp_path / "a.wav").write_bytes(riff(pcm_format(), chunk, pcm()))
    (reading,) = read_sound(tmp_path / "a.wav").readings
    assert (reading.name, reading.number) == ("bpm", 93)


def test_every_trap_is_decoded_or_refused_with_its_own_code(tmp_path):
    expected = write_evil(tmp_path)
    found = {name: outcome(tmp_path / name) for name in expected}
    assert found == expected


def test_damaged_files_are_decoded_or_refused_but_never_fail(tmp_path):
    write_damaged(tmp_path, n_files=200)
    outcomes = [outcome(path) for path in sorted(tmp_path.iterdir()) if path.is_file()]
    assert len(outcomes) == 200
    assert 20 < outcomes.count("ok") < 200


def outcome(path) -> str:
    """Read a file; return "ok" or the code of the error, after checks that hold for every file."""
    try:
        waveform = read_sound(path).waveform
    except SoundError as error:
        return error.code
    assert len(waveform) > 0
    assert np.isfinite(waveform).all()
    return "ok"


def test_message_is_a_sentence_without_the_path(tmp_path):
    for name, code in write_evil(tmp_path).items():
        if code != "ok":
            with pytest.raises(SoundError, match=r"^[A-Z][^\n]+\.$") as caught:
                read_sound(tmp_path / name)
            assert name not in str(caught.value)


def test_missing_and_forbidden_files_are_told_apart(tmp_path, monkeypatch):
    assert outcome(tmp_path / "missing.wav") == "gone"

    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SoundError, match="It could not be read: permission denied"):
        read_sound(tmp_path / "forbidden.wav")


def test_lack_of_memory_is_a_sentence(tmp_path, monkeypatch):
    path = write_sound(tmp_path / "a.wav")

    def exhaust(*_args):
        raise MemoryError

    monkeypatch.setattr(observe, "decode", exhaust)
    assert outcome(path) == "too-large"


def test_evil_names_are_only_names(tmp_path):
    for name in EVIL_NAMES:
        path = tmp_path / os.fsdecode(name)
        path.write_bytes(riff(pcm_format(), pcm()))
        assert read_sound(path).features.format == "wav"


def test_reading_leaves_the_file_as_it_was(tmp_path):
    path = write_sound(tmp_path / "a.wav")
    before = path.stat(), path.read_bytes()
    read_sound(path)
    after = path.stat(), path.read_bytes()
    assert (after[0].st_mtime_ns, after[0].st_mode, after[1]) == (before[0].st_mtime_ns, before[0].st_mode, before[1])


def test_what_was_cut_off_is_told(tmp_path):
    path = write_sound(tmp_path / "a.wav", tone(seconds=1))
    path.write_bytes(path.read_bytes()[: -path.stat().st_size // 2])
    sound = read_sound(path)
    assert sound.features.duration_seconds == pytest.approx(0.5, abs=0.01)
    assert sound.caveats == ("Only 0.50 of 1.00 seconds can be decoded; the rest is missing or damaged.",)


def test_what_is_analysed_in_parts_is_told_and_its_peak_is_that_of_the_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "MAX_ANALYSED_SECONDS", 2)
    monkeypatch.setattr(decoding, "_PART_SECONDS", 1)
    frames = tone(seconds=5) / 2
    frames[2 * SAMPLE_RATE_HZ] = 0.9
    sound = read_sound(write_sound(tmp_path / "a.wav", frames, subtype="FLOAT"))
    assert sound.features.duration_seconds == 5
    assert sound.features.peak_dbfs == pytest.approx(20 * np.log10(0.9), abs=0.01)
    assert sound.caveats == ("It is long: 2 parts of 1 seconds at even distances are analysed.",)
    assert len(sound.waveform) == 2 * SAMPLE_RATE_HZ
