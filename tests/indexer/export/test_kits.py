"""Kits for samplers: every sound lies on its key, and readers that are not ours understand what is written."""

import gzip
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import soundfile as sf

from db.errors import UsageError
from db.types import Sample
from indexer.export.kits.registry import KIT_FORMATS, kit_format_named
from indexer.export.kits.zones import Kit, Zone
from indexer.export.plan import plan_export
from indexer.export.profile import AS_IT_IS
from indexer.export.records import ExportLog
from indexer.export.run import run_export, undo_export
from tests.indexer.export.conftest import Make
from tests.indexer.export.test_export import names
from tests.tui.samples import make_sample

_NAMES = ("kick.wav", "a=b $1 & <c>.wav", "größe.wav")
_WRITTEN = ["kick.wav", "a_b _1 & _c_.wav", "grosse.wav"]
_STEMS = [Path(name).stem for name in _WRITTEN]
Found = list[tuple[int, str]]


def export(samples: list[Sample], target: Path, log: ExportLog, kit_format: str, **more: Any) -> int:
    plan = plan_export(samples, target, AS_IT_IS, log.records(), kit_format=kit_format, **more)
    return run_export(plan, log, "kit").n_written


def read_sfz(content: bytes) -> Found:
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of the lark that sfzlint brings
        from sfzlint.parser import validate_s
    faults: list[tuple[Any, ...]] = []
    regions = validate_s(content.decode(), lambda *fault: faults.append(fault)).regions
    assert [fault for fault in faults if "file not found" not in fault[1]] == []
    return [(int(one["key"]), str(one["sample"])) for one in regions]


def read_decent_sampler(content: bytes) -> Found:
    found = ET.fromstring(content).findall("./groups/group/sample")
    assert all(one.attrib["loNote"] == one.attrib["hiNote"] == one.attrib["rootNote"] for one in found)
    return [(int(one.attrib["rootNote"]), one.attrib["path"]) for one in found]


def read_hydrogen(content: bytes) -> Found:
    place = {"h": "http://www.hydrogen-music.org/drumkit"}
    found = ET.fromstring(content).findall("./h:instrumentList/h:instrument", place)
    assert [one.findtext("h:id", namespaces=place) for one in found] == [str(number) for number in range(len(found))]
    return [
        (
            int(one.findtext("h:midiOutNote", "", place)),
            one.findtext("h:instrumentComponent/h:layer/h:filename", "", place),
        )
        for one in found
    ]


def read_ableton(content: bytes) -> Found:
    pads = ET.fromstring(gzip.decompress(content)).findall("./GroupDevicePreset/BranchPresets/DrumBranchPreset")
    assert [pad.attrib["Id"] for pad in pads] == [str(number) for number in range(len(pads))]
    found = []
    for pad in pads:
        (sample,) = pad.findall(".//DrumCell/UserSample/Value/SampleRef")
        value = {one.tag: one.attrib.get("Value", "") for one in sample.iter()}
        path = Path(value["Path"])
        assert sf.info(path).frames == int(value["DefaultDuration"])
        assert (path.stat().st_size, path.name) == (int(value["OriginalFileSize"]), value["RelativePath"])
        found.append((128 - int(pad.find("ZoneSettings/ReceivingNote").attrib["Value"]), path.name))  # type: ignore[union-attr]
    return found


def read_bitwig(content: bytes) -> Found:
    files = zipfile.ZipFile(io.BytesIO(content))
    document = ET.fromstring(files.read("multisample.xml"))
    head = [one.tag for one in document if one.tag != "sample"]
    assert (head, document.attrib["name"]) == (["generator", "category", "creator", "description"], "out")
    found = []
    for sample in document.findall("sample"):
        key, *others = sample
        assert [one.tag for one in (key, *others)] == ["key", "velocity", "select", "loop"]
        assert key.attrib["low"] == key.attrib["high"] == key.attrib["root"]
        name = sample.attrib["file"]
        assert sf.info(io.BytesIO(files.read(name))).frames == int(sample.attrib["sample-stop"])
        found.append((int(key.attrib["root"]), name))
    return found


