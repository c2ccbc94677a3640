"""Tuning of kits: which sounds are tuned, to which note, and that they sound at it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from db.errors import UsageError
from db.types import Reading, Sample, Source, Tag
from indexer.export.plan import plan_export
from indexer.export.profile import read_profile
from indexer.export.records import ExportLog
from indexer.export.run import run_export
from indexer.kits.tuning import NOT_TUNED, Tuning, tune
from tests.tui.samples import make_sample

KICK, SUB, TOM, PAD = (1, "kick", "drums"), (2, "sub", "bass"), (3, "floor tom", "drums"), (4, "pad", "melodic")


def sound(kind: tuple[int, str, str], hz: float, confidence: float = 0.9) -> Sample:
    number, name, family = kind
    tags = (Tag("type", name, Source.MODEL, 0.9, family),)
    return replace(make_sample(), id=number, tags=tags, pitch=Reading("pitch", Source.ANALYSIS, confidence, number=hz))


def test_basses_and_notes_go_to_the_root_toms_to_the_chord_and_other_drums_stay() -> None:
    found = tune([sound(KICK, 50), sound(SUB, 55), sound(TOM, 98), sound(PAD, 440 * 2 ** (0.4 / 12))], "Fm")
    # A1 is four above F; G2 one below Ab; A4 and 40 cents
    assert found == Tuning("Fm", {2: -4.0, 3: 1.0, 4: -4.4})


def test_without_a_key_the_bass_gives_it() -> None:
    found = tune([sound(TOM, 98, 0.99), sound(SUB, 56, 0.6), sound(PAD, 880)])
    assert found.key == "A"
    assert found.semitones == {2: -0.31, 3: pytest.approx(2.0, abs=0.01)}
    assert tune([sound(TOM, 98), sound(SUB, 55, 0.3)]).key == "G"


def test_what_has_no_sure_pitch_is_not_tuned() -> None:
    unsure = sound(SUB, 55, 0.3)
    assert tune([unsure, sound(KICK, 50), replace(unsure, id=9, pitch=None)]) == NOT_TUNED
    with pytest.raises(UsageError, match="not a key"):
        tune([unsure], "loud")


@pytest.mark.parametrize("profile", ["daw", "m8"])
def test_an_exported_sound_is_at_its_note(profile: str, tmp_path: Path) -> None:
    seconds = np.arange(22_050) / 44_100
    sf.write(tmp_path / "sub.wav", 0.5 * np.sin(2 * np.pi * 110 * seconds), 44_100)
    (tmp_path / "library").mkdir()
    sample = replace(make_sample(str(tmp_path / "sub.wav")), id=2)
    rules = read_profile(profile, tmp_path)
    plan = plan_export([sample], tmp_path / "out", rules, tuning={2: -3.5})
    assert "tuned by -3.5 semitones" in plan.files[0].reasons
    run_export(plan, ExportLog(tmp_path / "library"), "kit")
    frames, rate_hz = sf.read(tmp_path / "out" / "sub.wav")
    assert len(frames) / rate_hz == pytest.approx(0.5 * 2 ** (3.5 / 12), abs=0.001)
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(len(frames)), 1 << 18))
    assert spectrum.argmax() * rate_hz / (1 << 18) == pytest.approx(110 * 2 ** (-3.5 / 12), abs=0.2)
    again = plan_export([sample], tmp_path / "out", rules, ExportLog(tmp_path / "library").records(), tuning={2: 1.0})
    assert len(again.to_write) == 1
