"""Renoise's ``.xrni``: a ZIP of ``Instrument.xml`` and ``SampleData/``.

The elements are those of instruments that Renoise 3.1 saves (document version 31). Notes count from C-0, which is MIDI
note 12, over ten octaves.
"""

from xml.etree.ElementTree import Element, SubElement

from indexer.export.kits.archive import archive
from indexer.export.kits.zones import Kit, Zone, add_fields, xml_document

_FIRST_MIDI_NOTE = 12
_LAST_NOTE = 119


def write(kit: Kit) -> bytes:
    """Return the archive."""
    root = add_fields(Element("RenoiseInstrument", doc_version="31"), Name=kit.name)
    add_fields(SubElement(root, "GlobalProperties"), Volume="1.0", Transpose=0)
    generator = SubElement(root, "SampleGenerator")
    samples = SubElement(generator, "Samples")
    for zone in kit.zones:
        _add_sample(samples, kit, zone)
    add_fields(generator, KeyzoneOverlappingMode="Play All")
    files = {
        f"SampleData/Sample{number:02} ({zone.name}).wav": kit.path(zone).read_bytes()
        for number, zone in enumerate(kit.zones)
    }
    return archive({"Instrument.xml": xml_document(root), **files})


def _add_sample(samples: Element, kit: Kit, zone: Zone) -> None:
    sample = add_fields(
        SubElement(samples, "Sample"),
        Name=zone.name,
        Volume="1.0",
        Panning="0.5",
        Transpose=0,
        Finetune=0,
        OneShotTrigger=not kit.is_instrument,
        NewNoteAction="NoteOff" if kit.is_instrument else "None",
        InterpolationMode="Cubic",
        LoopMode="Off",
        LoopStart=0,
        LoopEnd=kit.n_frames[zone.file],
        IsAlias=False,
        MuteGroupIndex=-1,
        ModulationSetIndex=-1,
        DeviceChainIndex=-1,
    )
    add_fields(
        SubElement(sample, "Mapping"),
        Layer="Note-On Layer",
        BaseNote=_note(zone.root),
        NoteStart=_note(zone.low),
        NoteEnd=_note(zone.high),
        MapKeyToPitch=kit.is_instrument,
        VelocityStart=0 if zone.softest == 1 else zone.softest,
        VelocityEnd=zone.loudest,
        MapVelocityToVolume=True,
    )


def _note(midi_note: int) -> int:
    return min(max(midi_note - _FIRST_MIDI_NOTE, 0), _LAST_NOTE)
