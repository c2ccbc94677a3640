"""Templates of paths."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.errors import UsageError
from db.read.duplicates import FilePlace
from db.types import Annotation, FileStat, Reading, Sample, Source
from indexer.organize.fields import FIELDS, Subject
from indexer.organize.template import Missing, Template
from tests.tui.samples import make_sample


def subject(relpath: bytes = b"Dusty Pack/Kicks/boom_120.WAV", sample: Sample | None = None) -> Subject:
    path = Path("/sounds") / relpath.decode()
    seen = datetime(2026, 11, 29, 12, tzinfo=UTC)
    file = FilePlace(1, 7, b"", b"", path, relpath, FileStat(1, 1), is_online=True, first_seen_at=seen)
    sample = sample or replace(make_sample(str(path)), packs=("Dusty Pack",))
    return Subject(file, sample, Annotation(stars=4))


def render(template: str, sample: Sample | None = None) -> str:
    found = Template.parse(template).render(subject(sample=sample))
    assert not isinstance(found, Missing)
    return "/".join(found)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{type}/{name}", "kick/boom_120.WAV"),
        ("{family}/{type}/{bpm}/", "drums/kick/120/boom_120.WAV"),
        ("{folder}/{name}.{ext}", "Dusty Pack/Kicks/boom_120.wav"),
        ("{pack}/{parent}/{key} {name}", "Dusty Pack/Kicks/Am boom_120.WAV"),
        ("{root}/{stars}/{length}", "sounds/4 stars/short.WAV"),
        ("{added}/{ext}_{name}", "2026-11-29/wav_boom_120"),
        ("{tempo}/{channels} {rate} {bits}/{name}", "120-129/mono 44.1k 16 bit/boom_120.WAV"),
        ("{note?}/{name}_{note?}_{author?}", "boom_120.WAV"),
        ("{note?} {name} - {note?} - {key}", "boom_120 - Am.WAV"),
        ("{note|no note}/{author|a/b}/{name}", "no note/a/b/boom_120.WAV"),
        ("{peak} {loud}/{name}", "-0.3 dBFS -9.1 LUFS/boom_120.WAV"),
    ],
)
def test_fields_are_filled(template: str, path: str) -> None:
    assert render(template) == path


def test_a_value_makes_no_folders_unless_it_is_the_folder() -> None:
    sample = make_sample()
    tags = (replace_name(sample.tags[1], "a/b\\c"),)
    assert render("{type}/{name}", replace(sample, tags=tags)) == "a_b_c/boom_120.WAV"


def replace_name(tag: object, name: str) -> object:
    return tag._replace(name=name)  # type: ignore[attr-defined]


def test_a_file_in_no_folder_stays_in_none() -> None:
    assert Template.parse("{folder}/{length}/{name}").render(subject(b"boom.wav")) == ("short", "boom.wav")


def test_a_needed_field_that_is_not_known_is_named() -> None:
    assert Template.parse("{note}/{name}").render(subject()) == Missing("note")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("", "empty"),
        ("/abs/{name}", "--to FOLDER"),
        ("~/{name}", "--to FOLDER"),
        ("C:/{name}", "--to FOLDER"),
        ("a/../{name}", "cannot contain"),
        ("{typ}/{name}", "Do you mean {type}?"),
        ("{colour of money}/{name}", "earmark organize fields"),
        ("{type/{name}", "no partner"),
        ("{type}}/{name}", "no partner"),
        ("{type}/{name?}", "may not be optional"),
    ],
)
def test_what_is_no_template_is_a_sentence(template: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?").replace("{", r"\{")):
        Template.parse(template)


def test_every_field_gives_text_or_nothing() -> None:
    for name, field in FIELDS.items():
        value = field.read(subject())
        assert value is None or value, name
        assert field.about


@pytest.mark.parametrize(
    ("source", "folder"), [(Source.ANALYSIS, "167"), (Source.FILENAME, "166.7"), (Source.USER, "166.7")]
)
def test_a_measured_tempo_makes_one_folder_of_loops_that_measure_a_little_apart(source: Source, folder: str) -> None:
    sample = replace(make_sample(), bpm=Reading("bpm", source, 0.9, number=166.74))
    assert render("{bpm}/{name}", sample) == f"{folder}/boom_120.WAV"
