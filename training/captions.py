"""Captions by grammar: what a producer might type to find a sound."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.encoders.prompts import PHRASINGS
from training.labels import table

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
_SYNONYM_SHARE = 0.35
_WITH_CHARACTER, _MOST_WORDS = 0.7, 3
_PHRASED_SHARE = 0.25


@dataclass(frozen=True)
class Facts:
    """What is true of one dry sound; the fields are those of ``training.sound.Sound``."""

    kind: str
    family: str
    aliases: Sequence[str] = ()
    source: Sequence[str] = ()
    character: Sequence[str] = ()
    origin: str = ""


def captions(facts: Facts, rng: np.random.Generator, n: int) -> list[str]:
    """Write ``n`` captions, by a random pattern each."""
    return [_caption(facts, rng) for _ in range(n)]


def _caption(facts: Facts, rng: np.random.Generator) -> str:
    text = " ".join([*_adjectives(facts, rng), _name(facts, rng)])
    return str(rng.choice(PHRASINGS)).format(text) if rng.random() < _PHRASED_SHARE else text


def _name(facts: Facts, rng: np.random.Generator) -> str:
    """Take a wider name, an alias, what plays it (before the name, unless it says as much itself), or the label."""
    draw, wider = rng.random(), table()[facts.kind].wider
    if draw < 0.1 and wider:
        return str(rng.choice(wider))
    if draw < 0.42 and facts.aliases:
        return str(rng.choice(facts.aliases))
    if draw < 0.5 and facts.source:
        source = str(rng.choice(facts.source))
        return source if len(source) > len(facts.kind) else f"{source} {facts.kind}"
    return facts.kind


def _adjectives(facts: Facts, rng: np.random.Generator) -> list[str]:
    if not facts.character or rng.random() >= _WITH_CHARACTER:
        return []
    n = min(len(facts.character), int(rng.integers(1, _MOST_WORDS + 1)))
    chosen = rng.choice(np.array(facts.character, dtype=object), n, replace=False)
    return [_synonym(str(word), rng) for word in chosen]


def _synonym(word: str, rng: np.random.Generator) -> str:
    if word in SYNONYMS and rng.random() < _SYNONYM_SHARE:
        return str(rng.choice(SYNONYMS[word]))
    return word
