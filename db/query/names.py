"""Words in the names of files and folders.

A trigram index finds any part of three letters and more, whatever its case and accents. A word of two letters is looked
for with what stands beside it (3 ms over 100,000 files, where a scan of all names takes 35); one letter needs a scan.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import chain
from operator import itemgetter
from typing import TypeAlias

import numpy as np

from db.engines.sqlite import Cursor
from db.paths import display_text, search_text
from db.read.columns import read_pairs
from db.read.folders import match_path
from db.types import FileIds

_TRIGRAM = 3
# What a word is worth by where it stands: producers name files with care, and folders after whole packs.
_WHOLE_IN_NAME = 1.0
_PART_OF_NAME = 0.7
_WHOLE_IN_FOLDER = 0.5
_PART_OF_FOLDER = 0.3

# And what letters are worth that come in this order.
_INITIALS = 1.0
_IN_ORDER = 0.5

_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_MATCH_COLUMN = """
SELECT f.id || ',' || f.sample_id FROM file_names AS n JOIN files AS f ON f.id = n.rowid WHERE file_names MATCH ?
"""
_MATCH_LETTERS = "SELECT sample_id, name FROM files WHERE search_name LIKE ? ESCAPE '\\'"
_MATCH_SHORT = "SELECT id || ',' || sample_id FROM files WHERE {column} LIKE ? ESCAPE '\\'"
_MATCH_ROOT = "SELECT id || ',' || sample_id FROM files WHERE root_id = ?"
_MATCH_BELOW = "SELECT id || ',' || sample_id FROM files WHERE root_id = ? AND relpath > ? AND relpath < ?"
_MATCH_LONG = """
SELECT f.id, f.sample_id, f.folder, f.name FROM file_names AS n JOIN files AS f ON f.id = n.rowid
WHERE file_names MATCH :match LIMIT :limit
"""
_MATCH_LETTER = r"""
SELECT id, sample_id, folder, name FROM files
WHERE search_name LIKE :match ESCAPE '\' OR search_folder LIKE :match ESCAPE '\' LIMIT :limit
"""
# CROSS keeps the order: otherwise SQLite reads all files first
_MATCH_TOP_FOLDER = """
SELECT f.id, f.sample_id, f.folder, f.name FROM roots AS r CROSS JOIN files AS f ON f.root_id = r.id
WHERE f.relpath >= CAST(:match || '/' AS BLOB) AND f.relpath < CAST(:match || '0' AS BLOB) LIMIT :limit
"""

_BESIDE = tuple(map(chr, range(0x20, 0x7F)))  # what may stand beside a word; other separators than ASCII's are rare

_Candidate: TypeAlias = tuple[int, str, str]  # sample id, folder, name


def read_file_names(cursor: Cursor) -> list[tuple[int, str, str]]:
    """Return sample, folder below its root and name of every file."""
    return cursor.execute("SELECT sample_id, folder, name FROM files ORDER BY id").fetchall()


def match_folders(cursor: Cursor, part: str) -> FileIds:
    """Return the files in a folder whose path holds these letters; the path of the root counts.

    Where they have a slash, they are looked for in the whole path: `db.read.folders.match_path`.
    """
    if "/" in part or "\\" in part:
        return match_path(cursor, part.replace("\\", "/").removeprefix("~"))
    roots = cursor.execute("SELECT id, display FROM roots").fetchall()
    links = cursor.execute("SELECT root_id, relpath, display FROM root_links").fetchall()
    named = [(root_id, b"", display) for root_id, display in roots] + links
    found = [_match_column(cursor, "search_folder", part)]
    for root_id, relpath, display in named:
        if _fold(part) in _fold(display):
            found.append(_below(cursor, root_id, relpath))
    if len(found) == 1:
        return found[0]
    files = np.concatenate(found)
    return files[np.unique(files[:, 0], return_index=True)[1]]


def match_names(cursor: Cursor, part: str) -> FileIds:
    """Return the files whose name holds these letters."""
    return _match_column(cursor, "search_name", part)


def _below(cursor: Cursor, root_id: int, relpath: bytes) -> FileIds:
    if not relpath:
        return read_pairs(cursor, _MATCH_ROOT, root_id)
    return read_pairs(cursor, _MATCH_BELOW, root_id, relpath + b"/", relpath + b"0")  # "0" follows "/"


def read_name_matches(cursor: Cursor, words: Sequence[str], limit: int) -> dict[int, float]:
    """Return which share of the words the names of each sample hold, above 0 and up to 1.

    Words are split at punctuation, as names are. A whole word counts more than a part of one, the name of a file more
    than its folders; words under three letters count only where they stand alone.

    Args:
        cursor: Within a snapshot.
        words: What to look for, in any case.
        limit: At most so many samples, the best of those looked at.
    """
    wanted = list(dict.fromkeys(chain.from_iterable(_WORD.findall(_fold(word)) for word in words)))
    shares: dict[int, float] = {}
    for sample_id, folder, name in _candidates(cursor, wanted, limit):
        share = _share(wanted, folder, name)
        if share > shares.get(sample_id, 0.0):
            shares[sample_id] = share
    return dict(nlargest(limit, shares.items(), key=itemgetter(1)))


def read_letter_matches(cursor: Cursor, letters: str, limit: int) -> dict[int, float]:
    """Return how well the file names of samples hold some letters in order, as pickers of files look for them.

    1 where the letters are the beginnings of words in the name, as "bdklub" is of "BD Klubbed"; a half where they only
    come in this order. Scans all names: 35 ms for 100,000.

    Args:
        cursor: Within a snapshot.
        letters: In any case.
        limit: At most so many samples, the best.
    """
    letters = _fold(letters)
    pattern = "%".join(["", *(re.sub(r"([\\%_])", r"\\\1", letter) for letter in letters), ""])
    shares: dict[int, float] = {}
    for sample_id, name in cursor.execute(_MATCH_LETTERS, (pattern,)):
        stem = name.rpartition(".")[0] or name
        if _holds_in_order(letters, search_text(stem)):
            is_initial = _begins_words(letters, _WORD.findall(search_text(_CAMEL.sub(" ", stem))))
            shares[sample_id] = max(_INITIALS if is_initial else _IN_ORDER, shares.get(sample_id, 0.0))
    return dict(nlargest(limit, shares.items(), key=itemgetter(1)))


def _holds_in_order(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)


def _begins_words(letters: str, words: Sequence[str]) -> bool:
    """Say whether letters are the beginnings of words, one after the other; words may be left out."""
    reached = {0}
    for word in words:
        for start in sorted(reached):
            reached.update(start + n for n in range(1, len(word) + 1) if letters.startswith(word[:n], start))
    return len(letters) in reached


def _match_column(cursor: Cursor, column: str, part: str) -> FileIds:
    part = _fold(part)  # as the names in the index are
    if len(part) < _TRIGRAM:
        return read_pairs(cursor, _MATCH_SHORT.format(column=column), like(part))
    return read_pairs(cursor, _MATCH_COLUMN, f"{column} : {_phrase(part)}")


def _candidates(cursor: Cursor, words: Sequence[str], limit: int) -> Iterable[_Candidate]:
    """Return files that hold one of the words or more, up to twice the limit and those of short words.

    Files with all words come first, then equally many of each word, names before folders: no ranking of all matches,
    which takes 150 ms over 100,000 files where a word is as common as "drum".
    """
    found: dict[int, _Candidate] = {}
    long = [_phrase(word) for word in words if len(word) >= _TRIGRAM]
    everything = " AND ".join(long)
    stages = (
        [f"search_name : ({everything})"],
        [everything],
        [f"search_name : {phrase}" for phrase in long],
        [f"search_folder : {phrase}" for phrase in long],
    )
    for stage in stages if long else ():
        if len(found) < limit:
            for match in stage:
                _look(cursor, _MATCH_LONG, match, limit // len(stage), found)
    for word in words:
        if len(word) == 1:
            _look(cursor, _MATCH_LETTER, like(word), limit, found)
        elif len(word) < _TRIGRAM:
            _look_for_two_letters(cursor, word, limit, found)
    return found.values()


def _look_for_two_letters(cursor: Cursor, word: str, limit: int, found: dict[int, _Candidate]) -> None:
    apart = [beside for beside in _BESIDE if not (beside.isdigit() if word.isdigit() else beside.isalpha())]
    begins = _any_of(word + beside for beside in apart)
    ends = _any_of(beside + word for beside in apart)  # at the end of a folder; a name ends with an extension
    _look(cursor, _MATCH_LONG, f"search_name : ({begins})", limit, found)
    _look(cursor, _MATCH_LONG, f"search_folder : ({begins} OR {ends})", limit, found)
    for spelled in {word, word.upper(), word.capitalize(), word[0] + word[1:].upper()}:
        _look(cursor, _MATCH_TOP_FOLDER, spelled, limit, found)
    if not word.isdigit():  # "hhOpen.wav": the index knows no case, so that most of these are parts of longer words
        camel = _any_of(word + beside for beside in _BESIDE if beside.islower())
        _look(cursor, _MATCH_LONG, f"{{search_name search_folder}} : ({camel})", limit // 4, found)


def _any_of(parts: Iterable[str]) -> str:
    return " OR ".join(map(_phrase, parts))


def _look(cursor: Cursor, query: str, match: str, limit: int, found: dict[int, _Candidate]) -> None:
    for file_id, sample_id, folder, name in cursor.execute(query, {"match": match, "limit": limit}):
        found[file_id] = (sample_id, folder, name)


def _share(words: Sequence[str], folder: str, name: str) -> float:
    stem = name.rpartition(".")[0] or name
    folded_stem, folded_folder = search_text(stem), search_text(folder)  # controls are out already
    worth = 0.0
    for word in words:
        is_in_stem = word in folded_stem
        if is_in_stem and word in _split_words(stem):
            worth += _WHOLE_IN_NAME
        elif is_in_stem and len(word) >= _TRIGRAM:
            worth += _PART_OF_NAME
        elif word in folded_folder:
            worth += _worth_in_folder(word, folder)
    return worth / len(words)


@lru_cache(maxsize=4096)
def _worth_in_folder(word: str, folder: str) -> float:
    """Return what a word is worth that a folder holds; many files lie in one folder."""
    if word in _split_words(folder):
        return _WHOLE_IN_FOLDER
    return _PART_OF_FOLDER if len(word) >= _TRIGRAM else 0.0


def _split_words(text: str) -> frozenset[str]:
    """Split at punctuation, between letters and digits, and inside CamelCase."""
    return frozenset(_WORD.findall(search_text(_CAMEL.sub(" ", text))))


def _fold(text: str) -> str:
    return search_text(display_text(text))


def _phrase(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def like(part: str) -> str:
    """Return a pattern of SQL's LIKE for texts that hold a part."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", part) + "%"
