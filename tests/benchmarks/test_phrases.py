import numpy as np

from benchmarks.phrases import Sounds, share_preferred, sides_of_class, sides_of_property
from db.measurements import Features


def sounds(*rows: tuple[str, float, float | None]) -> Sounds:
    """Make sounds of label, length and brightness."""
    features = [Features(seconds, 1, 44_100, 16, "wav", -1.0, -14.0, hz, 2.0, 100.0, 1) for _, seconds, hz in rows]
    return Sounds(np.zeros((len(rows), 4), np.float32), np.array([label for label, *_ in rows]), features)


def test_share_counts_the_pairs_that_are_right() -> None:
    scores = np.array([0.9, 0.4, 0.5, 0.1], np.float32)
    right = np.array([True, True, False, False])
    assert share_preferred(scores, right, ~right) == 0.75
    assert np.isnan(share_preferred(scores, right, np.zeros(4, bool)))


def test_class_is_set_against_all_others() -> None:
    right, wrong = sides_of_class(sounds(("kick", 1, 1), ("snare", 1, 1), ("kick", 1, 1)), "kick")
    assert right.tolist() == [True, False, True]
    assert wrong.tolist() == [False, True, False]


def test_property_is_set_against_its_opposite_within_the_label() -> None:
    found = sounds(*[("kick", seconds, hz) for seconds in (1, 2, 3) for hz in (100, 200, 300)], ("snare", 9, 9))
    right, wrong = sides_of_property(found, {"label": "kick", "less": ["duration_seconds"], "more": ["brightness_hz"]})
    assert [found.features[at].brightness_hz for at in np.flatnonzero(right)] == [300]
    assert [found.features[at].duration_seconds for at in np.flatnonzero(wrong)] == [3]


def test_sound_that_was_not_measured_is_on_no_side() -> None:
    found = sounds(("kick", 1, None), ("kick", 1, 100), ("kick", 1, 200), ("kick", 1, 300))
    right, wrong = sides_of_property(found, {"more": ["brightness_hz"]})
    assert not right[0]
    assert not wrong[0]
    assert right.any()
    assert wrong.any()