def read_renoise(content: bytes) -> Found:
    files = zipfile.ZipFile(io.BytesIO(content))
    samples = ET.fromstring(files.read("Instrument.xml")).findall("./SampleGenerator/Samples/Sample")
    held = sorted(name for name in files.namelist() if name.startswith("SampleData/"))
    assert all(sf.info(io.BytesIO(files.read(name))).frames == 64 for name in held)
    assert [name.partition("(")[2].removesuffix(").wav") for name in held] == _STEMS
    return [(int(one.findtext("Mapping/BaseNote", "")) + 12, f"{one.findtext('Name')}.wav") for one in samples]


def read_mpc(content: bytes) -> Found:
    program = ET.fromstring(content).find("Program")
    assert program is not None
    assert program.attrib["type"] == "Drum"
    assert json.loads(program.findtext("ProgramPads-v2.10", ""))
    notes = {one.attrib["number"]: int(one.findtext("Note", "")) for one in program.findall("PadNoteMap/PadNote")}
    pads = program.findall("Instruments/Instrument")
    assert len(pads) == len(notes) == 128
    found = []
    for pad in pads:
        first, *others = pad.findall("Layers/Layer")
        assert [one.findtext("SampleName") for one in others] == [""] * 3
        if name := first.findtext("SampleName"):
            assert first.findtext("SliceEnd") == "64"
            found.append((notes[pad.attrib["number"]], f"{name}.wav"))
    return found


def read_op_xy(content: bytes) -> Found:
    patch = json.loads(content)
    assert (patch["platform"], patch["type"], patch["name"]) == ("OP-XY", "drum", "out")
    assert all(one["lokey"] == one["hikey"] and one["framecount"] == 64 for one in patch["regions"])
    return [(one["lokey"] - 53 + 36, one["sample"]) for one in patch["regions"]]


