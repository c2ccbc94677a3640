"""Akai's ``.xpm`` programs, for MPC software 2 and the standalone MPCs since the MPC Live.

The elements and their values are those of programs that MPCs save (file version 2.1). A sample is named without its
extension and searched beside the program. Instruments are numbered from 1; a root note is stored as the MIDI note
plus 1, since 0 means none.
"""

import json
from collections import defaultdict
from xml.etree.ElementTree import Element, SubElement

from indexer.export.kits.zones import Kit, Zone, add_fields, xml_document

_N_PADS = 128
_N_LAYERS = {False: 4, True: 8}  # of a pad, and of a key group
_FIRST_PAD_NOTE = 36


def write(kit: Kit) -> bytes:
    """Return the XML of a drum program, or of a key group program for an instrument."""
    root = Element("MPCVObject")
    add_fields(
        SubElement(root, "Version"),
        File_Version="2.1",
        Application="MPC-V",
        Application_Version="2.15.1.1",
        Platform="Linux",
    )
    program = add_fields(
        SubElement(root, "Program", type="Keygroup" if kit.is_instrument else "Drum"), ProgramName=kit.name
    )
    SubElement(program, "ProgramPads-v2.10").text = _pads()
    _add(program, Volume="0.707946", Mute=False, Solo=False, Pan="0.500000", Pitch="0.000000", TuneCoarse=0, TuneFine=0)
    _add(program, Mono=False, Program_Polyphony=16)
    groups = _keygroups(kit) if kit.is_instrument else [[zone] for zone in kit.zones]
    instruments = SubElement(program, "Instruments")
    for number in range(1, (len(groups) if kit.is_instrument else _N_PADS) + 1):
        zones = groups[number - 1] if number <= len(groups) else []
        _add_instrument(SubElement(instruments, "Instrument", number=str(number)), kit, zones)
    _add_maps(program, kit)
    if kit.is_instrument:
        _add(program, KeygroupMasterTranspose="0.500000", KeygroupNumKeygroups=len(groups))
        _add(program, KeygroupPitchBendRange="0.000000", KeygroupWheelToLfo="0.000000")
        _add(program, KeygroupAftertouchToFilter="0.000000")
    return xml_document(root)


def _keygroups(kit: Kit) -> list[list[Zone]]:
    """Return the zones of each key range, its velocity layers, up to the limit of the MPC."""
    by_keys = defaultdict[tuple[int, int], list[Zone]](list)
    for zone in kit.zones:
        by_keys[zone.low, zone.high].append(zone)
    return [zones[: _N_LAYERS[True]] for zones in by_keys.values()]


def _add_instrument(instrument: Element, kit: Kit, zones: list[Zone]) -> None:
    low, high = (zones[0].low, zones[0].high) if kit.is_instrument and zones else (0, 127)
    _add(instrument, Volume="0.707946", Mute=False, Solo=False, Pan="0.500000")
    _add(instrument, FilterType=2, Cutoff="1.000000", Resonance="0.000000", FilterEnvAmt="0.000000")
    _add(instrument, VolumeHold="0.000000", VolumeDecayType=True, VolumeADEnvelope=not kit.is_instrument)
    _add(instrument, VolumeAttack="0.000000", VolumeDecay="0.047244", VolumeSustain="1.000000")
    _add(instrument, VolumeRelease="0.000000")
    _add(instrument, VelocitySensitivity="1.000000", TuneCoarse=0, TuneFine=0)
    _add(instrument, Mono=not kit.is_instrument, Polyphony=16 if kit.is_instrument else 1)
    _add(instrument, LowNote=low, HighNote=high, IgnoreBaseNote=False, ZonePlay=1, MuteGroup=0)
    _add(instrument, TriggerMode=2 if kit.is_instrument else 0, WarpEnable=False)
    layers = SubElement(instrument, "Layers")
    for number in range(1, _N_LAYERS[kit.is_instrument] + 1):
        zone = zones[number - 1] if number <= len(zones) else None
        layer = SubElement(layers, "Layer", number=str(number))
        _add(layer, Active=True, Volume="1.000000", Pan="0.500000", Pitch="0.000000", TuneCoarse=0, TuneFine=0)
        _add(layer, VelStart=zone.softest if zone and zone.softest > 1 else 0, VelEnd=zone.loudest if zone else 127)
        _add(layer, SampleStart=0, SampleEnd=0, LoopStart=0, LoopEnd=0)
        _add(layer, RootNote=zone.root + 1 if zone and kit.is_instrument else 0, KeyTrack=False)
        _add(layer, SampleName=zone.name if zone else "", SampleFile="", SliceIndex=129, Direction=0, Offset=0)
        _add(layer, SliceStart=0, SliceEnd=kit.n_frames[zone.file] if zone else 0, SliceLoopStart=0, SliceLoop=0)


def _add_maps(program: Element, kit: Kit) -> None:
    notes, groups = SubElement(program, "PadNoteMap"), SubElement(program, "PadGroupMap")
    for number in range(1, _N_PADS + 1):
        first = 0 if kit.is_instrument else _FIRST_PAD_NOTE
        add_fields(SubElement(notes, "PadNote", number=str(number)), Note=(first + number - 1) % 128)
        add_fields(SubElement(groups, "PadGroup", number=str(number)), Group=0)


def _add(parent: Element, **fields: object) -> None:
    """Add fields; booleans are ``True`` and ``False`` in these files."""
    add_fields(parent, **{tag: str(value) for tag, value in fields.items()})


def _pads() -> str:
    pads = {
        "Universal": {"value0": True},
        "Type": {"value0": 4},
        "universalPad": 7775,
        "pads": {f"value{number}": 0 for number in range(_N_PADS)},
        "UnusedPads": {"value0": 1},
    }
    return json.dumps({"ProgramPads-v2.10": pads}, indent=4)
