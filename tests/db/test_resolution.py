"""Which of several opinions counts: the rules, in Python and as the library stores and shows them."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.library import Library
from db.query.parser import parse_query
from db.resolution import effective_readings, effective_tags
from db.types import Reading, Root, Sample, Source, Tag, TagKey, TagName
from db.write.records import TagEdit
from tests.db.factories import add_root, get_id, observed, record

PARENTS = {"kick": "drums", "tom": "drums", "bass": None, "drums": None}
NAMES = {"type": tuple(PARENTS), "form": ("loop", "one-shot"), "character": ("dark", "soft")}
TAG_KEYS = [(facet, name) for facet, names in NAMES.items() for name in names]

tags = st.builds(
    lambda key, source, confidence: Tag(*key, source, confidence, PARENTS.get(key[1])),
    st.sampled_from(TAG_KEYS),
    st.sampled_from(Source),
    st.sampled_from([0.0, 0.25, 0.5, 1.0]),
)
CONFIDENCES = {source: 0.1 * (source + 1) for source in Source}  # all different, so that nothing is a tie
readings = st.builds(
    lambda name, source, number, is_sure: (
        Reading("key", source, CONFIDENCES[source] + 0.6 * is_sure, text=f"{'ABCDE'[number]}m")
        if name == "key"
        else Reading(name, source, CONFIDENCES[source] + 0.6 * is_sure, number=float(number + 1))
    ),
    st.sampled_from(["bpm", "key", "pitch"]),
    st.sampled_from(Source),
    st.integers(0, 4),
    st.booleans(),
)
opinions = st.lists(tags, max_size=12, unique_by=lambda tag: tag[:3])
measured = st.lists(readings, max_size=8, unique_by=lambda reading: (reading.name, reading.source))


def model_tags(given: Sequence[Tag]) -> set[Tag]:
    """Resolve by the rules as they are told: sort, and walk down."""
    ranked = sorted(given, key=lambda tag: (-tag.source, -tag.confidence, tag.name))
    heads = [tag for place, tag in enumerate(ranked) if tag[:2] not in {other[:2] for other in ranked[:place]}]
    fitting = [tag for tag in heads if tag.confidence > 0]
    return {
        tag
        for place, tag in enumerate(fitting)
        if tag.facet not in {"type", "form"} or tag.facet not in {other.facet for other in fitting[:place]}
    }


def model_readings(given: Sequence[Reading], sound_type: Tag | None) -> dict[str, Reading]:
    """Resolve by the rules as they are told: sort, let unsure names and metadata stand among analysis."""
    is_drum = sound_type is not None and (sound_type.name == "drums" or sound_type.parent == "drums")
    best = {}

    def place(reading: Reading) -> tuple[int, float]:
        if reading.source in (Source.FILENAME, Source.EMBEDDED) and reading.confidence < 0.6:
            return Source.ANALYSIS, reading.confidence
        return reading.source, reading.confidence

    for reading in sorted(given, key=place):
        if not (is_drum and reading.name == "key" and reading.source is Source.ANALYSIS):
            best[reading.name] = reading
    return best


@given(opinions, measured)
def test_the_resolver_does_what_the_rules_say(given: list[Tag], found: list[Reading]) -> None:
    effective = model_tags(given)
    assert set(effective_tags(given)) == effective
    assert len(effective_tags(given)) == len(effective)
    sound_type = next((tag for tag in effective if tag.facet == "type"), None)
    assert effective_readings(found, sound_type) == model_readings(found, sound_type)


@settings(max_examples=60)
@given(opinions, opinions, measured, st.sampled_from(["replace", "edit", "undo"]))
def test_lists_filters_and_facets_show_what_the_resolver_says(
    library: Library, first: list[Tag], second: list[Tag], found: list[Reading], way: str
) -> None:
    """Store opinions in one way or another, and compare every reader with the model."""
    root = add_root(library, library.folder.parent)
    name = f"{root.n_files}.wav"  # another sound for each example
    record(library, root, observed(name, readings=tuple(found), tags=tuple(first)))
    sample_id = get_id(library, root, name)
    now = first
    if way == "replace":
        now = [tag for tag in first if tag.source < Source.EMBEDDED] + [
            tag for tag in second if tag.source >= Source.EMBEDDED
        ]
        with library.edits() as edits:
            above = {source for source in Source if source >= Source.EMBEDDED}
            edits.set_tags({sample_id: tuple(tag for tag in second if tag.source in above)}, above)
    else:
        before = {tag[:3] for tag in first}
        change: dict[TagKey, float | None] = {
            TagKey(sample_id, TagName(tag.facet, tag.name, tag.parent), tag.source): (
                None if tag[:3] in before else tag.confidence
            )
            for tag in second
        }
        with library.edits() as edits:
            edits.edit_tags(TagEdit("", change))
            if way == "undo" and change:
                edits.undo_tag_edit()
        if way == "edit":
            removed = {tag[:3] for tag in second if tag[:3] in before}
            now = [tag for tag in [*first, *second] if tag[:3] not in removed]
    (sample,) = library.samples([sample_id])
    effective = model_tags(now)
    assert set(sample.tags) == effective
    best = model_readings(found, next((tag for tag in effective if tag.facet == "type"), None))
    assert (sample.bpm, sample.key, sample.pitch) == (best.get("bpm"), best.get("key"), best.get("pitch"))
    table = library.tag_table()
    counted = {table.tags[place][:2] for place in table.tag_places[table.sample_ids == sample_id].tolist()}
    assert counted == {tag[:2] for tag in effective}
    for facet, name in TAG_KEYS:
        meant = any(tag.facet == facet and name in {tag.name, tag.parent} for tag in effective)
        if facet in {"type", "form"}:
            assert is_found(library, f"{facet}:{name}", sample) == meant
    if best.get("key") is not None:
        assert is_found(library, f"key:{best['key'].text}", sample)
    else:
        assert not any(is_found(library, f"key:{letter}m", sample) for letter in "ABCDE")


def is_found(library: Library, line: str, sample: Sample) -> bool:
    ids = library.filter_ids(parse_query(line).filters)
    return ids is not None and sample.id in np.asarray(ids)


def test_the_key_of_a_drum_counts_once_it_is_no_drum(library: Library, root: Root) -> None:
    key = Reading("key", Source.ANALYSIS, 0.8, text="C")
    record(library, root, observed("tom.wav", readings=(key,), tags=(Tag("type", "tom", Source.MODEL, 0.9, "drums"),)))
    assert library.samples([1])[0].key is None
    assert library.filter_ids(parse_query("key:C").filters).tolist() == []
    with library.edits() as edits:
        edits.edit_tags(TagEdit("", {TagKey(1, TagName("type", "bell", "melodic"), Source.USER): 1.0}))
    assert library.samples([1])[0].key == key
    assert library.filter_ids(parse_query("key:C").filters).tolist() == [1]


@pytest.mark.parametrize(
    ("named", "analysed", "expected"),
    [
        (Reading("key", Source.FILENAME, 0.85, text="Am"), Reading("key", Source.ANALYSIS, 0.9, text="C"), "Am"),
        (Reading("key", Source.FILENAME, 0.35, text="F"), Reading("key", Source.ANALYSIS, 0.5, text="C"), "C"),
        (Reading("key", Source.FILENAME, 0.35, text="F"), None, "F"),
    ],
)
def test_a_letter_in_a_name_never_beats_a_key_that_was_measured(
    named: Reading, analysed: Reading | None, expected: str
) -> None:
    found = [named] if analysed is None else [named, analysed]
    for order in (found, found[::-1]):
        assert effective_readings(order, None)["key"].text == expected
