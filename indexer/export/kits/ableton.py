"""Ableton Live's Drum Rack, ``.adg``: gzipped XML with a pad for each sound.

The format is not published, and Live reads only what it could have written. So the rack is a template that Live 12
saved, from the package ``ableton-device-creator`` (MIT), with its pad repeated for each sound. Values are replaced in
the text, since Live refuses racks that were parsed and serialized again.
"""

import gzip
import re
from functools import cache
from xml.sax.saxutils import quoteattr

from indexer.export.kits.zones import Kit, Zone

_PADS = re.compile(r"(?<=<BranchPresets>).*(?=</BranchPresets>)", re.DOTALL)
_PAD = re.compile(r"<DrumBranchPreset\b.*?</DrumBranchPreset>", re.DOTALL)
_SAMPLE = re.compile(r"<UserSample>.*?</UserSample>", re.DOTALL)
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")


def write(kit: Kit) -> bytes:
    """Return the rack for Live 12; it refers to its samples by relative and by absolute paths."""
    before, pad, after = _template()
    pads = "\n\t\t\t".join(_fill(pad, kit, zone, number) for number, zone in enumerate(kit.zones))
    return gzip.compress(f"{before}\n\t\t\t{pads}\n\t\t{after}".encode(), mtime=0)


@cache
def _template() -> tuple[str, str, str]:
    """Return the text before the pads, one pad, and the text after the pads."""
    from ableton_device_creator.bundled import DRUM_RACK_TEMPLATE

    text = gzip.decompress(DRUM_RACK_TEMPLATE.read_bytes()).decode()
    text = _DECLARATION.sub('<?xml version="1.0" encoding="UTF-8"?>', text)
    pads, pad = _PADS.search(text), _PAD.search(text)
    if pads is None or pad is None:  # pragma: no cover (a version of the package that is not allowed)
        raise ValueError("The rack of ableton-device-creator has changed.")
    return text[: pads.start()], pad[0], text[pads.end() :]


def _fill(pad: str, kit: Kit, zone: Zone, number: int) -> str:
    pad = pad.replace('<DrumBranchPreset Id="0">', f'<DrumBranchPreset Id="{number}">', 1)
    pad = pad.replace('<Name Value="" />', f"<Name Value={quoteattr(zone.name)} />", 1)
    pad = _with_value(pad, "ReceivingNote", str(128 - zone.root))
    return _SAMPLE.sub(lambda found: _point(found[0], kit, zone), pad, count=1)


def _point(sample: str, kit: Kit, zone: Zone) -> str:
    path = kit.path(zone)
    values = {
        "RelativePathType": "1",
        "RelativePath": zone.file,
        "Path": str(path),
        "OriginalFileSize": str(path.stat().st_size),
        "OriginalCrc": "0",
        "DefaultDuration": str(kit.n_frames[zone.file]),
    }
    for tag, value in values.items():
        sample = _with_value(sample, tag, value)
    return sample


def _with_value(text: str, tag: str, value: str) -> str:
    return re.sub(rf"<{tag} Value=\"[^\"]*\" />", lambda _: f"<{tag} Value={quoteattr(value)} />", text, count=1)
