"""Words in the names of files and folders.

A trigram index finds any part of three letters and more, whatever its case and accents. A word of two letters is looked
for with what stands beside it (3 ms over 100,000 files, where a scan of all names takes 35); one letter needs a scan.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import chain, islice
from operator import itemgetter
from typing import TypeAlias

from db.compiled.names import (
    ALL,
    BETWEEN,
    CANDIDATES,
    CANDIDATES_BETWEEN,
    CANDIDATES_LIKE,
    HOLDING,
    IN_ROOT,
    LIKE,
    NAMES_LIKE,
)
from db.compiled.roots import DISPLAYS, LINKS, PATHS
from db.engines.base import Ask, Row, Transaction
from db.engines.selection import Match
from db.paths import display_text, search_text
from db.read.folders import match_path

_TRIGRAM = 3
_LONGEST = 255  # bytes of a name in every file system that matters here, so that no longer word is in one
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

_BESIDE = tuple(map(chr, range(0x20, 0x7F)))  # what may stand beside a word; other separators than ASCII's are rare

_Candidate: TypeAlias = tuple[int, str, str]  # sample id, folder, name


def read_file_names(transaction: Transaction) -> list[tuple[int, str, str]]:
    """Return sample, folder below its root and name of every file."""
    return transaction.rows(ALL)


def match_folders(transaction: Transaction, part: str) -> tuple[Match, ...]:
    """Match the files in a folder whose path holds these letters; the path of the root counts.

    Where they have a slash, they are looked for in the whole path: `db.read.folders.match_path`.
    """
    if "/" in part or "\\" in part:
        return match_path(transaction, part.replace("\\", "/").removeprefix("~"))
    roots = (*transaction.rows(DISPLAYS), *transaction.rows(PATHS))  # on a server by name and by path
    named = [(root_id, b"", name) for root_id, name in roots] + transaction.rows(LINKS)
    below = {(root_id, relpath) for root_id, relpath, name in named if _fold(part) in _fold(name)}
    return (_match("folder", part), *(_below(*place) for place in sorted(below)))


def match_names(_transaction: Transaction, part: str) -> tuple[Match, ...]:
    """Match the files whose name holds these letters."""
    return (_match("name", part),)


def _match(where: str, part: str) -> Match:
    part = _fold(part)  # as the names in the index are
    return (
        Match(LIKE[where], {"pattern": like(part)})
        if len(part) < _TRIGRAM
        else Match(HOLDING[where], {"parts": [part]})
    )


def _below(root_id: int, relpath: bytes) -> Match:
    return Match(BETWEEN, {"root_id": root_id, **_range(relpath)}) if relpath else Match(IN_ROOT, {"root_id": root_id})


def _range(folder: bytes) -> dict[str, bytes]:
    """Return between which two paths those below a folder lie."""
    return {"first": folder + b"/", "end": folder + b"0"}  # which follows "/"


def read_name_matches(transaction: Transaction, words: Sequence[str], limit: int) -> dict[int, float]:
    """Return which share of the words the names of each sample hold, above 0 and up to 1.

    Words are split at punctuation, as names are. A whole word counts more than a part of one, the name of a file more
    than its folders; words under three letters count only where they stand alone.

    Args:
        transaction: To read in.
        words: What to look for, in any case.
        limit: At most so many samples, the best of those looked at.
    """
    wanted = list(dict.fromkeys(chain.from_iterable(_WORD.findall(_fold(word)) for word in words)))
    shares: dict[int, float] = {}
    for sample_id, folder, name in _candidates(transaction, wanted, limit):
        share = _share(wanted, folder, name)
        if share > shares.get(sample_id, 0.0):
            shares[sample_id] = share
    return dict(nlargest(limit, shares.items(), key=itemgetter(1)))


def read_letter_matches(transaction: Transaction, letters: str, limit: int) -> dict[int, float]:
    """Return how well the file names of samples hold some letters in order, as pickers of files look for them.

    1 where the letters are the beginnings of words in the name, as "bdklub" is of "BD Klubbed"; a half where they only
    come in this order. Scans all names: 35 ms for 100,000.

    Args:
        transaction: To read in.
        letters: In any case.
        limit: At most so many samples, the best.
    """
    letters = _fold(letters)
    if len(letters) > _LONGEST:
        return {}
    pattern = "%".join(["", *map(_escape, letters), ""])
    shares: dict[int, float] = {}
    for sample_id, name in transaction.rows(NAMES_LIKE, pattern=pattern):
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


def _candidates(transaction: Transaction, words: Sequence[str], limit: int) -> Iterable[_Candidate]:
    """Return files that hold one of the words or more, up to twice the limit and those of short words.

    Files with all words come first, then equally many of each word, names before folders: no ranking of all matches,
    which takes 150 ms over 100,000 files where a word is as common as "drum".
    """
    found: dict[int, _Candidate] = {}
    for stages in _round_trips([word for word in words if _TRIGRAM <= len(word) <= _LONGEST], limit):
        if len(found) < limit:
            answers = iter(transaction.rows_of_each(list(chain.from_iterable(stages))))
            for stage in stages:
                of_stage = list(islice(answers, len(stage)))
                if len(found) < limit:
                    _keep(chain.from_iterable(of_stage), found)
    for word in words:
        if len(word) == 1:
            _keep(transaction.rows(CANDIDATES_LIKE, pattern=like(word), limit=limit), found)
        elif len(word) < _TRIGRAM:
            _look_for_two_letters(transaction, word, limit, found)
    return found.values()


def _round_trips(words: Sequence[str], limit: int) -> tuple[list[list[Ask]], ...]:
    """Return the stages that look for long words, in two round trips; in most libraries the first suffices."""
    if not words:
        return ()

    def stage(where: str, all_parts: Sequence[Sequence[str]]) -> list[Ask]:
        return [(CANDIDATES[where], {"parts": parts, "limit": limit // len(all_parts)}) for parts in all_parts]

    together = [sorted(words, key=len, reverse=True)]  # by the first one an index looks
    each = [[word] for word in words]
    later = [stage("all in both", together)]
    if len(words) > 1:  # of a single word, these have found everything, or enough
        later += [stage("all in name", each), stage("all in folder", each)]
    return [stage("all in name", together)], later


def _look_for_two_letters(transaction: Transaction, word: str, limit: int, found: dict[int, _Candidate]) -> None:
    apart = [beside for beside in _BESIDE if not (beside.isdigit() if word.isdigit() else beside.isalpha())]
    begins = [word + beside for beside in apart]
    ends = [beside + word for beside in apart]  # at the end of a folder; a name ends with an extension
    _keep(transaction.rows(CANDIDATES["any in name"], parts=begins, limit=limit), found)
    _keep(transaction.rows(CANDIDATES["any in folder"], parts=begins + ends, limit=limit), found)
    roots = transaction.rows(DISPLAYS)
    for spelled in {word, word.upper(), word.capitalize(), word[0] + word[1:].upper()}:
        n_missing = limit
        for root_id, _ in roots:
            place = _range(spelled.encode())
            rows = transaction.rows(CANDIDATES_BETWEEN, root_id=root_id, limit=n_missing, **place)
            n_missing -= len(rows)
            _keep(rows, found)
    if not word.isdigit():  # "hhOpen.wav": the index knows no case, so that most of these are parts of longer words
        camel = [word + beside for beside in _BESIDE if beside.islower()]
        _keep(transaction.rows(CANDIDATES["any in both"], parts=camel, limit=limit // 4), found)


def _keep(rows: Iterable[Row], found: dict[int, _Candidate]) -> None:
    for file_id, sample_id, folder, name in rows:
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


def _fold(text: str | bytes) -> str:
    return search_text(display_text(text))


def like(part: str) -> str:
    """Return a pattern of SQL's LIKE for texts that hold a part."""
    return f"%{_escape(part)}%"


def _escape(part: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", part)
