"""Where loops are cut."""

from pathlib import Path

import numpy as np
import pytest

from db.errors import UsageError
from indexer.slicing.cuts import find_cuts, parse_method, zero_crossing
from tests.containers import chunk, wave_of
from tests.indexer.slicing.conftest import PLACES, MakeLoop, played
from tests.sounds import RATE_HZ, tone
from tests.tui.samples import make_sample

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def starts(sample: object, by: str) -> list[float]:
    cuts = find_cuts(sample, sample.path, by)  # type: ignore[attr-defined, arg-type]
    assert [last for _, last in cuts.spans[:-1]] == [first for first, _ in cuts.spans[1:]]
    return [first / cuts.rate_hz for first, _ in cuts.spans]


def test_slices_by_onsets_lie_end_to_end_up_to_the_last_frame(make_loop: MakeLoop) -> None:
    loop = make_loop()
    assert starts(loop, "onsets") == pytest.approx(PLACES, abs=0.005)
    assert find_cuts(loop, loop.path).spans[-1][1] == 2 * RATE_HZ


def test_equal_parts_begin_on_zero_crossings(make_loop: MakeLoop) -> None:
    wave = tone(997.0, 2.0)
    loop = make_loop(wave)
    firsts = [first for first, _ in find_cuts(loop, loop.path, "7").spans]
    assert np.linspace(0, 2 * RATE_HZ, 7, endpoint=False) - firsts == pytest.approx(24, abs=24)  # half a period
    assert all(wave[first - 1] * wave[first] <= 0 for first in firsts[1:])


def test_beats_follow_a_known_tempo_and_a_stroke_near_them(make_loop: MakeLoop) -> None:
    assert starts(make_loop(), "beats") == pytest.approx([0, 0.51, 1.0, 1.5], abs=0.005)
    assert len(starts(make_loop(tempo_bpm=100.0), "beats")) == 4  # the length is no whole number of these


def test_silence_before_the_first_sound_is_no_slice_but_sound_is(make_loop: MakeLoop) -> None:
    silent = make_loop(played((0.25, 0.75, 1.25)), name="silent.wav")
    assert starts(silent, "onsets") == pytest.approx([0.25, 0.75, 1.25], abs=0.005)
    faint = played((0.25, 0.75, 1.25)) + 0.01 * tone(50, 2.0)
    assert starts(make_loop(faint, name="faint.wav"), "onsets")[0] == 0


def test_places_in_the_file_count_before_onsets(tmp_path: Path) -> None:
    points = [0, 11_025, 30_000, 900_000]  # the last one lies behind the sound
    cues = b"".join(np.array([n, 0, 0, 0, 0, place], "<u4").tobytes() for n, place in enumerate(points))
    path = tmp_path / "cued.wav"
    path.write_bytes(wave_of(0.5 * np.sin(np.arange(44_100) / 9), chunk(b"cue ", np.uint32(4).tobytes() + cues)))
    cuts = find_cuts(make_sample(str(path)), path)
    assert cuts.by == "cues"
    assert [first for first, _ in cuts.spans] == pytest.approx([0, 11_025, 30_000], abs=88)


def test_a_zero_crossing_lies_at_or_before_a_place() -> None:
    wave = tone(1_000.0, 0.1)
    place = zero_crossing(wave, RATE_HZ, 1_000)
    assert 1_000 - 24 <= place <= 1_000
    assert wave[place - 1] * wave[place] <= 0
    assert zero_crossing(np.linspace(0.9, 0.5, 480, dtype=np.float32), RATE_HZ, 200) == 200  # the quietest


@pytest.mark.parametrize("text", ["1", "93", "-4", "onset", "", "1e3", "²"])
def test_other_methods_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="Slice by onsets, beats, cues"):
        parse_method(text)


def test_what_cannot_be_sliced_is_a_sentence(make_loop: MakeLoop) -> None:
    loop = make_loop()
    with pytest.raises(UsageError, match="no cue points"):
        find_cuts(loop, loop.path, "cues")
    with pytest.raises(UsageError, match="shorter than two beats"):
        starts(make_loop(tempo_bpm=40.0), "beats")
    strokes = make_loop(played(tuple(np.arange(0, 12, 0.1)), 12.0))
    with pytest.raises(UsageError, match="more than the 92 keys"):
        find_cuts(strokes, strokes.path, "onsets")
