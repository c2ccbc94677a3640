"""Tempo and key from the names of files and folders.

What may mean something else is read only where its place in the name speaks for it: a wrong tempo or key is worse than
none.
"""

import re
from functools import lru_cache

from db.types import Reading, Source
from indexer.tagging.filename_key import Key, certain_keys, choose_key, lone_letter, numbered_key
from indexer.tagging.filename_tempo import WITH_UNIT, Tempo, bare_tempo, number_places, tempo_with_unit, unit_places
from indexer.tagging.filename_tokens import Name, split_name, tokens_of

_FOLDER_TRUST = 0.85
_SERIES = re.compile(r"(?<=[ _-])[0-5]?\d(?=\.[A-Za-z]\w*$)", re.ASCII)  # too small for a tempo
_FOLDER_NUMBER = 0.5  # of a folder that is called by a number only


def readings_from_name(display_path: str) -> tuple[Reading, ...]:
    """Read tempo and key from the name of a file, or with less confidence from the nearest folder that tells.

    Years, model numbers such as 808, velocities and series numbers are not read as tempo; letters that tell takes apart
    or belong to a word ("E-Piano") not as key.

    Args:
        display_path: Path below its root as shown to the user, ``/``-separated.
    """
    return _readings(_SERIES.sub("01", display_path))


@lru_cache(16_384)  # names repeat but for the number of a series: 100 us each
def _readings(display_path: str) -> tuple[Reading, ...]:
    name = split_name(display_path)
    tempo, key = _read(name)
    for folder in reversed(display_path.split("/")[:-1]):
        if tempo and key:
            break
        around = Name(folder, tokens_of(folder), is_loop=name.is_loop)
        tempo = tempo or _folder_tempo(around)
        key = key or _folder_key(around)
    found = []
    if tempo:
        found.append(Reading("bpm", Source.FILENAME, round(tempo.confidence, 3), number=tempo.bpm))
    if key:
        found.append(Reading("key", Source.FILENAME, round(key.confidence, 3), text=key.key))
    return tuple(found)


def _read(name: Name) -> tuple[Tempo | None, Key | None]:
    certain = certain_keys(name)
    bpm = tempo_with_unit(name.stem)
    tempo = Tempo(bpm, WITH_UNIT, unit_places(name)) if bpm else None
    if tempo is None:
        tempo = bare_tempo(name, [place for key in certain for place in key.places])
    if certain:
        return tempo, choose_key(certain)
    if name.is_drum:
        return tempo, None
    # "Reese F 174": a letter and a number beside each other speak for each other
    places = tempo.places if tempo else number_places(name) if name.is_electronic else frozenset[int]()
    number = numbered_key(name, places, has_tempo=tempo is not None)
    key = number or lone_letter(name, places)
    if tempo is None and key is not None and (number or places):
        tempo = bare_tempo(name, key.places)
        tempo = tempo and tempo._replace(confidence=min(tempo.confidence, key.confidence))
    return tempo, key


def _folder_tempo(folder: Name) -> Tempo | None:
    bpm = tempo_with_unit(folder.stem)
    if bpm is not None:
        return Tempo(bpm, _FOLDER_TRUST * WITH_UNIT)
    certain = certain_keys(folder)
    if certain or (folder.is_loop and re.fullmatch(r"\d{2,3}", folder.stem)):
        found = bare_tempo(folder, [place for key in certain for place in key.places])
        return found and found._replace(confidence=_FOLDER_TRUST * found.confidence if certain else _FOLDER_NUMBER)
    return None


def _folder_key(folder: Name) -> Key | None:
    key = choose_key(certain_keys(folder))
    return key and key._replace(confidence=_FOLDER_TRUST * key.confidence)
