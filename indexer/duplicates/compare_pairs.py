"""Compare many pairs of sounds; results of earlier audits are reused, other files are decoded."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, takewhile

from db.read.duplicates import FilePlace
from indexer.duplicates.clusters import Pair, components
from indexer.duplicates.comparisons import ComparisonCache, HashPair
from indexer.duplicates.null_test import Comparison, compare
from indexer.duplicates.prepare import PreparedSound, prepare
from indexer.ingest.worker import Task
from indexer.ingest.worker_pool import DecodePool

OnProgress = Callable[[int, int], None]
_BATCH_SECONDS = 1200.0  # of sound in memory at once, 115 MB of mono


class Stars:
    """Sounds that were found to be the same as a centre, and so need not be compared with each other.

    Args:
        ranking: Sample ids, the likely centres first.
        is_same: Whether the comparison of a pair proves that it is one sound.
    """

    def __init__(self, ranking: Sequence[int], is_same: Callable[[Pair, Comparison], bool]) -> None:
        self._place = {each: place for place, each in enumerate(ranking)}
        self._is_same = is_same
        self._centres: dict[int, int] = {}  # by sample that is not a centre itself

    def places(self, pair: Pair) -> list[int]:
        """Return the ranks of a pair, the better one first."""
        return sorted(self._place[each] for each in pair)

    def is_settled(self, pair: Pair) -> bool:
        """Say whether both have the same centre."""
        one, other = (self._centres.get(each, each) for each in pair)
        return one == other

    def learn(self, pair: Pair, found: Comparison) -> None:
        """Add a comparison."""
        centre, other = sorted(pair, key=self._place.__getitem__)
        if centre not in self._centres and other not in self._centres and self._is_same(pair, found):
            self._centres[other] = centre


class PairComparer:
    """Compare pairs of samples.

    Args:
        cache: Cache of earlier comparisons.
        places: A file of each sample.
        seconds: Length of each sample.
        on_progress: Called with the number of pairs done and their total.
        cancelled: Polled between files.

    Attributes:
        n_unread: Number of samples whose files could not be decoded.
        was_stopped: Comparing was cancelled before all pairs were done.
    """

    def __init__(
        self,
        cache: ComparisonCache,
        places: Mapping[int, FilePlace],
        seconds: Mapping[int, float],
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
    ) -> None:
        self._cache = cache
        self._known = cache.read()
        self._places = places
        self._seconds = seconds
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._unread = set[int]()
        self.was_stopped = False

    @property
    def n_unread(self) -> int:
        return len(self._unread)

    def compare(self, pairs: Iterable[Pair], stars: Stars | None = None) -> dict[Pair, Comparison]:
        """Return the comparisons of pairs, without pairs whose files cannot be decoded.

        Args:
            pairs: Pairs to compare.
            stars: Collects which sounds are the same, so that pairs of one star are skipped; None to compare all.
        """
        wanted = self._ordered(set(pairs), stars)
        done, rest = dict[Pair, Comparison](), list[Pair]()
        for pair in wanted:
            known = self._recall(pair)
            if known is None:
                rest.append(pair)
            elif stars is None or not stars.is_settled(pair):
                done[pair] = known
                _learn(stars, pair, known)
        rest = [pair for pair in rest if stars is None or not stars.is_settled(pair)]
        n_done = len(wanted) - len(rest)
        if rest:
            with DecodePool(os.cpu_count() or 1) as pool, ThreadPoolExecutor(os.cpu_count()) as threads:
                for batch in self._batches(rest):
                    self._on_progress(n_done, len(wanted))
                    sounds = self._decode(pool, batch)
                    if self._cancelled():
                        self.was_stopped = True
                        break
                    chains = _by_component([pair for pair in batch if all(each in sounds for each in pair)])
                    compare_all = partial(_compare_chain, sounds=sounds, stars=stars)
                    fresh = dict(chain.from_iterable(threads.map(compare_all, chains)))
                    self._keep(fresh)
                    done |= fresh
                    n_done += len(batch)
        return done

    def _ordered(self, pairs: set[Pair], stars: Stars | None) -> list[Pair]:
        """Sort pairs by connected component, and within one by rank, likely centres first."""
        number = {each: place for place, group in enumerate(components(pairs)) for each in group}
        return sorted(pairs, key=lambda pair: (number[pair[0]], stars.places(pair) if stars else pair))

    def _recall(self, pair: Pair) -> Comparison | None:
        hashes, is_swapped = self._hashes(pair)
        known = self._known.get(hashes)
        return known.reversed() if known is not None and is_swapped else known

    def _keep(self, fresh: Mapping[Pair, Comparison]) -> None:
        found = dict[HashPair, Comparison]()
        for pair, comparison in fresh.items():
            hashes, is_swapped = self._hashes(pair)
            found[hashes] = comparison.reversed() if is_swapped else comparison
        self._known |= found
        self._cache.store(found)

    def _hashes(self, pair: Pair) -> tuple[HashPair, bool]:
        """Return the audio hashes of a pair, the lower first, and whether they were swapped."""
        one, other = (self._places[each].audio_hash for each in pair)
        return ((one, other), False) if one <= other else ((other, one), True)

    def _batches(self, pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
        """Yield batches of pairs, in order, whose sounds fit into memory."""
        batch, members, seconds = list[Pair](), set[int](), 0.0
        for pair in pairs:
            new = set(pair) - members
            more = sum(self._seconds[each] for each in new)
            if batch and seconds + more > _BATCH_SECONDS:
                yield batch
                batch, members, seconds = [], set(), 0.0
                new = set(pair)
                more = sum(self._seconds[each] for each in new)
            batch.append(pair)
            members |= new
            seconds += more
        if batch:
            yield batch

    def _decode(self, pool: DecodePool, pairs: Sequence[Pair]) -> dict[int, PreparedSound]:
        wanted = sorted(set(chain.from_iterable(pairs)) - self._unread)
        given = takewhile(lambda _: not self._cancelled(), wanted)
        tasks = (Task(each, os.fsencode(self._places[each].path), read=prepare) for each in given)
        sounds = dict[int, PreparedSound]()
        for result in pool.map(tasks):
            if result.value is None:
                self._unread.add(result.key)
            else:
                sounds[result.key] = result.value
        return sounds


def _by_component(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Group pairs by connected component, keeping their order."""
    number = {each: place for place, group in enumerate(components(pairs)) for each in group}
    groups: dict[int, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(number[pair[0]], []).append(pair)
    return list(groups.values())


def _compare_chain(
    pairs: Sequence[Pair], sounds: Mapping[int, PreparedSound], stars: Stars | None
) -> list[tuple[Pair, Comparison]]:
    done = []
    for pair in pairs:
        if stars is None or not stars.is_settled(pair):
            found = compare(sounds[pair[0]], sounds[pair[1]])
            _learn(stars, pair, found)
            done.append((pair, found))
    return done


def _learn(stars: Stars | None, pair: Pair, found: Comparison) -> None:
    if stars is not None:
        stars.learn(pair, found)
