"""Onsets and beats are found where sounds begin."""

import sys

import numpy as np
import pytest

from db.errors import UsageError
from indexer.slicing.onsets import find_beats, find_onsets, snapped
from tests.indexer.slicing.conftest import PLACES, played
from tests.sounds import RATE_HZ, loop, tone
from tests.sounds import kick as make_kick

# librosa's fallback readers import modules that Python 3.13 drops
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize("rate_hz", [RATE_HZ, 44_100])
def test_onsets_are_found_to_three_milliseconds(rate_hz: int) -> None:
    wave = (
        played() if rate_hz == RATE_HZ else np.interp(np.arange(0, 96_000, RATE_HZ / rate_hz), range(96_000), played())
    )
    found = find_onsets(wave.astype(np.float32), rate_hz) / rate_hz
    assert found == pytest.approx(PLACES, abs=0.003)


@pytest.mark.parametrize("wave", [tone(seconds=2.0), np.zeros(96_000, np.float32)])
def test_what_only_goes_on_has_no_onset_in_the_middle(wave: np.ndarray) -> None:
    assert all(place < 0.05 * RATE_HZ for place in find_onsets(wave, RATE_HZ))


def test_beats_are_found_where_no_tempo_is_known() -> None:
    beats = find_beats(loop(make_kick(), 120, 16), RATE_HZ) / RATE_HZ
    assert np.diff(beats) == pytest.approx(0.5, abs=0.01)
    assert beats[1] % 0.5 == pytest.approx(0, abs=0.01)


def test_a_place_moves_to_a_sound_near_it_and_else_stays() -> None:
    places = np.array([0.0, 0.27, 0.9]) * RATE_HZ
    assert snapped(played(), RATE_HZ, places.astype(np.int64)) / RATE_HZ == pytest.approx([0, 0.25, 0.9], abs=0.003)


def test_without_librosa_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "librosa", None)
    with pytest.raises(UsageError, match="pip install librosa"):
        find_onsets(played(), RATE_HZ)
