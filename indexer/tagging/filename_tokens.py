"""A file name as tempo and key are read from it: its parts, and the kind of sound that it names."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from indexer.tagging.filename_parser import words_in
from indexer.tagging.filename_tags import iter_terms
from indexer.tagging.taxonomy import built_in

_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")
_SEPARATORS = re.compile(r"[\s_\-.,;:()\[\]{}<>+&@~=!'|]+")
_KEY = r"[A-H](?:#|b|♯|♭|s|is|es|sharp|flat)?"
_LONG_MODE = r"(?:[Mm]aj|[Mm]in|[Mm]ajor|[Mm]inor|[Mm]oll|[Dd]ur|MAJ|MIN)"
_TEMPO_DIGITS = r"(?=(?:[7-9]\d|1\d\d)(?!\d))"
# Where what belongs apart is written together: "Loop120bpmAm", "BassLoopCmin", "120Am", "Am120", "KeyGm", "Loop128".
_GLUED = re.compile(
    "|".join(
        (
            r"(?<=[Bb][Pp][Mm])(?=[A-H])",
            rf"(?<=[a-z])(?={_KEY}(?:{_LONG_MODE}|m)(?![a-z]))",
            rf"(?<=\d)(?={_KEY}{_LONG_MODE})",
            r"(?<=\d\d)(?=[A-G][#b♯♭]?m(?![A-Za-z]))",
            rf"(?<=[A-Gb#]m){_TEMPO_DIGITS}",
            rf"(?<=min|maj){_TEMPO_DIGITS}",
            r"(?<=[Kk]ey)(?=[A-G](?:#|b|♯|♭)?(?![A-Za-z#]))",
            r"(?<=[Ll]oop|[Bb]eat)(?=\d{2,3}(?!\d))",
            r"(?<=[Bb]reak|[Tt]empo)(?=\d{2,3}(?!\d))",
            r"(?<=[Gg]roove)(?=\d{2,3}(?!\d))",
            r"(?<=\d\d)(?=[Ll]oop|[Bb]eat)",
        )
    )
)


@cache
def word_lists() -> dict[str, Any]:
    """Return the lists of ``filename_words.toml``: sets of words, or of them by another word."""
    lists = tomllib.loads(Path(__file__).with_name("filename_words.toml").read_text("utf-8"))
    return {name: _as_sets(words) for name, words in lists.items()}


def _as_sets(words: str | dict[str, str]) -> Any:
    return (
        frozenset(words.split()) if isinstance(words, str) else {word: _as_sets(text) for word, text in words.items()}
    )


_ELECTRONIC_TYPES = frozenset(["arp", "chord", "lead", "pad", "plucked"])


class Token(NamedTuple):
    """A part of a name, and what separates it from the one before."""

    text: str
    before: str


@dataclass(frozen=True)
class Name:
    """A file name without its extension.

    Attributes:
        stem: As it was written.
        tokens: Its parts.
        is_loop, is_tonal, is_drum: What it speaks of, or its folders where it says nothing: a phrase; a sound of which
            people say the key; a drum or noise of which they do not.
        is_vocal, is_bass: It is about a voice, or a bass.
        is_electronic: It is about a synthesizer, whose notes are mostly phrases: of a piano each note is recorded.
    """

    stem: str
    tokens: tuple[Token, ...]
    is_loop: bool = False
    is_tonal: bool = False
    is_drum: bool = False
    is_vocal: bool = False
    is_bass: bool = False
    is_electronic: bool = False

    def word(self, place: int) -> str:
        """Return a token in lower case; "" outside of the name."""
        return self.tokens[place].text.casefold() if 0 <= place < len(self.tokens) else ""


def split_name(path: str) -> Name:
    """Split the last part of a ``/``-separated path."""
    folder, _, file = path.rpartition("/")
    stem = _EXTENSION.sub("", file)
    kinds = _kinds(stem)
    around = _folder_kinds(folder)
    if not kinds & {"tonal", "drum"}:
        kinds |= around & {"tonal", "drum"}
    kinds |= around & {"loop"}
    return Name(
        stem,
        tokens_of(stem),
        is_loop="loop" in kinds,
        is_tonal="tonal" in kinds,
        is_drum="drum" in kinds and "tonal" not in kinds,
        is_vocal="vocal" in kinds,
        is_bass="bass" in kinds,
        is_electronic="electronic" in kinds,
    )


def tokens_of(text: str) -> tuple[Token, ...]:
    """Split a text at separators, and where two things are written together."""
    text = _GLUED.sub(" ", text)
    tokens, at, before = [], 0, ""
    for separator in _SEPARATORS.finditer(text):
        if separator.start() > at:
            tokens.append(Token(text[at : separator.start()], before))
        at, before = separator.end(), separator[0]
    return (*tokens, Token(text[at:], before)) if at < len(text) else tuple(tokens)


@lru_cache(4096)  # a folder's name comes again with each of its files
def _folder_kinds(text: str) -> frozenset[str]:
    return frozenset(_kinds(text))


def _kinds(text: str) -> set[str]:
    taxonomy = built_in()
    words = words_in(text)
    terms = set(iter_terms(words, taxonomy.longest_by_first_word))
    types = [taxonomy.types_by_word[term] for term in terms if term in taxonomy.types_by_word]
    families = {kind.family for kind in types}
    found = set[str]()
    is_synth = bool(word_lists()["tonal"].intersection(words))
    if families & {"bass", "melodic", "vocal"} or is_synth:
        found.add("tonal")
    if is_synth or "bass" in families or any(kind.name in _ELECTRONIC_TYPES for kind in types):
        found.add("electronic")
    found |= families & {"vocal", "bass"}
    if "drums" in families or word_lists()["drums"].intersection(words):
        found.add("drum")
    if word_lists()["loop"].intersection(words) or any(kind.form == "loop" for kind in types):
        found.add("loop")
    return found
