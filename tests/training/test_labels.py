"""The table of labels, and the folds of the sources that carry them."""

import pytest

from training.folds import FOLDS, fold_by_source, is_left_out, is_recorded
from training.labels import _RENAMED, canonical, table


def test_wider_names_are_neither_the_label_nor_its_aliases() -> None:
    for name, entry in table().items():
        assert name not in entry.wider
        assert not set(entry.wider) & set(entry.aliases), name


def test_other_names_lead_to_labels() -> None:
    assert canonical("steel drum") == "steel pan"
    assert all(canonical(name) in table() for name in [*table(), *_RENAMED])


def test_an_unknown_name_is_no_label() -> None:
    with pytest.raises(ValueError, match="no label 'hedgehog'"):
        canonical("hedgehog")


def test_sources_are_left_out_by_fold() -> None:
    assert set(fold_by_source().values()) <= {*FOLDS, ""}
    assert is_left_out("adafruit", "0")
    assert not is_left_out("adafruit", "1")
    assert not is_left_out("adafruit", None)
    assert not is_left_out("recipes", "0")
    assert not is_recorded("recipes")
