"""SFZ: sfizz, Sforzando and many samplers. Format: sfzformat.com."""

from indexer.export.kits.zones import Kit


def write(kit: Kit) -> bytes:
    """Return the text of an SFZ file."""
    lines = [f"// {kit.name}", "", "<global>", f"loop_mode={'no_loop' if kit.is_instrument else 'one_shot'}", ""]
    for zone in kit.zones:
        keys = f"lokey={zone.low} hikey={zone.high} pitch_keycenter={zone.root}"
        lines += ["<region>", keys if kit.is_instrument else f"key={zone.root}"]
        if (zone.softest, zone.loudest) != (1, 127):
            lines.append(f"lovel={zone.softest} hivel={zone.loudest}")
        lines += [f"sample={zone.file}", ""]
    return "\n".join(lines).encode()
