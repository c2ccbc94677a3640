"""How sounds are brought to the tempo and the key of a project."""

from dataclasses import replace

import pytest

from db.errors import UsageError
from db.types import Reading, Sample, Source, Tag
from indexer.export.conform import Project, conform, read_project
from tests.tui.samples import make_sample


def sound(form: str, kind: str, bpm: Reading | None = None, key: Reading | None = None) -> Sample:
    family = "drums" if kind == "kick" else "melodic"
    tags = (Tag("form", form, Source.ANALYSIS, 0.9), Tag("type", kind, Source.MODEL, 0.9, family))
    return replace(make_sample(), tags=tags, bpm=bpm, key=key)


def tempo(number: float, confidence: float = 0.9, source: Source = Source.FILENAME) -> Reading:
    return Reading("bpm", source, confidence, number=number)


def key(text: str, confidence: float = 0.9) -> Reading:
    return Reading("key", Source.ANALYSIS, confidence, text=text)


@pytest.mark.parametrize(
    ("form", "reading", "factor", "said"),
    [
        ("loop", tempo(100), 1.28, "100 to 128 bpm"),
        ("loop", tempo(64), 1.0, ""),
        ("loop", tempo(170), 0.75294, "170 to 128 bpm"),
        ("loop", tempo(70), 0.91429, "70 to 64 bpm"),
        ("loop", tempo(100, 0.4), 1.0, "tempo 40% sure: not changed"),
        ("loop", tempo(100, 0.4, Source.USER), 1.28, "100 to 128 bpm"),
        ("loop", None, 1.0, "tempo unknown: not changed"),
        ("one-shot", tempo(100), 1.0, ""),
    ],
)
def test_loops_come_to_the_tempo_the_nearest_way(form: str, reading: Reading | None, factor: float, said: str) -> None:
    found = conform(sound(form, "pad", bpm=reading), Project(tempo_bpm=128))
    assert found.tempo_factor == pytest.approx(factor, abs=1e-4)
    assert ", ".join(found.reasons) == said


@pytest.mark.parametrize(
    ("form", "kind", "reading", "semitones"),
    [
        ("loop", "pad", key("Gm"), 2),
        ("loop", "pad", key("C"), 0),  # the relative major of A minor
        ("loop", "pad", key("D"), -2),
        ("one-shot", "pad", key("C"), -3),
        ("one-shot", "pad", key("D#"), -6),
        ("loop", "kick", key("C#m"), 0),
        ("loop", "pad", key("C#m", 0.3), 0),
    ],
)
def test_what_is_no_drum_comes_to_the_key(form: str, kind: str, reading: Reading, semitones: int) -> None:
    assert conform(sound(form, kind, key=reading), Project(key="Am")).semitones == semitones


def test_what_is_unsure_is_taken_where_that_is_asked_for() -> None:
    project = read_project(128, "8A", takes_unsure=True)
    found = conform(sound("loop", "pad", tempo(100, 0.1), key("Gm", 0.1)), project)
    assert (found.tempo_factor, found.semitones) == (pytest.approx(1.28), 2)


@pytest.mark.parametrize(("bpm", "name", "said"), [(12, None, "tempo"), (None, "H major flat", "not a key")])
def test_what_is_no_tempo_or_key_is_a_sentence(bpm: float | None, name: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_project(bpm, name)
