"""DecentSampler's ``.dspreset``. Format: decentsamples.com, "The .dspreset format"."""

from xml.etree.ElementTree import Element, SubElement

from indexer.export.kits.zones import Kit, xml_document


def write(kit: Kit) -> bytes:
    """Return the XML of a preset."""
    root = Element("DecentSampler", minVersion="1.0.0")
    release = "0.3" if kit.is_instrument else "1"
    group = SubElement(SubElement(root, "groups"), "group", attack="0", release=release, ampVelTrack="1")
    for zone in kit.zones:
        fields = {"path": zone.file, "rootNote": zone.root, "loNote": zone.low, "hiNote": zone.high}
        fields |= {"loVel": zone.softest, "hiVel": zone.loudest}
        SubElement(group, "sample", {name: str(value) for name, value in fields.items()})
    return xml_document(root)
