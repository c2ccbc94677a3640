"""Teaching a real library, with real vectors in it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from db.errors import UsageError
from db.library import Library
from db.types import Source, TagName
from indexer.few_shot.service import FewShotTagger
from indexer.tagging.manual_tags import undo
from tests.db.factories import ENCODER, OTHER_ENCODER, add_root, observed, unit_rows

DUSTY = TagName("user", "dusty")
N = 240
NUMBERS = [f"{n}.wav" for n in range(N)]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Many sounds; each twelfth one lies in one direction."""
    with Library.create(tmp_path / "library") as library:
        fill(library, tmp_path / "sounds")
        yield library


def fill(library: Library, folder: Path, names: Sequence[str] = (), nearness: float = 5) -> None:
    rows = unit_rows(N)
    rows[::12] += nearness * unit_rows(1, seed=9)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    root = add_root(library, folder)
    with library.writer() as writer:
        sounds = [observed(name, vector=row) for name, row in zip(names or NUMBERS, rows, strict=True)]
        writer.store(root.id, ENCODER, sounds, [], set())


def tagged(library: Library) -> set[int]:
    return {sample.id for sample in library.samples(range(1, N + 1)) if "dusty" in {tag.name for tag in sample.tags}}


ALIKE = set(range(1, N + 1, 12))


def test_three_examples_tag_the_library(library: Library) -> None:
    learned = FewShotTagger(library, ENCODER).learn(DUSTY, [1, 13, 25], [2, 3])
    assert (learned.n_yes, learned.n_no) == (3, 2)
    assert len(tagged(library) & ALIKE) >= 0.5 * len(ALIKE)
    assert len(tagged(library) - ALIKE) <= 2


def test_names_help_as_far_as_their_sounds_fit(tmp_path: Path) -> None:
    names = [f"Acme/{'Rim' if n % 12 == 0 else 'Tom'} {n}.wav" for n in range(N)]
    with Library.create(tmp_path / "named") as named, Library.create(tmp_path / "nameless") as nameless:
        fill(named, tmp_path / "a", names, nearness=1.2)
        fill(nameless, tmp_path / "b", nearness=1.2)
        for library in (named, nameless):
            FewShotTagger(library, ENCODER).learn(DUSTY, [1, 13, 25], [2, 3])
        assert len(tagged(named) & ALIKE) > len(tagged(nameless) & ALIKE)
        assert len(tagged(named) - ALIKE) <= len(tagged(nameless) - ALIKE)


def test_only_the_user_is_sure(library: Library) -> None:
    FewShotTagger(library, ENCODER).learn(DUSTY, [1, 13, 25], [2, 3])
    taught = library.tag_confidences(DUSTY, [Source.TAUGHT]).values()
    assert taught
    assert 0.5 <= min(taught) <= max(taught) <= 0.99


def test_examples_add_up_over_exemplars(library: Library) -> None:
    FewShotTagger(library, ENCODER).learn(DUSTY, [1, 13, 25])
    learned = FewShotTagger(library, ENCODER).learn(DUSTY, [37], [2])
    assert (learned.n_yes, learned.n_no) == (4, 1)


def test_what_is_doubtful_was_not_said_yet(library: Library) -> None:
    learned = FewShotTagger(library, ENCODER).learn(DUSTY, [1, 13, 25], [2, 3])
    assert learned.uncertain
    assert not set(learned.uncertain) & {1, 13, 25, 2, 3}


def test_learning_is_undone_as_a_whole(library: Library) -> None:
    FewShotTagger(library, ENCODER).learn(DUSTY, [1, 13, 25])
    first = tagged(library)
    FewShotTagger(library, ENCODER).learn(DUSTY, [2, 5], [13])
    assert undo(library) == "Learned dusty"
    assert tagged(library) == first
    undo(library)
    assert tagged(library) == set()
    assert library.few_shot_tags() == {}
    assert undo(library) is None


def test_the_word_of_the_user_stands_above_what_was_learned(library: Library) -> None:
    FewShotTagger(library, ENCODER).learn(DUSTY, [1, 13, 25], [37])
    assert 37 not in tagged(library)
    assert not {cell.sample_id for cell in library.tag_confidences(DUSTY, [Source.TAUGHT])} & {1, 13, 25, 37}


def test_learning_again_without_new_examples_changes_nothing(library: Library) -> None:
    FewShotTagger(library, ENCODER).learn(DUSTY, [1, 13, 25])
    before = library.tag_confidences(DUSTY, [Source.TAUGHT])
    (again,) = FewShotTagger(library, ENCODER).renew()
    assert library.tag_confidences(DUSTY, [Source.TAUGHT]) == before
    assert again.n_yes == 3
    undo(library)
    assert undo(library) is None


def test_a_exemplar_works_in_another_library(library: Library, tmp_path: Path) -> None:
    tagger = FewShotTagger(library, ENCODER)
    tagger.learn(DUSTY, [1, 13, 25], [2])
    document = json.loads(json.dumps(tagger.export(DUSTY)))
    with Library.create(tmp_path / "other") as other:
        fill(other, tmp_path / "sounds")
        learned = FewShotTagger(other, ENCODER).import_exemplars(document)
        assert (learned.n_yes, learned.n_no) == (3, 1)
        assert len(tagged(other) & ALIKE) >= 0.5 * len(ALIKE)
        again = FewShotTagger(other, ENCODER).import_exemplars(document)
        assert again.n_yes == 3
        undo(other)
        assert tagged(other) == set()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "x"}, "no file of examples"),
        ({"encoder": OTHER_ENCODER.fingerprint}, "another model"),
        ({"name": ""}, "does not say"),
        ({"parent": 5}, "does not say"),
        ({"yes": ["AAAA"]}, "damaged"),
        ({"yes": []}, "damaged"),
        ({"yes": ["AAAAAAAAAAAAAAAAAAAAAA=="]}, "damaged"),
        ({"no": "AAAA"}, "damaged"),
        ({"no": [3]}, "damaged"),
    ],
)
def test_a_exemplar_that_does_not_fit_is_refused(library: Library, change: dict[str, object], sentence: str) -> None:
    tagger = FewShotTagger(library, ENCODER)
    tagger.learn(DUSTY, [1, 13, 25])
    with pytest.raises(UsageError, match=sentence):
        tagger.import_exemplars(tagger.export(DUSTY) | change)


def test_nothing_is_learned_from_nothing(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no sound yet"):
        FewShotTagger(library, ENCODER).learn(DUSTY, [], [1])
    assert library.few_shot_tags() == {}
    with Library.create(tmp_path / "empty") as empty, pytest.raises(UsageError, match="earmark index"):
        FewShotTagger(empty, ENCODER)
