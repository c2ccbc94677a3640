import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import grooves, midi, performances, phrases, soundfonts
from training.drum_kits import DRUM_BANK, DRUM_KEYS, DRUMLINE_KEYS, KITS, keys_of
from training.fluidsynth import BEND_RANGE_SEMITONES, Preset, Take, cut, is_installed, read_takes, take_events, trim
from training.general_midi import PROGRAMS, Label, label
from training.sound import SAMPLE_RATE_HZ

FAMILIES = {"drums", "percussion", "bass", "melodic", "vocal", "fx", "loop", "nature"}
ALL_PRESETS = frozenset(
    [*(Preset(program.bank, program.number) for program in PROGRAMS), *(Preset(DRUM_BANK, kit.number) for kit in KITS)]
)
needs_fluidsynth = pytest.mark.skipif(not is_installed(), reason="fluidsynth and its soundfonts are for training only")


def read_midi(data: bytes) -> list[tuple[int, bytes]]:
    """Read back ``(tick, message)`` of a file with one track of channel messages and meta events."""
    assert data[:4] == b"MThd"
    assert data[14:18] == b"MTrk"
    stream = io.BytesIO(data[22:])
    assert int.from_bytes(data[18:22], "big") == len(data) - 22
    tick, events = 0, []
    while True:
        delta = 0
        while (byte := stream.read(1)[0]) & 0x80:
            delta = delta << 7 | byte & 0x7F
        tick += delta << 7 | byte
        status = stream.read(1)[0]
        if status == 0xFF:
            kind, size = stream.read(2)
            stream.read(size)
            if kind == 0x2F:
                return events
            continue
        events.append((tick, bytes((status,)) + stream.read(1 if status >> 4 in {0xC, 0xD} else 2)))


@given(st.lists(st.tuples(st.floats(0, 5000), st.integers(0, 127)), max_size=40))
def test_a_midi_file_holds_every_event_in_order_of_time(events: list[tuple[float, int]]) -> None:
    data = midi.standard_midi_file((at, midi.control(3, 7, value)) for at, value in events)
    read = read_midi(data)
    expected = sorted(((round(at * midi.TICKS_PER_SECOND), value) for at, value in events), key=lambda event: event[0])
    assert [(tick, message[2]) for tick, message in read] == expected


@given(st.integers(-8192, 8191))
def test_a_generator_offset_is_sent_as_fourteen_bits(units: int) -> None:
    *_, low, high = midi.generator_offset(2, 8, units)
    assert (high[2] << 7 | low[2]) - 8192 == units


@given(st.floats(-1, 1))
def test_a_bend_keeps_its_sign_and_size(fraction: float) -> None:
    _, low, high = midi.bend(0, fraction)
    assert abs((high << 7 | low) - 8192 - fraction * 8192) <= 1


def test_every_general_midi_program_has_words() -> None:
    assert {program.number for program in PROGRAMS if program.bank == 0} == set(range(128))
    assert all(0 <= program.lowest < program.highest <= 127 for program in PROGRAMS)


def test_every_key_of_the_standard_kit_has_words() -> None:
    assert {drum.key for drum in DRUM_KEYS if drum.kit == 0} == set(range(27, 88))


def test_a_kit_lists_only_what_it_does_not_share_with_the_standard_kit() -> None:
    assert 42 not in {drum.key for drum in DRUM_KEYS if drum.kit == 8}
    assert "808 hat" in next(drum for drum in DRUM_KEYS if (drum.kit, drum.key) == (25, 42)).label.aliases


def test_a_drumline_is_struck_only_where_there_is_one() -> None:
    drumline = {key.kit for key in DRUMLINE_KEYS}
    assert drumline <= {key.kit for key in keys_of({0, *drumline})}
    assert {key.kit for key in keys_of({0, 56})} == {0}


@pytest.mark.parametrize("item", [*PROGRAMS, *DRUM_KEYS, *DRUMLINE_KEYS], ids=lambda item: item.label.kind)
def test_labels_are_plain_words(item: performances.Labelled) -> None:
    words = (item.label.kind, *item.label.aliases, *item.label.source, *item.label.character)
    assert item.label.family in FAMILIES
    assert item.label.kind not in item.label.aliases
    assert all(word == word.strip().lower() and word for word in words)


def test_a_new_word_drives_out_its_opposite() -> None:
    bright = label("piano", (), (), "bright", "warm")
    assert bright.also("dark").character == ("warm", "dark")


def every_way_of_playing() -> list[soundfonts.Player]:
    return list(soundfonts.players(ALL_PRESETS)[0])


@pytest.mark.parametrize("player", every_way_of_playing())
def test_every_take_can_be_played(player: soundfonts.Player) -> None:
    for seed in range(25):
        take = player(np.random.default_rng(seed))
        check_take(take)
        assert player(np.random.default_rng(seed)) == take


