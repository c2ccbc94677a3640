"""``.multisample`` of Bitwig Studio and Studio One: a ZIP of WAV files and ``multisample.xml``.

The format and its XML schema are published by its authors: github.com/bitwig/multisample.
"""

from xml.etree.ElementTree import Element, SubElement

from indexer.export.kits.archive import archive
from indexer.export.kits.zones import Kit, add_fields, xml_document


def write(kit: Kit) -> bytes:
    """Return the archive; files are stored, not compressed, so that players can stream them."""
    root = add_fields(
        Element("multisample", name=kit.name),
        generator="earmark",
        category="Instrument" if kit.is_instrument else "Drums",
        creator="",
        description="",
    )
    for zone in kit.zones:
        stop = str(kit.n_frames[zone.file])
        sample = SubElement(root, "sample", {"file": zone.file, "sample-start": "0", "sample-stop": stop})
        track = "1" if kit.is_instrument else "0"
        SubElement(sample, "key", low=str(zone.low), high=str(zone.high), root=str(zone.root), track=track)
        SubElement(sample, "velocity", low=str(zone.softest), high=str(zone.loudest))
        SubElement(sample, "select", low="0", high="127")
        SubElement(sample, "loop", mode="off")
    files = {zone.file: kit.path(zone).read_bytes() for zone in kit.zones}
    return archive({"multisample.xml": xml_document(root), **files})
