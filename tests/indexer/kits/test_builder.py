"""Kits of a small library: two styles, three types, two packs."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from unittest.mock import Mock

import numpy as np
import pytest

from db.errors import UsageError
from db.library import Library
from db.types import Source, Tag
from indexer.encoders.prompts import describe, unit
from indexer.kits import builder
from indexer.kits.builder import KitBuilder, KitRequest, KitSound, build_kit
from indexer.kits.slots import MAX_SLOTS, parse_slots
from indexer.search.service import SearchService
from tests.db.factories import observed
from tests.fakes import FakeEncoder

TYPES = ("kick", "snare", "clap")
STYLES = ("dusty", "bright")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchService]:
    encoder, folder = FakeEncoder(), tmp_path_factory.mktemp("kits")
    rng = np.random.default_rng(0)
    files = []
    for kind, style, number in product(TYPES, STYLES, range(3)):
        row = describe(encoder, [kind])[0] + 0.7 * describe(encoder, [style])[0]
        row = unit(row + 0.02 * rng.standard_normal(len(row)).astype(np.float32))
        tags = (Tag("type", kind, Source.MODEL, 0.9, "drums"),)
        files.append(observed(f"pack {number}/{kind[0]}{style[0]}{number}.wav", vector=row, tags=tags))
    with Library.create(folder / "library") as library:
        with library.writer() as writer:
            root = writer.add_root(folder)
            writer.activate(encoder.info)
            writer.store(root.id, encoder.info, files, [], set())
        yield SearchService(library, encoder)


def kit(
    service: SearchService, slots: str = "kick,snare,clap", line: str = "", **fields: object
) -> tuple[KitSound, ...]:
    return build_kit(service, KitRequest(parse_slots(slots), line, **fields))  # type: ignore[arg-type]


def names(sounds: tuple[KitSound, ...]) -> list[str]:
    return [sound.sample.path.stem if sound.sample else "" for sound in sounds]


@pytest.mark.parametrize("style", STYLES)
def test_each_slot_has_its_type_in_the_style_that_was_asked_for(service: SearchService, style: str) -> None:
    found = names(kit(service, line=f"+{style}"))
    assert [name[:2] for name in found] == [kind[0] + style[0] for kind in TYPES]
    assert found == names(kit(service, line=f"+{style}"))


@pytest.mark.parametrize("style", STYLES)
def test_what_is_locked_stays_and_sets_the_character(service: SearchService, style: str) -> None:
    locked = next(sample.id for sample in service.samples(range(1, 19)) if sample.path.stem == f"k{style[0]}1")
    found = kit(service, locked={0: locked})
    assert [name[1] for name in names(found)] == [style[0]] * 3
    assert [sound.is_locked for sound in found] == [True, False, False]
    again = kit(service, locked={0: locked}, draw=1)
    assert names(again)[0] == names(found)[0]
    assert not set(names(again)[1:]) & set(names(found)[1:])


def test_a_draw_far_beyond_what_there_is_ends_at_once(service: SearchService) -> None:
    assert names(kit(service, draw=10**9)) == names(kit(service, draw=1000))


def test_no_sound_comes_twice_and_an_empty_slot_is_said(service: SearchService) -> None:
    found = names(kit(service, "kick*4, snare", line="in:pack"))
    assert len(set(found)) == 5
    assert names(kit(service, "kick*3", line='in:"pack 0"')).count("") == 1
    assert names(kit(service, "kick", line="len:>99")) == [""]


def test_a_kit_of_one_pack(service: SearchService) -> None:
    found = kit(service, line="dusty", from_one_pack=True)
    assert len({sound.sample.path.parent for sound in found if sound.sample}) == 1


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("kick, closed hi-hat ,perc*2", ("kick", "closed hi-hat", "perc", "perc")),
        ("tom x 3,", ("tom",) * 3),
        ("fx", ("fx",)),
    ],
)
def test_slots_are_read_with_their_counts(text: str, slots: tuple[str, ...]) -> None:
    assert parse_slots(text) == slots


@pytest.mark.parametrize(
    "text", ["", " , ", "kick*0", f"kick*{MAX_SLOTS + 1}", "kick*999", "kick*99999999", "snare,kick*-1"]
)
def test_no_slots_or_too_many_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="1 to 128 slots"):
        parse_slots(text)


def test_what_a_pack_lacks_comes_from_others(service: SearchService) -> None:
    found = kit(service, "kick*4", from_one_pack=True)
    packs = [sound.sample.path.parent for sound in found if sound.sample]
    assert len(packs) == 4
    assert packs[0] == packs[1]
    assert len(set(packs)) > 1


def test_the_taxonomy_is_read_once(service: SearchService, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(wraps=builder.read_taxonomy)
    monkeypatch.setattr(builder, "read_taxonomy", read)
    kit(service)
    assert read.call_count == 1


def test_alternatives_of_a_slot_go_with_the_sounds_of_the_others(service: SearchService) -> None:
    builder_ = KitBuilder(service)
    dusty = kit(service, line="+dusty")
    locked = {number: sound.sample.id for number, sound in enumerate(dusty) if sound.sample}
    request = KitRequest(parse_slots("kick,snare,clap"), locked=locked)
    ids, scores = builder_.alternatives(request, 1)
    found = [sample.path.stem for sample in service.samples(ids.tolist()[:3])]
    assert {name[:2] for name in found} == {"sd"}
    assert len(ids) == len(scores) == 6
    assert not set(ids.tolist()) & {locked[0], locked[2]}
    again = builder_.build(replace(request, locked={0: locked[0], 2: locked[2]}, passed=frozenset({locked[1]})))
    assert names(again)[0::2] == names(dusty)[0::2]
    assert names(again)[1] != names(dusty)[1]
    assert names(again)[1][:2] == "sd"