def check_take(take: Take) -> None:
    assert 0.03 <= take.seconds <= performances.MAX_SECONDS + 1e-9
    assert set(take.presets) <= ALL_PRESETS
    assert take.notes
    for note in take.notes:
        assert 0 <= note.start_seconds < take.seconds
        assert 0 <= note.key <= 127
        assert 1 <= note.velocity <= 127
        assert note.layer < len(take.presets)
    assert all(abs(semitones) <= BEND_RANGE_SEMITONES for semitones in take.bend_semitones)
    assert all(-8192 <= units < 8192 for units in take.offsets.values())


@pytest.mark.parametrize("seed", range(10))
def test_loops_are_whole_bars(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for take in (grooves.drum_loop(rng, ALL_PRESETS), phrases.bass_line(rng, PROGRAMS), phrases.tune(rng, PROGRAMS)):
        assert take.is_exact
        assert take.label.family == "loop"
        n_bars = [bars for bars in (1, 2, 4) if 60 <= bars * 240 / take.seconds <= 181]
        assert n_bars, f"{take.seconds} s is no whole number of bars at any usual tempo"


def test_grooves_are_bars_of_sixteen_known_marks() -> None:
    for style in grooves.STYLES:
        assert style.bpm[0] < style.bpm[1]
        for key, pattern in style.patterns.items():
            assert 27 <= key <= 87
            assert len(pattern) == grooves.STEPS_PER_BAR, style.name
            assert set(pattern) <= set("Xxo-")


def test_a_take_ends_with_silence_on_its_channels() -> None:
    take = a_take(seconds=1.0)
    events = list(take_events(take, 2.0))
    assert max(at for at, _ in events) == 3.0
    assert (3.0, midi.control(0, 120, 0)) in events
    assert min(at for at, _ in events) == 2.0


def a_take(seconds: float, *, is_exact: bool = False) -> Take:
    notes = (midi.Note(0.0, seconds, 60, 100),)
    return Take(Label("piano", "melodic"), (Preset(0, 0),), notes, seconds, is_exact=is_exact)


def a_burst(n_frames: int, start: int, length: int) -> np.ndarray:
    frames = np.zeros((n_frames, 2), dtype=np.float32)
    frames[start : start + length] = 0.25 * np.sin(np.arange(length) * 0.1)[:, None]
    return frames


def test_trimming_cuts_silence_from_both_ends() -> None:
    waveform = trim(a_burst(48_000, 9_600, 9_600)[:, 0])
    assert 9_500 < len(waveform) < 9_750
    assert waveform[-1] == 0.0


def test_trimming_keeps_forty_milliseconds_of_a_click() -> None:
    waveform = np.zeros(48_000, dtype=np.float32)
    waveform[100] = 1.0
    assert len(trim(waveform)) == SAMPLE_RATE_HZ // 25


def test_a_cut_is_levelled_mono_and_a_silent_take_is_none() -> None:
    waveform = cut(a_burst(48_000, 0, 20_000), a_take(1.0))
    assert waveform is not None
    assert waveform.ndim == 1
    assert np.isclose(np.max(np.abs(waveform)), 0.9, atol=1e-3)
    assert cut(np.zeros((48_000, 2), dtype=np.float32), a_take(1.0)) is None


def test_an_exact_cut_keeps_every_frame() -> None:
    waveform = cut(a_burst(48_000, 1_000, 5_000), a_take(1.0, is_exact=True))
    assert waveform is not None
    assert len(waveform) == 48_000


def test_takes_are_read_from_where_they_were_played() -> None:
    lengths = (0.5, 0.7, 0.31)
    starts = np.cumsum([0, *(seconds + 0.03 for seconds in lengths)])
    stream = np.concatenate(
        [a_burst(round((b - a) * 48_000), 0, 2_400 * (i + 1)) for i, (a, b) in enumerate(pairwise(starts))]
    )
    waveforms = list(read_takes(io.BytesIO(stream.tobytes()), [a_take(seconds) for seconds in lengths]))
    assert [round(len(waveform) / 2_400) for waveform in waveforms if waveform is not None] == [1, 2, 3]


def test_a_stream_that_ends_early_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="fluidsynth ended"):
        list(read_takes(io.BytesIO(b"\0" * 800), [a_take(1.0)]))


def test_a_missing_fluidsynth_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfonts, "is_installed", lambda: False)
    with pytest.raises(RuntimeError, match="apt-get install fluidsynth"):
        next(soundfonts.sounds(tmp_path, 1, 0))


@needs_fluidsynth
def test_rendered_sounds_are_valid_and_the_same_for_the_same_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [font for font in soundfonts.SOUNDFONTS if font.exists()]
    is_slow = [font.suffix == ".sf3" for font in there]  # compressed: seconds to load
    monkeypatch.setattr(soundfonts, "SOUNDFONTS", [there[is_slow.index(min(is_slow))]])
    first, second = (list(soundfonts.sounds(tmp_path, 4, seed=1)) for _ in range(2))
    assert len(first) == 4
    for one, other in zip(first, second, strict=True):
        assert one.kind == other.kind
        assert np.array_equal(one.waveform, other.waveform)
        assert one.waveform.dtype == np.float32
        assert np.isfinite(one.waveform).all()
        assert 0.03 <= len(one.waveform) / SAMPLE_RATE_HZ <= 8.0
    assert not list(tmp_path.iterdir())