def read_op_1(content: bytes) -> Found:
    info = sf.info(io.BytesIO(content))
    assert (info.format, info.subtype, info.samplerate, info.channels) == ("AIFF", "PCM_16", 44_100, 1)
    place = content.index(b"APPL")
    assert place < content.index(b"SSND")
    (size,) = struct.unpack(">I", content[place + 4 : place + 8])
    chunk = content[place + 8 : place + 8 + size]
    assert chunk[:4] == b"op-1"
    patch = json.loads(chunk[4:])
    assert {len(patch[field]) for field in ("start", "end", "pitch", "volume", "reverse", "playmode")} == {24}
    frames, _ = sf.read(io.BytesIO(content))
    starts = sorted({start // 4058 for start in patch["start"]})
    assert [end // 4058 for end in patch["end"][:3]] == [63, 127, 191]
    return [(36 + round((frames[start + 9] - 0.1) * 1000) - 1, _WRITTEN[start // 64]) for start in starts]


def read_octatrack(content: bytes) -> Found:
    assert len(content) == 832
    assert content[:16] == b"FORM\0\0\0\0DPS1SMPA"
    assert struct.unpack(">H", content[-2:])[0] == sum(content[16:-2]) % 65_536
    (n_slices,) = struct.unpack(">I", content[-6:-2])
    slices = [struct.unpack_from(">III", content, 58 + 12 * number) for number in range(n_slices)]
    assert slices == [(64 * number, 64 * number + 64, 0xFFFF_FFFF) for number in range(n_slices)]
    return [(36 + number, _WRITTEN[number]) for number in range(n_slices)]


READERS: dict[str, Callable[[bytes], Found]] = {
    "sfz": read_sfz,
    "decentsampler": read_decent_sampler,
    "hydrogen": read_hydrogen,
    "ableton": read_ableton,
    "bitwig": read_bitwig,
    "renoise": read_renoise,
    "mpc": read_mpc,
    "opxy": read_op_xy,
    "op1": read_op_1,
    "octatrack": read_octatrack,
}


@pytest.mark.parametrize("kit_format", KIT_FORMATS)
def test_every_sound_lies_on_its_key(kit_format: str, sounds: Make, target: Path, log: ExportLog) -> None:
    samples, form = sounds(*_NAMES), KIT_FORMATS[kit_format]
    assert export(samples, target, log, kit_format) == 3
    folder = form.folder(target)
    file = folder / form.file_names(folder)[-1]
    assert READERS[kit_format](file.read_bytes()) == [(36 + place, name) for place, name in enumerate(_WRITTEN)]
    written = names(folder)
    assert export(samples, target, log, kit_format) == 0
    assert names(folder) == written
    for name in form.file_names(folder):
        (folder / name).unlink()  # as after a kill before it was written
    export(samples, target, log, kit_format)
    assert names(folder) == written
    for record in reversed(log.records()):
        undo_export(record, log)
    assert not folder.exists()


def read_zones(kit_format: str, content: bytes) -> list[tuple[int, ...]]:
    """Return root, first and last note, and first and last velocity of each zone."""
    if kit_format == "sfz":
        texts = content.decode().split("<region>")[1:]
        opcodes = [dict(pair.split("=") for pair in text.split() if "=" in pair) for text in texts]
        keys = ("pitch_keycenter", "lokey", "hikey", "lovel", "hivel")
        return [tuple(int(one.get(key, {"lovel": 1, "hivel": 127}.get(key, 0))) for key in keys) for one in opcodes]
    if kit_format == "opxy":
        patch = json.loads(content)
        assert patch["type"] == "multisampler"
        return [(one["pitch.keycenter"], one["lokey"], one["hikey"]) for one in patch["regions"]]
    if kit_format == "decentsampler":
        keys = ("rootNote", "loNote", "hiNote", "loVel", "hiVel")
        return [tuple(int(one.attrib[key]) for key in keys) for one in ET.fromstring(content).iter("sample")]
    if kit_format == "bitwig":
        document = ET.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("multisample.xml"))
        pairs = [(one.find("key").attrib, one.find("velocity").attrib) for one in document.iter("sample")]  # type: ignore[union-attr]
        assert all(key["track"] == "1" for key, _ in pairs)
        return [tuple(map(int, (k["root"], k["low"], k["high"], v["low"], v["high"]))) for k, v in pairs]
    if kit_format == "renoise":
        document = ET.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("Instrument.xml"))
        maps = list(document.iter("Mapping"))
        notes = [[int(one.findtext(tag, "")) + 12 for tag in ("BaseNote", "NoteStart", "NoteEnd")] for one in maps]
        loud = [[int(one.findtext(tag, "")) for tag in ("VelocityStart", "VelocityEnd")] for one in maps]
        return [(*keys, max(first, 1), last) for keys, (first, last) in zip(notes, loud, strict=True)]
    program = ET.fromstring(content).find("Program")
    assert program is not None
    assert (program.attrib["type"], program.findtext("KeygroupNumKeygroups")) == ("Keygroup", "2")
    return [
        (
            int(layer.findtext("RootNote", "")) - 1,
            int(group.findtext("LowNote", "")),
            int(group.findtext("HighNote", "")),
            max(int(layer.findtext("VelStart", "")), 1),
            int(layer.findtext("VelEnd", "")),
        )
        for group in program.iter("Instrument")
        for layer in group.iter("Layer")
        if layer.findtext("SampleName")
    ]


@pytest.mark.parametrize("kit_format", [name for name, form in KIT_FORMATS.items() if form.takes_instruments])
def test_an_instrument_lies_on_its_keys_and_velocities(
    kit_format: str, sounds: Make, target: Path, log: ExportLog
) -> None:
    wanted = [Zone("", 50, 12, 55, 1, 60), Zone("", 50, 12, 55, 61, 127), Zone("", 60, 56, 119)]
    samples = sounds("low soft.wav", "low hard.wav", "high.wav")
    keymap = {sample.id: zone for sample, zone in zip(samples, wanted, strict=True)}
    assert export(samples, target, log, kit_format, keymap=keymap) == 3
    folder = KIT_FORMATS[kit_format].folder(target)
    found = read_zones(kit_format, (folder / KIT_FORMATS[kit_format].file_names(folder)[0]).read_bytes())
    n_fields = 3 if kit_format == "opxy" else 5
    assert found == [zone[1 : 1 + n_fields] for zone in wanted]


def test_devices_get_sounds_as_they_take_them(tmp_path: Path, sounds: Make, log: ExportLog) -> None:
    samples = sounds(*(f"{number}.wav" for number in range(25)))
    for kit_format in ("opxy", "op1", "octatrack"):
        target = tmp_path / kit_format
        plan = plan_export(samples, target, AS_IT_IS, kit_format=kit_format)
        most = KIT_FORMATS[kit_format].most_sounds
        assert len(plan.to_write) == min(most, 25)
        run_export(plan, log, "kit")
        info = sf.info(next(plan.target.glob("0.wav")))
        assert (info.samplerate, info.subtype) == (44_100, "PCM_16")
    assert plan_export(samples, tmp_path, AS_IT_IS, kit_format="opxy").files[-1].reasons == ("OP-XY takes 24 files",)


@pytest.mark.parametrize("kit_format", ["opxy", "op1", "octatrack"])
def test_sounds_of_many_channels_become_such_as_devices_take(
    kit_format: str, tmp_path: Path, target: Path, log: ExportLog
) -> None:
    samples = []
    for number, n_channels in enumerate((6, 2, 1), start=1):
        path = tmp_path / f"{n_channels}.wav"
        sf.write(path, np.full((4_000, n_channels), 0.1), 44_100)
        sound = make_sample(str(path))
        samples.append(replace(sound, id=number, features=replace(sound.features, n_channels=n_channels)))
    assert export(samples, target, log, kit_format) == 3


def test_a_folder_has_one_kit_where_its_name_is_fixed(sounds: Make, target: Path, log: ExportLog) -> None:
    samples = sounds("a.wav", "b.wav", "c.wav")
    export(samples[:2], target, log, "hydrogen")
    with pytest.raises(UsageError, match=r"has a kit already, in drumkit\.xml"):
        export(samples, target, log, "hydrogen")
    export(samples[:2], target, log, "sfz")
    assert export(samples, target, log, "sfz") == 1
    assert {"out.sfz", "out 2.sfz"} <= set(names(target))


def test_long_sounds_are_cut_so_that_all_fit(tmp_path: Path) -> None:
    for name, n_frames in (("short", 10), ("long", 5000), ("longer", 9000)):
        sf.write(tmp_path / f"{name}.wav", np.ones((n_frames, 1 + (name == "long"))), 44_100)
    kit = Kit("k", tmp_path, tuple(Zone(f"{name}.wav", 36, 36, 36) for name in ("short", "long", "longer")))
    frames, slices = kit.joined(1010)
    assert slices == ((0, 10), (10, 510), (510, 1010))
    assert frames.shape == (1010, 2)
    assert frames[509].max() == frames[1009].max() == 0
    assert [end - start for start, end in kit.joined().slices] == [10, 5000, 9000]


def test_unknown_formats_and_those_without_instruments_are_said() -> None:
    with pytest.raises(UsageError, match="no kit format wav"):
        kit_format_named("wav")
    with pytest.raises(UsageError, match=r"Ableton Drum Rack has no instruments\. Give one of: sfz,"):
        kit_format_named("ableton", for_instrument=True)
