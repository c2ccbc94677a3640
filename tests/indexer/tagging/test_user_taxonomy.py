"""What a user adds to the taxonomy is used, or refused with a sentence that helps."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import UsageError
from db.library import Library
from db.types import Source
from indexer.encoders.prompts import describe
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.manual_tags import find_tag
from indexer.tagging.tag_pass import TagPass
from indexer.tagging.tagger import Tagger
from indexer.tagging.taxonomy import built_in
from indexer.tagging.user_taxonomy import EXAMPLE, FILE_NAME, parse_taxonomy, read_taxonomy
from tests.db.factories import add_root, observed
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()


def marks(name: str, text: str) -> set[tuple[str, str, str | None]]:
    return {(mark.facet, mark.name, mark.parent) for mark in tags_from_name(name, parse_taxonomy(text.encode()))}


def test_without_a_file_the_taxonomy_is_the_built_in_one(tmp_path: Path) -> None:
    with Library.create(tmp_path) as library:
        assert read_taxonomy(library) is built_in()


def test_the_printed_example_is_well() -> None:
    words = parse_taxonomy(EXAMPLE.encode())
    assert [tag.name for tag in words.user_tags] == ["eighties", "vintage"]
    assert words.digest != built_in().digest
    assert marks("Linn/Taiko 3.wav", EXAMPLE) == {("type", "taiko", "drums"), ("era", "eighties", None)}
    assert marks("no taiko.wav", EXAMPLE) == set()


def test_a_known_type_gets_more_words() -> None:
    text = '[type.drums.kick]\nwords = ["Wumms"]\n'
    assert marks("wumms 1.wav", text) == marks("kick 1.wav", text) == {("type", "kick", "drums")}


def test_a_word_that_a_user_gives_to_a_type_is_taken_from_the_others():
    text = '[type.drums.odaiko]\nwords = ["taiko"]\ngroup = "percussion"\n'
    assert marks("taiko 1.wav", text) == {("type", "odaiko", "drums")}
    assert parse_taxonomy(text.encode()).broader("odaiko") == ("percussion",)


def test_a_new_family_is_a_family() -> None:
    assert marks("modular 3.wav", '[type.machines.modular]\nwords = ["modular"]') == {("type", "modular", "machines")}


def test_the_model_chooses_within_a_facet_and_only_where_it_is_sure() -> None:
    words = parse_taxonomy(b'[mood.calm]\nphrases = ["calm"]\n[mood.wild]\nphrases = ["wild"]\n')
    tagger = Tagger(ENCODER, words)
    rows = np.stack([describe(ENCODER, ["calm"])[0], np.zeros(16, np.float32)])
    sure, unsure = tagger.tag(rows, ["one-shot", "one-shot"])
    (mark,) = [mark for mark in sure if mark.facet == "mood"]
    assert (mark.name, mark.source) == ("calm", Source.MODEL)
    assert mark.confidence >= 0.75
    assert not [mark for mark in unsure if mark.facet == "mood"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[type.drums.x", "is not TOML"),
        ("type = 3", "holds something|is no table"),
        ("[type]\ndrums = 3", r"\[type.drums\] holds something that is no tag; .* \[type.FAMILY.NAME\]"),
        (
            "[type.drums.x]\nphrase = ['a']",
            "has a line 'phrase' that is not known; known are phrases, words, weak, with, not, group, default, form",
        ),
        ("[type.drums.x]\nphrases = 'a'", "has phrases that are no list of texts"),
        ("[type.drums.x]\nphrases = [3]", "has phrases that are no list of texts"),
        ("[type.drums.x]", "has neither phrases nor words"),
        ("[type.drums.x]\nwords = ['--']", "without a letter or a digit"),
        ("[type.drums.x]\nwords = ['x']\nform = 'hit'", 'the only one is form = "loop"'),
        ("[type.drums.x]\nwords = ['x']\ngroup = 3", 'a group that is no text; write group = "tom"'),
        ("[type.drums.x]\nwords = ['x']\ngroup = 'pad'", "the group 'pad', which is no type under drums"),
        ("[type.drums.tom]\ngroup = 'floor tom'", "belongs to itself by its group"),
        ("[type.bass.kick]\nwords = ['x']", r"is known already, under drums: write \[type.drums.kick\]"),
        ("[user.dusty]\nwords = ['x']", "is a facet of earmark's own"),
        ("[mood.kick]\nwords = ['x']", "has a name that the facet type has already"),
        ("[mood.dark]\nwords = ['x']", "has a name that the facet character has already"),
        ("[mood.a]\nwords = ['x']\n[era.a]\nwords = ['y']", "has a name that the facet mood has already"),
        ('[mood."a\\u001b"]\nwords = ["x"]', "needs a name of letters that can be shown"),
        ("mood = 3", r"\[mood\] holds something that is no tag; tags are written as \[mood.NAME\]"),
    ],
)
def test_what_cannot_be_understood_is_said_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        parse_taxonomy(text.encode())


@given(data=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_file_raises_anything_but_a_usage_error(data: bytes) -> None:
    with contextlib.suppress(UsageError):
        assert parse_taxonomy(data).types


def test_a_fault_shows_no_control_character() -> None:
    with pytest.raises(UsageError) as raised:
        parse_taxonomy(b'["a\\u001b[31m".x]\nwords = ["x"]')
    assert str(raised.value).isprintable()


def test_a_changed_taxonomy_tags_the_library_again_without_touching_a_sound(tmp_path: Path) -> None:
    with Library.create(tmp_path / "library") as library:
        root = add_root(library, tmp_path / "sounds")
        row = ENCODER.embed_text(["anything"])[0]
        with library.writer() as writer:
            writer.store(root.id, ENCODER.info, [observed("80s/blip.wav", vector=row)], [], set())
        TagPass(library, ENCODER).tag_all()
        assert TagPass(library, ENCODER).refresh(has_new_sounds=True) == 0
        (library.folder / FILE_NAME).write_text(EXAMPLE)
        assert TagPass(library, ENCODER).refresh(has_new_sounds=False) == 1
        assert "eighties" in {tag.name for tag in library.samples([1])[0].tags}
        assert find_tag(library, "Eighties") == ("era", "eighties", None)
        (library.folder / FILE_NAME).unlink()
        assert TagPass(library, ENCODER).refresh(has_new_sounds=False) == 1
        assert "eighties" not in {tag.name for tag in library.samples([1])[0].tags}
