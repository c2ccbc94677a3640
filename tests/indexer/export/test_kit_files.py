"""Kits for samplers: every file lies on its key, and what is written is what the format's readers expect."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from db.types import Sample
from indexer.export.kit_files import KIT_FORMATS
from indexer.export.plan import plan_export
from indexer.export.profile import AS_IT_IS
from indexer.export.records import ExportLog
from indexer.export.run import run_export, undo_export
from tests.indexer.export.conftest import Make
from tests.indexer.export.test_export import names

_NAMES = ("kick.wav", "a=b $1 & <c>.wav", "größe.wav")
_WRITTEN = ["kick.wav", "a_b _1 & _c_.wav", "grosse.wav"]


def export(samples: list[Sample], target: Path, log: ExportLog, kit_format: str) -> int:
    plan = plan_export(samples, target, AS_IT_IS, log.records(), kit_format=kit_format)
    return run_export(plan, log, "kit").n_written


def read_sfz(content: bytes) -> list[tuple[int, str]]:
    regions = content.decode().split("<region>")[1:]
    pairs = [re.fullmatch(r"\nkey=(\d+)\nsample=(.+)\n+", text) for text in regions]
    return [(int(pair[1]), pair[2]) for pair in pairs if pair]


def read_decent_sampler(content: bytes) -> list[tuple[int, str]]:
    found = ET.fromstring(content).findall("./groups/group/sample")
    assert all(one.attrib["loNote"] == one.attrib["hiNote"] == one.attrib["rootNote"] for one in found)
    return [(int(one.attrib["rootNote"]), one.attrib["path"]) for one in found]


def read_hydrogen(content: bytes) -> list[tuple[int, str]]:
    place = {"h": "http://www.hydrogen-music.org/drumkit"}
    found = ET.fromstring(content).findall("./h:instrumentList/h:instrument", place)
    assert [one.findtext("h:id", namespaces=place) for one in found] == [str(number) for number in range(len(found))]
    return [
        (int(one.findtext("h:midiOutNote", "", place)), one.findtext("h:layer/h:filename", "", place)) for one in found
    ]


READERS = {"sfz": read_sfz, "decentsampler": read_decent_sampler, "hydrogen": read_hydrogen}


@pytest.mark.parametrize("kit_format", KIT_FORMATS)
def test_every_sound_lies_on_its_key(kit_format: str, sounds: Make, target: Path, log: ExportLog) -> None:
    samples = sounds(*_NAMES)
    assert export(samples, target, log, kit_format) == 3
    file = target / KIT_FORMATS[kit_format].file_name.format("out")
    assert READERS[kit_format](file.read_bytes()) == [(36 + place, name) for place, name in enumerate(_WRITTEN)]
    written = names(target)
    assert export(samples, target, log, kit_format) == 0
    assert names(target) == written
    file.unlink()  # as after a kill before it was written
    export(samples, target, log, kit_format)
    assert names(target) == written
    for record in reversed(log.records()):
        undo_export(record, log)
    assert not target.exists()
