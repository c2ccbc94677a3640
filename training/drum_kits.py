"""What each key of a General MIDI drum kit sounds like, in a producer's words.

Keys 35 to 81 are those of General MIDI 1; 27 to 34 and 82 to 87 are Roland GS additions. The kits of FluidR3 GM and
MuseScore General differ in kicks, snares and toms (the 808 and orchestra kits in more) and share every other key.
MuseScore General has a marching drumline besides, whose keys are its own.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from training.general_midi import Label

DRUM_BANK = 128

# key: kind | family | other words | character
_KEYS = {
    27: "click | fx | high q, zap, blip | electronic, short",
    28: "whip | fx | slap, whip crack | short, snappy",
    29: "record scratch | fx | vinyl scratch, scratch, dj scratch, scratch push | short",
    30: "record scratch | fx | vinyl scratch, scratch, dj scratch, scratch pull | short",
    31: "stick click | percussion | drum sticks, sticks, count-in | woody, short",
    32: "click | fx | square click, tick | electronic, short",
    33: "click | fx | metronome click, metronome, tick | short",
    34: "bell | melodic | metronome bell, small bell, ding | bright, ringing",
    35: "kick drum | drums | bass drum, kick, bd, acoustic bass drum |",
    36: "kick drum | drums | bass drum, kick, bd |",
    37: "side stick | drums | sidestick, cross stick, rim click, rim | woody, short",
    38: "snare drum | drums | snare, sd |",
    39: "hand clap | drums | clap, cp, handclap | short",
    40: "snare drum | drums | snare, sd |",
    41: "floor tom | drums | low tom, tom-tom, tom drum | low, deep",
    42: "closed hi-hat | drums | closed hat, ch, hihat, hi-hat | short, bright",
    43: "floor tom | drums | tom-tom, tom drum | low",
    44: "pedal hi-hat | drums | foot hat, hihat, hi-hat, closed hat | short",
    45: "tom | drums | low tom, tom-tom, tom drum | low",
    46: "open hi-hat | drums | open hat, oh, hihat, hi-hat | bright, sizzling",
    47: "tom | drums | mid tom, tom-tom, tom drum |",
    48: "tom | drums | mid tom, rack tom, tom-tom, tom drum |",
    49: "crash cymbal | drums | crash, cymbal | bright, long",
    50: "tom | drums | high tom, rack tom, tom-tom, tom drum | high",
    51: "ride cymbal | drums | ride, cymbal | ping",
    52: "china cymbal | drums | china, chinese cymbal, cymbal | trashy, bright",
    53: "ride bell | drums | bell of the ride, ride cymbal bell, ride | bell, ringing",
    54: "tambourine | percussion | tamb | bright, jingling",
    55: "splash cymbal | drums | splash, cymbal | bright, short",
    56: "cowbell | percussion | cow bell | metallic",
    57: "crash cymbal | drums | crash, cymbal | bright, long",
    58: "vibraslap | percussion | rattle, vibra slap | rattling, long",
    59: "ride cymbal | drums | ride, cymbal | ping",
    60: "bongo | percussion | high bongo, bongos, hand drum | high",
    61: "bongo | percussion | low bongo, bongos, hand drum | low",
    62: "conga | percussion | muted conga, congas, hand drum, conga slap | muted, short",
    63: "conga | percussion | high conga, congas, hand drum, open conga | high",
    64: "conga | percussion | low conga, tumba, congas, hand drum | low",
    65: "timbale | percussion | high timbale, timbales | high, ringing",
    66: "timbale | percussion | low timbale, timbales | low, ringing",
    67: "agogo bell | percussion | high agogo, agogo | high, metallic",
    68: "agogo bell | percussion | low agogo, agogo | low, metallic",
    69: "cabasa | percussion | afuche, shaker | noisy, short",
    70: "maraca | percussion | maracas, shaker | noisy, short",
    71: "whistle | percussion | samba whistle, short whistle | high, short",
    72: "whistle | percussion | samba whistle, long whistle | high, long",
    73: "guiro | percussion | guiro scrape, scraper, short guiro | scraping, woody, short",
    74: "guiro | percussion | guiro scrape, scraper, long guiro | scraping, woody, long",
    75: "claves | percussion | clave, sticks | woody, short, high",
    76: "wood block | percussion | woodblock, high wood block, wood | woody, high, short",
    77: "wood block | percussion | woodblock, low wood block, wood | woody, low, short",
    78: "cuica | percussion | friction drum, muted cuica | squeaky, high",
    79: "cuica | percussion | friction drum, open cuica | squeaky, low",
    80: "triangle | percussion | muted triangle, metal percussion | metallic, muted, short",
    81: "triangle | percussion | open triangle, metal percussion | metallic, ringing, long",
    82: "shaker | percussion | egg shaker, shake | noisy, short",
    83: "sleigh bells | percussion | jingle bells, jingle bell | bright, jingling",
    84: "bell tree | percussion | mark tree, wind chimes, chimes | bright, shimmering, long",
    85: "castanets | percussion | castanet | woody, short",
    86: "taiko | percussion | taiko drum, muted surdo, big drum | deep, short",
    87: "taiko | percussion | taiko drum, surdo, big drum | deep, boomy, long",
}

_TOM_KEYS = (41, 43, 45, 47, 48, 50)

# Keys that sound different in some kits: group of kits -> key -> row as above
_OVERRIDES = {
    "brush": {
        38: "brush snare | drums | brushed snare, snare with brushes | brushed, soft",
        39: "brush snare | drums | brushed snare, brush slap | brushed, snappy",
        40: "brush snare | drums | brushed snare, brush swirl | brushed, noisy, soft",
    },
    "808": {
        35: "kick drum | drums | 808 kick, bass drum, kick, bd | boomy, deep, electronic",
        36: "kick drum | drums | 808 kick, bass drum, kick, bd | deep, electronic",
        38: "snare drum | drums | 808 snare, snare, sd | snappy, electronic",
        39: "hand clap | drums | 808 clap, clap, cp | electronic",
        40: "snare drum | drums | 808 snare, snare, sd | snappy, electronic",
        **{
            key: f"electronic tom | drums | 808 tom, tom, synth tom | electronic{', low' if key < 46 else ', high'}"
            for key in _TOM_KEYS
        },
        42: "closed hi-hat | drums | 808 hat, closed hat, ch, hihat | electronic, short, metallic",
        44: "open hi-hat | drums | 808 hat, open hat, oh, hihat | electronic, metallic",
        46: "open hi-hat | drums | 808 hat, open hat, oh, hihat | electronic, metallic",
        51: "ride cymbal | drums | 808 cymbal, ride, cymbal | electronic, metallic",
        56: "cowbell | percussion | 808 cowbell, cow bell | electronic, metallic",
        62: "conga | percussion | 808 conga, high conga | electronic, high",
        63: "conga | percussion | 808 conga, mid conga | electronic",
        64: "conga | percussion | 808 conga, low conga | electronic, low",
        75: "claves | percussion | 808 clave, clave | electronic, high, short",
    },
    "electronic": dict.fromkeys(_TOM_KEYS, "electronic tom | drums | synth tom, simmons tom, tom | electronic"),
    "orchestra": {
        35: "orchestral bass drum | drums | concert bass drum, gran cassa, bass drum | deep, boomy",
        36: "orchestral bass drum | drums | concert bass drum, gran cassa, bass drum | deep, boomy",
        38: "snare drum | drums | concert snare, orchestral snare, snare | rattling",
        40: "snare drum | drums | concert snare, orchestral snare, snare | rattling",
        **dict.fromkeys(range(41, 54), "timpani | percussion | kettledrum, orchestral drum | deep, boomy"),
        57: "crash cymbal | drums | orchestral cymbals, crash, cymbals, piatti | bright, long",
        59: "crash cymbal | drums | orchestral cymbals, crash, cymbals, piatti | bright, long",
    },
}

_RIM = "side stick | drums | rim click, rim, drum rim | woody, short"
_MARCHING_CRASH = "crash cymbal | drums | marching cymbals, crash, cymbals, piatti | bright, long"
_TENOR = "tom | drums | marching tenor, quads, tom-tom, tom drum"
_MARCHING_BASS = "orchestral bass drum | drums | marching bass drum, concert bass drum, bass drum | deep, boomy"
# Kits of MuseScore's drumline: program number -> key -> row as above
_DRUMLINE = {
    56: {
        48: "snare roll | drums | buzz roll, marching snare roll | rattling",
        50: "snare drum | drums | marching snare, snare, sd | tight, crisp",
        52: "rimshot | drums | rim shot, marching snare, snare rimshot, rim | loud, sharp",
        53: _RIM,
        55: "stick click | percussion | drum sticks, sticks, count-in | woody, short",
        57: "rimshot | drums | stick shot, rim shot, rim | sharp, short",
    },
    58: dict.fromkeys((70, 72, 73, 79, 89), _MARCHING_CRASH),
    59: {
        **dict.fromkeys((37, 49, 61), _MARCHING_BASS),
        **dict.fromkeys((39, 51, 63, 75, 87), _RIM),
    },
    96: {
        **dict.fromkeys((36, 48), f"{_TENOR} | low"),
        **dict.fromkeys((39, 51, 63, 75), f"{_TENOR} | muted, short"),
        **dict.fromkeys((60, 72), f"{_TENOR} |"),
        **dict.fromkeys((84, 96), f"{_TENOR} | high"),
        **dict.fromkeys((37, 49, 61, 73, 85, 97), _RIM),
    },
}
_DRUMLINE_SOURCE = ("acoustic", "marching", "drumline")
_DRUMLINE_MARK = 96  # other soundfonts have something else at 56


@dataclass(frozen=True)
class Kit:
    """One preset of bank 128: its program number, how it is made, and what is special about its keys."""

    number: int
    source: tuple[str, ...]
    character: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True)
class DrumKey:
    """One key of one kit."""

    kit: int
    key: int
    label: Label


_ACOUSTIC = ("acoustic", "drum kit")
KITS: tuple[Kit, ...] = (
    *(Kit(number, _ACOUSTIC, ()) for number in range(8)),
    *(Kit(number, (*_ACOUSTIC, "room"), ("roomy",)) for number in range(8, 16)),
    *(Kit(number, (*_ACOUSTIC, "rock"), ("powerful",)) for number in range(16, 20)),
    Kit(24, ("electronic", "drum machine"), ("electronic",), "electronic"),
    Kit(25, ("808", "analog", "drum machine"), (), "808"),
    *(Kit(number, (*_ACOUSTIC, "jazz"), ()) for number in range(32, 37)),
    *(Kit(number, (*_ACOUSTIC, "brushes", "jazz"), (), "brush") for number in range(40, 43)),
    Kit(48, ("orchestral", "acoustic"), (), "orchestra"),
)

_KIT_KEYS = {35, 36, 38, 40, *_TOM_KEYS}  # sampled anew for most kits
_ELECTRONIC_KEYS = {27, 32}
_PLAIN_SOURCE = {"drums": ("acoustic", "drum kit"), "percussion": ("acoustic", "hand percussion")}


def _label(row: str) -> Label:
    kind, family, names, character = (cell.strip() for cell in row.split("|"))
    aliases, words = (tuple(word.strip() for word in cell.split(",") if word.strip()) for cell in (names, character))
    return Label(kind, family, aliases, (), words)


def key_label(kit: Kit, key: int) -> Label | None:
    """Label a key of a kit; None where the kit only repeats what the standard kit has."""
    override = _OVERRIDES.get(kit.group, {}).get(key)
    if override is not None:
        label = _label(override)
        return replace(label, source=kit.source if label.family != "fx" else ())
    label = _label(_KEYS[key])
    if key in _KIT_KEYS:
        return replace(label, source=kit.source).also(*kit.character)
    if kit.number != KITS[0].number:
        return None
    source = ("electronic",) if key in _ELECTRONIC_KEYS else _PLAIN_SOURCE.get(label.family, ())
    return replace(label, source=source)


DRUM_KEYS: tuple[DrumKey, ...] = tuple(
    DrumKey(kit.number, key, label) for kit in KITS for key in _KEYS if (label := key_label(kit, key)) is not None
)

DRUMLINE_KEYS: tuple[DrumKey, ...] = tuple(
    DrumKey(kit, key, replace(_label(row), source=_DRUMLINE_SOURCE))
    for kit, rows in _DRUMLINE.items()
    for key, row in rows.items()
)


def keys_of(kits: Collection[int]) -> list[DrumKey]:
    """List the keys that can be struck where a soundfont has these programs in its drum bank."""
    drumline = DRUMLINE_KEYS if _DRUMLINE_MARK in kits else ()
    return [key for key in (*DRUM_KEYS, *drumline) if key.kit in kits]
