"""Hydrogen's ``drumkit.xml``, by the schema of Hydrogen 1.2."""

from xml.etree.ElementTree import Element, SubElement

from indexer.export.kits.zones import Kit, add_fields, xml_document

_NAMESPACE = "http://www.hydrogen-music.org/drumkit"


def write(kit: Kit) -> bytes:
    """Return the XML of a drum kit."""
    root = add_fields(Element("drumkit_info", xmlns=_NAMESPACE), name=kit.name, author="", info="", license="")
    add_fields(root, image="", imageLicense="")
    component = SubElement(SubElement(root, "componentList"), "drumkitComponent")
    add_fields(component, id=0, name="Main", volume=1)
    instruments = SubElement(root, "instrumentList")
    for number, zone in enumerate(kit.zones):
        instrument = add_fields(
            SubElement(instruments, "instrument"),
            id=number,
            name=zone.name,
            volume=1,
            isMuted=False,
            isSoloed=False,
            pan=0,
            pitchOffset=0,
            randomPitchFactor=0,
            gain=1,
            applyVelocity=True,
            filterActive=False,
            filterCutoff=1,
            filterResonance=0,
            Attack=0,
            Decay=0,
            Sustain=1,
            Release=1000,
            muteGroup=-1,
            midiOutChannel=-1,
            midiOutNote=zone.root,
            isStopNote=False,
            sampleSelectionAlgo="VELOCITY",
            isHihat=-1,
            lower_cc=0,
            higher_cc=127,
        )
        layers = add_fields(SubElement(instrument, "instrumentComponent"), component_id=0, gain=1)
        add_fields(SubElement(layers, "layer"), filename=zone.file, min=0, max=1, gain=1, pitch=0)
    return xml_document(root)
