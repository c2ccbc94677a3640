"""Which pack a folder belongs to, by the names of folders alone.

Packs lie below a root as vendors and people put them: ``Root/Pack/Kicks``, ``Root/Vendor/Pack/Drums/Kicks``,
``Root/packs/Pack/Loops``; or the root is one. The walk goes down from the root and stops at the folder whose
subfolders are named after kinds of sounds, or that holds sounds itself. A name that comes back in several folders is
one of a kind, whatever it says.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, count

_KINDS = frozenset(
    """
    808 808s 909 acapella acapellas acappella accordion accordions acoustic agogo aif aiff alarm alarms ambience
    ambiences ambient ambients analog and animal animals arp arps atmo atmos atmosphere atmospheres background
    backgrounds balalaika banjo bass basses bassline basslines bassoon beat beatbox beats bell bells bird birds bit
    blip blips block blocks body bongo bongos bpm brass break breakbeat breakbeats breaks build builds buildups by
    cabasa cajon car cars castanets cat cats cd celesta cello cellos chant chants china choir choirs chop chops
    chord chords church city clap claps clarinet clave claves clock closed coin coins combo combos conga congas
    construction cowbell cowbells crash crashes crowd crowds cymbal cymbals dance darbuka dirty disc disk dist
    distorted djembe dog dogs door doors double downer downers downlifter downlifters drone drones drop drops drum
    drumloop drumloops drumroll drums dry dubs effect effects electric engine engines ensemble ep eps ethnic
    explosion explosions extra extras fill fills fire flac floor flute flutes foley footstep footsteps for frame
    french full fx fxs gamelan glass glitch glitches glockenspiel gong gongs groove grooves guiro guitar guitars gun
    guns gunshot gunshots half hand hard harmonica harmonium harp harps harpsichord hat hats hi hihat hihats hit
    hits horn horns human impact impacts in insect insects instrument instrumental instruments kalimba key keyboard
    keyboards keys khz kick kicks kit kits klang koto laser lasers latin layer layers lead leads live long loop
    loops low machine machines maj major mallet mallets mandolin marimba master mastered mechanical melodic melodics
    melodies melody metal midi min minor misc miscellaneous mix mixed mono mp3 multi multis multisample multisamples
    music musical nature noise noises nylon oboe of ogg one oneshot oneshots open orchestra orchestral organ organs
    other others pad pads pan paper part pedal people perc percs percussion percussions percussive phrase phrases
    piano pianos piccolo pizzicato pluck plucked plucks preset presets processed rain rap raw rex rex2 ride rides
    rim rims rimshot rimshots riser risers robot roll rolls room rustle rx2 sax saxophone saxophones scratch
    scratches scream screams sea sequence sequences sfx shaker shakers short shot shots shout shouts side sine
    single singles sitar sizzle sleigh slide snap snaps snare snares soft song songs songstarter songstarters speech
    splash splashes spoken stab stabs starter starters steel stem stems stereo stick sticks string strings sub subs
    sung sweep sweeps swell swells switch switches swoosh sync synth synthesizer synths tabla tablas tail tails talk
    tambourine tambourines tanpura temple texture textures the thunder timpani tin to tom toms tonal tone tones top
    tops toy toys track tracks transition transitions transport triangle triangles trombone trombones trumpet
    trumpets tuba tubas tuned ukulele ukuleles uplifter uplifters various vehicle vehicles vibraphone vibraslap
    vinyl viola violin violins vocal vocals voice voices vol volume vox walla water wav wave waveform waveforms
    waves wavs weather wet whistle whistles whoosh whooshes wind with wood woods woodwind woodwinds word words world
    xylophone zap zaps a b c d e f g h n
    """.split()
)
"""Words for kinds of sounds, their forms and their formats: folders named after these alone lie within a pack."""

_HOLDERS = frozenset(
    """
    audio bank banks collection collections content contents data drumkit drumkits download downloads factory file files
    instruments kit kits libraries library loopcloud my new pack packs packages project projects sample samples
    samplepack samplepacks soundbank soundbanks sound soundpack soundpacks sounds
    """.split()
)
"""Words for what holds packs: what lies in a folder that is named after these alone is looked at as if it lay above."""

_SHARED = frozenset(
    "home users volumes media mnt opt share srv usr local music documents desktop root downloads".split()
)
"""Folders that everybody has: no pack is called so."""

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r"\d{1,2}[\s._-]")
_ORDINALS = frozenset("vol volume part disc disk cd ep eps".split())
_N_COMMON = 3  # folders that hold one of a name; two may be copies of a library
_MOST_KINDS = 0.5  # of the subfolders of a pack are named after kinds of sounds; more of those of a root
_MOST_KINDS_OF_ROOT = 0.75


@dataclass
class _Node:
    """A folder: its subfolders by name, and how many files lie in it."""

    name: str = ""
    n_files: int = 0
    inner: "dict[str, _Node]" = field(default_factory=dict)


def find_packs(root: str, folders: Mapping[str, int]) -> dict[str, str]:
    """Return the name of the pack of each folder.

    Args:
        root: Path of the root, with slashes.
        folders: Number of files in each folder, by its path below the root; ``""`` for the root itself.
    """
    top = _Node()
    for path, n_files in folders.items():
        node = top
        for name in path.split("/") if path else ():
            node = node.inner.setdefault(name, _Node(name))
        node.n_files = n_files
    own = root_name(root)
    packs = {"": own, **dict(_walk(top, own, "", _common_names(top), is_root=True))}
    return {path: _nearest(path, packs) for path in folders}


def _walk(
    node: _Node, pack: str, path: str, common: frozenset[str], *, is_root: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield the paths at which packs begin, with their names; what lies between belongs to the one above."""
    found = list(_parts(node, path))
    kinds = _are_kinds(node.name, [inner.name for _, inner in found], common)
    if not found or (not is_root and (node.n_files >= len(found) or _is_series(node, [one for _, one in found]))):
        return
    if sum(kinds) >= (_MOST_KINDS_OF_ROOT if is_root else _MOST_KINDS) * len(found):
        return
    for (inner_path, inner), is_a_kind in zip(found, kinds, strict=True):
        if is_a_kind:
            yield inner_path, pack
        else:
            yield inner_path, inner.name
            yield from _walk(inner, inner.name, inner_path, common)


