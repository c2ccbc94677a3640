"""Selections of samples: one covering index for each condition, the rest in numpy."""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import TypeAlias

import numpy as np

from db.engines.selection import FILES, SAMPLES, Condition, Match, Selection
from db.types import FileIds, SampleIds

ReadMatch: TypeAlias = Callable[[Match], SampleIds]


def select_samples(selection: Selection, read: ReadMatch) -> SampleIds:
    """Return the samples that pass, ascending."""
    wanted = [_read_samples(one, read) for one in selection.samples if not one.is_excluded]
    unwanted = [_read_samples(one, read) for one in selection.samples if one.is_excluded]
    if selection.files:
        wanted.append(np.unique(select_files(selection.files, read)[:, 1]))
    start = wanted or [np.unique(read(Match(SAMPLES, {})))]
    passing: SampleIds = reduce(partial(np.intersect1d, assume_unique=True), start)
    return np.setdiff1d(passing, np.concatenate(unwanted), assume_unique=True) if unwanted else passing


def select_files(conditions: Sequence[Condition], read: ReadMatch) -> FileIds:
    """Return the files that pass all conditions, each with its sample."""
    found = [(_read_files(one, read), one.is_excluded) for one in conditions]
    wanted = [files for files, is_excluded in found if not is_excluded] or [read(Match(FILES, {}))]
    passing = wanted[0]
    for files in wanted[1:]:
        passing = passing[np.isin(passing[:, 0], files[:, 0])]
    for files, is_excluded in found:
        if is_excluded:
            passing = passing[~np.isin(passing[:, 0], files[:, 0])]
    return passing


def _read_samples(condition: Condition, read: ReadMatch) -> SampleIds:
    found = [read(match) for match in condition.matches]
    return np.unique(np.concatenate(found) if found else np.empty(0, np.int64))


def _read_files(condition: Condition, read: ReadMatch) -> FileIds:
    found = [read(match) for match in condition.matches]
    if len(found) == 1:
        return found[0]
    files = np.concatenate([np.empty((0, 2), np.int64), *found])
    return files[np.unique(files[:, 0], return_index=True)[1]]
