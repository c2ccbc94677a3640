"""Captions by grammar: what a producer might type to find a sound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

# One set of phrasings for every label, wherever a bare label becomes a description.
PROMPTS = ("{}", "{} sound", "a {} sample", "the sound of a {}")

FAMILY_NAMES = {
    "drums": ("drum", "drum hit", "drum sound", "drum one shot"),
    "percussion": ("percussion", "perc", "percussion hit", "hand percussion"),
    "bass": ("bass", "bass sound", "low end"),
    "melodic": ("melodic sound", "instrument", "musical note", "tonal sound"),
    "vocal": ("vocal", "vox", "voice", "human voice"),
    "fx": ("fx", "sound effect", "sfx", "effect"),
    "loop": ("loop", "groove", "phrase"),
    "nature": ("nature sound", "ambience", "field recording"),
}

SYNONYMS = {
    "bright": ("crisp", "brilliant", "high"),
    "dark": ("dull", "muffled", "low"),
    "short": ("tight", "brief", "staccato"),
    "long": ("sustained", "lengthy", "long tail"),
    "wet": ("reverb", "roomy", "with reverb", "in a big room"),
    "distorted": ("driven", "overdriven", "dirty", "crunchy", "saturated"),
    "lo-fi": ("lofi", "dusty", "crushed", "bitcrushed", "gritty"),
    "metallic": ("metal", "clangy"),
    "wooden": ("wood", "woody"),
    "punchy": ("hard hitting", "tight", "knocking"),
    "boomy": ("booming", "deep"),
    "soft": ("gentle", "quiet", "mellow"),
    "hard": ("aggressive", "heavy", "loud"),
    "acoustic": ("natural", "real", "live"),
    "electronic": ("synthetic", "synthesized", "digital"),
    "noisy": ("hissy", "noise"),
    "clean": ("pure", "pristine"),
    "warm": ("mellow", "analog"),
    "detuned": ("wide", "chorused"),
}


@dataclass(frozen=True)
class Facts:
    """What is true of one rendered sound; the fields are those of ``training.sound.Sound``."""

    kind: str
    family: str
    aliases: Sequence[str] = ()
    source: Sequence[str] = ()
    character: Sequence[str] = ()


def captions(facts: Facts, rng: np.random.Generator, n: int) -> list[str]:
    """Write ``n`` captions, the first the bare kind, the others by a random pattern each."""
    return [facts.kind, *(_caption(facts, rng) for _ in range(n - 1))]


def typo(text: str, rng: np.random.Generator) -> str:
    """Swap, drop, double or replace one letter of a word of at least four."""
    words = text.split(" ")
    long_words = [index for index, word in enumerate(words) if len(word) >= 4]
    if not long_words:
        return text
    index = int(rng.choice(long_words))
    word = words[index]
    at = int(rng.integers(1, len(word) - 1))
    slips: tuple[Callable[[], str], ...] = (
        lambda: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        lambda: word[:at] + word[at + 1 :],
        lambda: word[:at] + word[at] + word[at:],
        lambda: word[:at] + chr(97 + int(rng.integers(26))) + word[at + 1 :],
    )
    words[index] = slips[int(rng.integers(len(slips)))]()
    return " ".join(words)


def _caption(facts: Facts, rng: np.random.Generator) -> str:
    name = _name(facts, rng)
    adjectives = _adjectives(facts, rng)
    source = str(rng.choice(facts.source)) if facts.source and rng.random() < 0.35 else ""
    parts = [*adjectives, source, name] if rng.random() < 0.7 else [source, *adjectives, name]
    text = " ".join(part for part in parts if part and (part == name or part not in name))
    pattern = rng.random()
    if adjectives and pattern < 0.12:
        return f"{source} {name}, {', '.join(adjectives)}".strip()
    if pattern < 0.3:
        return str(rng.choice(PROMPTS[1:])).format(text)
    if pattern < 0.36 and facts.family != "loop":
        return f"{text} one shot"
    return text


def _name(facts: Facts, rng: np.random.Generator) -> str:
    draw = rng.random()
    if draw < 0.08 and facts.family in FAMILY_NAMES:
        return str(rng.choice(FAMILY_NAMES[facts.family]))
    if draw < 0.5 and facts.aliases:
        return str(rng.choice(facts.aliases))
    return facts.kind


def _adjectives(facts: Facts, rng: np.random.Generator) -> list[str]:
    n_wanted = int(rng.choice(4, p=[0.25, 0.4, 0.27, 0.08]))
    n_wanted = min(n_wanted, len(facts.character))
    if not n_wanted:
        return []
    chosen = rng.choice(np.array(facts.character, dtype=object), n_wanted, replace=False)
    return [_synonym(str(word), rng) for word in chosen]


def _synonym(word: str, rng: np.random.Generator) -> str:
    if word in SYNONYMS and rng.random() < 0.35:
        return str(rng.choice(SYNONYMS[word]))
    return word
