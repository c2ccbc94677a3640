"""Words in the names of files and folders.

A trigram index finds any part of three letters and more, whatever its case; shorter ones need a scan of all names.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from db.database import Cursor
from db.paths import display_text
from db.records import SampleIds

_TRIGRAM = 3
# What a word is worth by where it stands: producers name files with care, and folders after whole packs.
_WHOLE_IN_NAME = 1.0
_PART_OF_NAME = 0.7
_WHOLE_IN_FOLDER = 0.5
_PART_OF_FOLDER = 0.3

_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_MATCH_COLUMN = """
SELECT f.sample_id FROM file_names AS n JOIN files AS f ON f.id = n.rowid WHERE file_names MATCH ?
"""
# bm25 puts the rarest words first; the weights are those of folder and name.
_MATCH_LONG = """
SELECT f.id, f.sample_id, f.folder, f.name FROM file_names AS n JOIN files AS f ON f.id = n.rowid
WHERE file_names MATCH ? ORDER BY bm25(file_names, 1.0, 4.0), n.rowid LIMIT ?
"""
_MATCH_SHORT = r"""
SELECT id, sample_id, folder, name FROM files WHERE name LIKE ?1 ESCAPE '\' OR folder LIKE ?1 ESCAPE '\' LIMIT ?2
"""


def match_folders(cursor: Cursor, part: str) -> SampleIds:
    """Return the samples with a file in a folder whose path holds these letters; the path of the root counts."""
    roots = [
        root_id
        for root_id, display in cursor.execute("SELECT id, display FROM roots").fetchall()
        if _fold(part) in _fold(display)
    ]
    whole_roots = [
        _to_ids(cursor.execute("SELECT sample_id FROM files WHERE root_id = ?", (root_id,))) for root_id in roots
    ]
    ids: SampleIds = np.unique(np.concatenate([_match_column(cursor, "folder", part), *whole_roots]))
    return ids


def match_names(cursor: Cursor, part: str) -> SampleIds:
    """Return the samples with a file whose name holds these letters."""
    return np.unique(_match_column(cursor, "name", part))


def read_name_matches(cursor: Cursor, words: Sequence[str], limit: int) -> dict[int, float]:
    """Return which share of the words the names of each sample hold, above 0 and up to 1.

    Words are split at punctuation, as names are. A whole word counts more than a part of one, the name of a file more
    than its folders; words under three letters count only where they stand alone.
    """
    wanted = list(dict.fromkeys(chain.from_iterable(_WORD.findall(_fold(word)) for word in words)))
    shares: dict[int, float] = {}
    for sample_id, folder, name in _candidates(cursor, wanted, limit):
        share = _share(wanted, folder, name)
        if share > shares.get(sample_id, 0.0):
            shares[sample_id] = share
    return shares


def _match_column(cursor: Cursor, column: str, part: str) -> SampleIds:
    part = display_text(part)  # as the names in the index are
    if len(part) < _TRIGRAM:
        query = f"SELECT sample_id FROM files WHERE {column} LIKE ? ESCAPE '\\'"  # noqa: S608 (own names)
        return _to_ids(cursor.execute(query, (_like(part),)))
    return _to_ids(cursor.execute(_MATCH_COLUMN, (f"{column} : {_phrase(part)}",)))


def _candidates(cursor: Cursor, words: Sequence[str], limit: int) -> Iterable[tuple[int, str, str]]:
    """Return sample id, folder and name of files that hold one of the words or more."""
    found: dict[int, tuple[int, str, str]] = {}
    long = [_phrase(word) for word in words if len(word) >= _TRIGRAM]
    if long:
        rows = cursor.execute(_MATCH_LONG, (" OR ".join(long), limit))
        found.update((file_id, (sample_id, folder, name)) for file_id, sample_id, folder, name in rows)
    for word in words:
        if len(word) < _TRIGRAM:
            rows = cursor.execute(_MATCH_SHORT, (_like(word), limit))
            found.update((file_id, (sample_id, folder, name)) for file_id, sample_id, folder, name in rows)
    return list(found.values())[:limit]


def _share(words: Sequence[str], folder: str, name: str) -> float:
    stem = name.rpartition(".")[0] or name
    return sum(_worth(word, folder, stem) for word in words) / len(words)


def _worth(word: str, folder: str, stem: str) -> float:
    is_long = len(word) >= _TRIGRAM
    if word in _split_words(stem):
        return _WHOLE_IN_NAME
    if is_long and word in _fold(stem):
        return _PART_OF_NAME
    if word in _split_words(folder):
        return _WHOLE_IN_FOLDER
    return _PART_OF_FOLDER if is_long and word in _fold(folder) else 0.0


def _split_words(text: str) -> frozenset[str]:
    """Split at punctuation, between letters and digits, and inside CamelCase."""
    return frozenset(_WORD.findall(_fold(_CAMEL.sub(" ", text))))


def _fold(text: str) -> str:
    return display_text(text).casefold()


def _phrase(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _like(part: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", part) + "%"


def _to_ids(rows: Iterable[tuple[int]]) -> SampleIds:
    return np.fromiter(chain.from_iterable(rows), np.int64)
