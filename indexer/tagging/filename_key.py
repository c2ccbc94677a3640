"""Musical key in the names of files and folders."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from db.keys import CONTINUATIONS, KeyName, parse_key, without_accents
from indexer.tagging.filename_tokens import Name, word_lists
from indexer.tagging.taxonomy import built_in

# How sure each way to write a key is. Below `db.resolution.SURE` it may be no key at all.
_NAMED, _SHORT, _MARKED, _CHORD, _SHARP = 0.9, 0.85, 0.8, 0.75, 0.6  # C minor, Cm, key of C, Cm7, C#
_NUMBER, _LOW_NUMBER = 0.7, 0.5  # 8A; 1A to 3A count takes as well
_LETTER, _LAST_LETTER = 0.35, 0.3  # below what analysis says of any sound with a key

_NOTE = re.compile(r"([A-G][#b♯♭s]?)-?[0-8]")
_OPEN_CHORD = re.compile(r"[A-G][#b♯♭]?(?:sus[24]?|add\d|6|9|11|13)")
_BESIDE_TEMPO = re.compile(r"[CDFGA]is|[DGC]es|[a-g]m|[a-g]b")  # a key only there
_FLAT_MINOR = re.compile("[abdeg]bm")
_CAPITALS = re.compile("[A-G]B?M")
_MOST_TOKENS = 4  # of one key: "F sharp harmonic minor"
# Most tokens begin no key: to look at the first letters takes a tenth of the time that reading a key does.
_MAY_BEGIN = re.compile(
    r"(?:[a-h](?:#|b|s|is|es|♯|♭|sharp|flat)?|(?:do|dó|ut|r[eé]|mi|f[aá]|sol|la|si)b?)"
    r"(?:$|[#♯♭\d]|m|M|dur|sus|add|aeol|dor|phryg|ion|lyd|mix|natural|harm|melod)",
    re.IGNORECASE,
)


class Key(NamedTuple):
    """A key that a name holds, in the tokens from ``start`` up to ``stop``."""

    key: str
    confidence: float
    start: int
    stop: int

    @property
    def places(self) -> range:
        return range(self.start, self.stop)


def certain_keys(name: Name) -> list[Key]:
    """Return what hardly means anything but a key, from left to right."""
    found = []
    place = 0
    while place < len(name.tokens):
        key = next(_keys_from(name, place), None)
        found += [key] if key else []
        place = key.stop if key else place + 1
    return found


def choose_key(keys: Collection[Key]) -> Key | None:
    """Return the surest key; two that differ, as chords of a progression do, are no key of the sound."""
    clear = [found for found in keys if found.confidence >= _MARKED]
    if clear:
        return clear[0] if len({found.key for found in clear}) == 1 else None
    if len({found.key.rstrip("m") for found in keys}) != 1:
        return None
    return max(keys, key=lambda found: found.confidence)


def numbered_key(name: Name, tempo_places: Collection[int], *, has_tempo: bool) -> Key | None:
    """Find a key by its Camelot or Open Key number, at the beginning of a name or in one that has a tempo.

    Args:
        name: Of the file.
        tempo_places: Tokens that are or may be its tempo.
        has_tempo: They are.
    """
    for place, token in enumerate(name.tokens):
        found = parse_key(token.text) if token.text[0].isdigit() and len(token.text) < 4 else None
        if found is None or not found.is_number or found.mode not in {"A", "B", "d", "m"}:
            continue
        is_first = place == 0 and len(name.tokens) > 1
        is_beside_tempo = _is_beside(place, tempo_places)
        if not (has_tempo or is_beside_tempo or (is_first and found.mode in {"A", "B"})):
            continue
        if token.text == "3d" and not is_beside_tempo:
            continue
        is_low = re.match("[123][A-Za-z]", token.text) and not is_first
        return Key(found.key, _LOW_NUMBER if is_low else _NUMBER, place, place + 1)
    return None


def lone_letter(name: Name, tempo_places: Collection[int]) -> Key | None:
    """Find a key that is a note or one letter, where its place speaks for it; two that differ are none.

    Args:
        name: Of the file.
        tempo_places: Tokens that are or may be its tempo.
    """
    found = []
    for place, token in enumerate(name.tokens):
        confidence = _letter_confidence(name, place, tempo_places)
        note = _NOTE.fullmatch(token.text)
        key = confidence and parse_key(note[1].replace("s", "#") if note else token.text.replace("M", "m"))
        if key:
            found.append(Key(key.key, confidence, place, place + 1))
    best = [key for key in found if key.confidence == max(key.confidence for key in found)]
    return best[0] if len({key.key for key in best}) == 1 else None


def _keys_from(name: Name, start: int) -> Iterator[Key]:
    """Yield the keys that begin with a token, the longest first."""
    if not _MAY_BEGIN.match(name.tokens[start].text):
        return
    longest = start + 1
    while (
        longest < min(start + _MOST_TOKENS, len(name.tokens)) and without_accents(name.word(longest)) in CONTINUATIONS
    ):
        longest += 1
    for stop in range(longest, start, -1):
        text = " ".join(token.text for token in name.tokens[start:stop])
        found = parse_key(text)
        if found is None or found.is_number:
            continue
        if found.mode and found.mode != "m":
            confidence = _CHORD if found.is_chord else _NAMED
        elif text[0].isupper() and len(text) <= 3 and _is_marked(name, start):
            confidence = _MARKED
        elif stop - start > 1:  # "C Sharp", but "A m" only as one word
            is_spelled_out = text[0].isupper() and not found.mode and text.lower().endswith((" sharp", " flat"))
            confidence = _SHARP * is_spelled_out
        else:
            confidence = _minor_confidence(name, found, start) if found.mode else _sharp_confidence(found, text)
        if confidence:
            yield Key(found.key, confidence, start, stop)


def _is_marked(name: Name, place: int) -> bool:
    """Say whether words before a letter say that it is the key: "Key of D", "in A"."""
    before, first, words = name.word(place - 1), name.word(place - 2), word_lists()["key"]
    return before in words or (before == "of" and first in words) or (before == "in" and name.is_tonal)


def _minor_confidence(name: Name, found: KeyName, place: int) -> float:
    """Return how sure "Am", "f#m" or "Dm7" is a key: "am" and "FM" are words of their own."""
    text, before, after = name.tokens[place].text, name.word(place - 1), name.word(place + 1)
    word = text.lower()
    if before in word_lists()["before"].get(word, ()) or after in word_lists()["after"].get(word, ()):
        return 0.0
    if word == "cm" and before.isdigit() and int(before) < 60:
        return 0.0
    if re.match(r"[A-G][#b♯♭]?(?:sharp|flat)?m", text) or re.match(r"[a-g][#♯]m", text):
        return _CHORD if found.is_chord else _SHORT
    return _CHORD * bool(re.match(r"[a-g]m(?:7|9|11)", text))


def _sharp_confidence(found: KeyName, text: str) -> float:
    """Return how sure "C#", "Bb" or "Csharp" is a key."""
    is_key = len(text) > 1 and not found.is_chord and (text[1] in "#♯♭" or re.fullmatch("[A-G]b|.(?:sharp|flat)", text))
    return _SHARP * bool(is_key)


def _letter_confidence(name: Name, place: int, tempo_places: Collection[int]) -> float:
    text = name.tokens[place].text
    if _NOTE.fullmatch(text) or _OPEN_CHORD.fullmatch(text):
        is_model = text in {"B3", "C3", "D6"} and any(
            token.text.lower() in word_lists()["organs"] for token in name.tokens
        )
        return _LETTER * (name.is_tonal and not is_model)
    is_beside_tempo = _is_beside(place, tempo_places)
    if _FLAT_MINOR.fullmatch(text):
        return _LETTER * bool(tempo_places and place)  # at the beginning EBM is a genre
    if _BESIDE_TEMPO.fullmatch(text) or (_CAPITALS.fullmatch(text) and name.stem.isupper()):
        return _LETTER * is_beside_tempo
    is_letter = re.fullmatch("[A-G]", text) or (name.stem.islower() and re.fullmatch("[b-g]", text))
    if not is_letter or not _stands_alone(name, place):
        return 0.0
    is_last = place == len(name.tokens) - 1
    is_like_a_take = text.upper() in "ABCD" and is_last
    if is_beside_tempo:
        return _LETTER * (not (is_like_a_take and name.is_loop))
    is_of_sound = name.is_bass if is_last else _family(name.word(place - 1)) in {"bass", "melodic"}
    return _LAST_LETTER * (is_of_sound and not is_like_a_take)


def _stands_alone(name: Name, place: int) -> bool:
    """Say whether a letter belongs to no word beside it."""
    text, before, after = name.tokens[place].text, name.word(place - 1), name.word(place + 1)
    is_article = text == "A" and name.tokens[place].before.isspace()
    is_gender = text in "FMfm" and name.is_vocal
    return not (is_article or is_gender or before in word_lists()["lettered"] or after in word_lists()["compounds"])


def _is_beside(place: int, places: Collection[int]) -> bool:
    return place - 1 in places or place + 1 in places


def _family(word: str) -> str:
    kind = built_in().types_by_word.get(word)
    return kind.family if kind else ""
