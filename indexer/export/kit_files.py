"""Files by which samplers play exported sounds as a kit, one to a key."""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from indexer.export.file_names import portable_name
from indexer.export.profile import AS_IT_IS

_FIRST_NOTE = 36  # MIDI; C1, where drum machines have their kick
_LAST_NOTE = 127
_HYDROGEN = "http://www.hydrogen-music.org/drumkit"


class KitFormat(NamedTuple):
    """A format of kits.

    Attributes:
        title: For people.
        file_name: Of the kit's file; ``{}`` is the kit's name.
        write: Makes the text of a kit from its name and the paths of its sounds below its folder.
    """

    title: str
    file_name: str
    write: Callable[[str, Sequence[str]], bytes]


def _sfz(name: str, sounds: Sequence[str]) -> bytes:
    lines = [f"// {name}", "", "<global>", "loop_mode=one_shot", ""]
    for note, sound in _keys(sounds):
        lines += ["<region>", f"key={note}", f"sample={sound}", ""]
    return "\n".join(lines).encode()


def _decent_sampler(_: str, sounds: Sequence[str]) -> bytes:
    root = Element("DecentSampler", minVersion="1.0.0")
    group = SubElement(SubElement(root, "groups"), "group", attack="0", release="1", ampVelTrack="1")
    for note, sound in _keys(sounds):
        key = {field: str(note) for field in ("rootNote", "loNote", "hiNote")}
        SubElement(group, "sample", {"path": sound, **key})
    return _document(root)


def _hydrogen(name: str, sounds: Sequence[str]) -> bytes:
    root = Element("drumkit_info", xmlns=_HYDROGEN)
    for field, text in (("name", name), ("author", ""), ("info", ""), ("license", "")):
        SubElement(root, field).text = text
    instruments = SubElement(root, "instrumentList")
    for number, (note, sound) in enumerate(_keys(sounds)):
        instrument = SubElement(instruments, "instrument")
        values = {
            "id": number,
            "name": PurePosixPath(sound).stem,
            "volume": 1,
            "isMuted": "false",
            "pan_L": 1,
            "pan_R": 1,
            "randomPitchFactor": 0,
            "gain": 1,
            "filterActive": "false",
            "filterCutoff": 1,
            "filterResonance": 0,
            "Attack": 0,
            "Decay": 0,
            "Sustain": 1,
            "Release": 1000,
            "muteGroup": -1,
            "midiOutChannel": -1,
            "midiOutNote": note,
        }
        for field, value in values.items():
            SubElement(instrument, field).text = str(value)
        layer = SubElement(instrument, "layer")
        for field, value in {"filename": sound, "min": 0, "max": 1, "gain": 1, "pitch": 0}.items():
            SubElement(layer, field).text = str(value)
    return _document(root)


def _keys(sounds: Sequence[str]) -> list[tuple[int, str]]:
    """Return the sounds that have a key, each with its MIDI note."""
    return list(zip(range(_FIRST_NOTE, _LAST_NOTE + 1), sounds, strict=False))


def _document(root: Element) -> bytes:
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


KIT_FORMATS = {
    "sfz": KitFormat("SFZ: sfizz, Sforzando and many samplers", "{}.sfz", _sfz),
    "decentsampler": KitFormat("DecentSampler", "{}.dspreset", _decent_sampler),
    "hydrogen": KitFormat("Hydrogen", "drumkit.xml", _hydrogen),
}


def kit_file_name(form: KitFormat, folder: Path) -> str:
    """Return the name of the file of a kit in a folder."""
    return form.file_name.format(portable_name(folder.name, "", AS_IT_IS))