def _parts(node: _Node, path: str) -> Iterator[tuple[str, _Node]]:
    """Yield subfolders by path; those of what merely holds packs in its place."""
    for name, inner in node.inner.items():
        inner_path = f"{path}/{name}" if path else name
        if inner.inner and _is_holder(name):
            yield from _parts(inner, inner_path)
        else:
            yield inner_path, inner


def _is_series(node: _Node, inner: Sequence[_Node]) -> bool:
    """Say whether subfolders are parts of one pack: numbered, or one that is called as the folder around it."""
    if len(inner) == 1:
        around, own = _words(node.name), _words(inner[0].name)
        return around == own or (len(around) > 1 and around <= own)
    return sum(bool(_NUMBERED.match(one.name)) for one in inner) > len(inner) / 2


def _common_names(top: _Node) -> frozenset[str]:
    """Return the names, in lower case, that folders have in so many others that they are no packs."""
    counts: Counter[str] = Counter()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        counts.update({name.casefold() for name in node.inner})
        waiting += node.inner.values()
    return frozenset(name for name, n in counts.items() if n >= _N_COMMON)


def _are_kinds(around: str, names: Sequence[str], common: frozenset[str]) -> list[bool]:
    """Say of each subfolder whether it is named after kinds of sounds.

    What all of them or the folder around them are called does not count: ``VEC3 Kicks`` beside ``VEC3 Snares``.
    """
    words = [_words(name) for name in names]
    shared = _words(around) | (frozenset.intersection(*words) if len(words) > 1 else frozenset())
    return [
        name.casefold() in common
        or _is_of_kinds(own)
        or (_is_of_kinds(own - shared) and any(_says_kind(word) for word in own - shared))
        for name, own in zip(names, words, strict=True)
    ]


def _says_kind(word: str) -> bool:
    return not word.isdigit() and word not in _ORDINALS


def _nearest(path: str, packs: Mapping[str, str]) -> str:
    while path not in packs:
        path = path.rpartition("/")[0]
    return packs[path]


def root_name(root: str) -> str:
    """Return what a root is called: its folder, or the one around it where the name says nothing."""
    parts = [part for part in root.replace("\\", "/").split("/") if part]
    own = parts[-1] if parts else root
    around = parts[-2:-1]
    is_personal = len(parts) > 2 and parts[-3].casefold() in {"home", "users", "volumes", "media", "mnt"}
    if not around or is_personal or around[0].casefold() in _SHARED or ":" in around[0]:
        return own
    return around[0] if (_is_holder(own) or _is_of_kinds(_words(own))) and not _is_holder(around[0]) else own


def free_name(name: str, taken: Container[str]) -> str:
    """Return a name for a root that no other one has: with a number behind it where it is taken."""
    names = chain([name], (f"{name} {number}" for number in count(2)))
    return next(one for one in names if one not in taken)


def _is_of_kinds(words: frozenset[str]) -> bool:
    """Say whether words name kinds of sounds, or are numbers."""
    return all(word.isdigit() or _is_made_of(word, _KINDS) for word in words)


def _is_holder(name: str) -> bool:
    words = _words(name)
    return any(word in _HOLDERS for word in words) and all(word in _HOLDERS or word in _KINDS for word in words)


@lru_cache(maxsize=8192)
def _is_made_of(word: str, known: frozenset[str]) -> bool:
    """Say whether a word is a known one, or several of them without a space, as "bassloops" or "stringsnpads"."""
    if word in known:
        return True
    ends = {0}
    for start in range(len(word)):
        if start in ends:
            ends.update(
                end for end in range(start + 1, len(word) + 1) if _fits(word[start:end], known, is_inner=start > 0)
            )
    return len(word) in ends


def _fits(part: str, known: frozenset[str], *, is_inner: bool) -> bool:
    return (len(part) > 2 and part in known) or (is_inner and part == "n")


def _words(name: str) -> frozenset[str]:
    return frozenset(token.casefold() for token in _TOKEN.findall(_CAMEL.sub(" ", name)))
