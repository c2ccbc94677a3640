import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.measurements import Features
from indexer.search.attribute_words import attribute_words, parse_description
from indexer.search.measured_attributes import ALONE, BESIDE_WORDS, attribute_offsets

LONG, BRIGHT, NOISY, ONSETS = "audible_seconds", "brightness_hz", "noisiness", "n_onsets"


@pytest.mark.parametrize(
    ("text", "left", "attributes"),
    [
        ("snare", "snare", {}),
        ("short dark kick", "kick", {LONG: -1, BRIGHT: -1}),
        ("Kick, SHORT and dark", "Kick", {LONG: -1, BRIGHT: -1}),
        ("a very long, bright bell", "bell", {LONG: 1, BRIGHT: 1}),
        ("something long", "", {LONG: 1}),
        ("kick that is not too long", "kick", {LONG: -1}),
        ("less bright hats", "hats", {BRIGHT: -1}),
        ("low tom", "tom", {BRIGHT: -1}),
        ("low-pitched hum", "hum", {BRIGHT: -1}),
        ("noisy pad", "pad", {NOISY: 1}),
        ("short long", "", {}),
        ("pad with a slow attack", "pad", {"attack_ms": 1}),
        ("one-shot bass", "bass", {ONSETS: -1}),
        ("bass one shot", "bass", {ONSETS: -1}),
        ("busy drum loop", "drum loop", {ONSETS: 1}),
        ("sparse hats", "hats", {ONSETS: -1}),
        ("short pad with a long attack", "pad", {"attack_ms": 1, LONG: -1}),
        ("slow dark attack pad", "pad", {"attack_ms": 1, BRIGHT: -1}),
        ("low end rumble", "rumble", {BRIGHT: -1}),
        ("quiet stereo piano", "stereo piano", {"loudness_lufs": -1}),
        ("wide pad", "pad", {"stereo_width": 1}),
    ],
)
def test_words_for_what_is_measured_are_told_from_the_rest(text: str, left: str, attributes: dict[str, float]) -> None:
    description = parse_description(text)
    assert (description.text, dict(description.attributes)) == (left, attributes)


@pytest.mark.parametrize(
    "text", ["high hat", "open hi-hat", "lo-fi beat", "low pass sweep", "deep house loop", "palm muted", "longitude"]
)
def test_words_that_mean_something_else_stay(text: str) -> None:
    description = parse_description(text)
    assert (description.text, description.attributes) == (text, {})


def test_added_and_avoided_words_are_measured_too() -> None:
    description = parse_description("kick", ["short", "vinyl"], ["bright", "long reverb"])
    assert description.attributes == {LONG: -1, BRIGHT: -1}
    assert (description.plus, description.minus) == (("vinyl",), ("long reverb",))
    assert not parse_description("", [], ["bright"]).has_words


def test_every_quality_is_a_number_of_the_features() -> None:
    features = Features(2.0, 2, 44_100, 16, "wav", -1.0, -14.0, 500.0, 2.0, 100.0, 1, 0.1, 0.2, 250.0, 750.0)
    asked = parse_description("short bright snappy noisy wide loud").attributes
    assert len(asked) == 6
    assert all(isinstance(getattr(features, name), float) for name in asked)
    assert features.audible_seconds == 1.0


values = st.lists(st.floats(-100, 100, width=32) | st.just(float("nan")), min_size=1, max_size=30)


@given(values, st.data())
def test_what_is_wanted_rises_with_what_was_measured(measured: list[float], data: st.DataObject) -> None:
    scores = np.array(
        data.draw(st.lists(st.floats(-1, 1, width=32), min_size=len(measured), max_size=len(measured))), "f4"
    )
    rows = np.array(measured, np.float32)[:, None]
    high, low = (attribute_offsets(scores, rows, [side], BESIDE_WORDS) for side in (1, -1))
    np.testing.assert_array_equal(high, -low)
    known = np.flatnonzero(np.isfinite(rows[:, 0]))
    assert (high[np.isnan(rows[:, 0])] == 0).all()
    assert (np.diff(high[known][np.argsort(rows[known, 0], kind="stable")]) >= -1e-6).all()


def test_a_longer_list_of_sounds_begins_the_same() -> None:
    rng = np.random.default_rng(0)
    scores = np.sort(rng.normal(0.2, 0.1, 500).astype(np.float32))[::-1]
    measured = rng.random((500, 2)).astype(np.float32)
    whole = attribute_offsets(scores, measured, [1, -1], BESIDE_WORDS)
    np.testing.assert_array_equal(whole[:240], attribute_offsets(scores[:240], measured[:240], [1, -1], BESIDE_WORDS))


def test_sounds_that_answer_count_more_than_those_that_do_not() -> None:
    """A kick is long among kicks, however long the pads are."""
    scores = np.array([0.9, 0.9, 0.9, *[0.0] * 50], np.float32)
    seconds = np.array([0.1, 0.2, 0.3, *[10.0] * 50], np.float32)[:, None]
    added = attribute_offsets(scores, seconds, [1], BESIDE_WORDS)
    assert added[0] < 0 < added[2]
    assert added[1] == pytest.approx(0, abs=1e-3)


def test_nothing_to_prefer() -> None:
    assert len(attribute_offsets(np.zeros(0, np.float32), np.zeros((0, 1), np.float32), [1], ALONE)) == 0


def test_each_word_that_is_offered_is_understood() -> None:
    assert {"short", "bright", "wide"} <= set(attribute_words())
    assert all(len(parse_description(word).attributes) == 1 for word in attribute_words())


WORDS = [
    "short",
    "dark",
    "high",
    "hat",
    "low",
    "fi",
    "not",
    "very",
    "kick",
    "attack",
    "slow",
    "long",
    "and",
    "a",
    "808",
]


@example("slow dark attack")
@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join) | st.text(max_size=40))
def test_what_is_left_of_a_description_asks_for_nothing_that_is_measured(text: str) -> None:
    description = parse_description(text)
    assert not parse_description(description.text).attributes
    if description.attributes:
        assert len(description.text) < len(text)
    assert set(description.attributes.values()) <= {1.0, -1.0}
