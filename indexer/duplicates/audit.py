"""Find the duplicates of a library."""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from db.library import Library
from db.read.duplicates import DuplicateDecisions, FilePlace
from db.types import EncoderInfo, SampleIds
from indexer.duplicates.candidates import propose
from indexer.duplicates.clusters import Pair, as_pair, components, stars
from indexer.duplicates.compare_pairs import OnProgress, PairComparer, Stars
from indexer.duplicates.comparisons import ComparisonCache, IdPairs
from indexer.duplicates.groups import Audit, DuplicateClass, DuplicateFile, DuplicateGroup, Proof
from indexer.duplicates.keeper import Rank, Ranking
from indexer.duplicates.null_test import Comparison
from indexer.duplicates.verdict import is_lossy, proof_of

_DIGITS = 12  # of a hash in a proof
_NEAREST_DB = 3.0  # difference between the residuals of two copies of a sound with a lossy one
ALL_CLASSES = tuple(DuplicateClass)


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """Request for an audit.

    Attributes:
        ids: Return groups with at least one of these samples; None for all groups.
        classes: Return groups of these classes. For ``bytes`` alone, groups hold files of the same bytes only.
        preferred: Folders whose files are kept rather than others, the most preferred first.
    """

    ids: SampleIds | None = None
    classes: Collection[DuplicateClass] = ALL_CLASSES
    preferred: Sequence[Path] = ()


def find_duplicates(
    library: Library,
    request: AuditRequest | None = None,
    *,
    on_progress: OnProgress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Audit:
    """Find groups of files with the same sound, each with a keeper; no file is changed.

    Groups hold only files that exist and are unchanged since they were indexed. Two names of one file (links) are not
    duplicates. Decisions of the user are respected. Comparisons are cached in the library's folder, so that the next
    audit continues from there.

    Args:
        library: Open library.
        request: What to look for; everything by default.
        on_progress: Called with the number of pairs compared and their total.
        cancelled: Polled while sounds are compared.
    """
    wanted = request or AuditRequest()
    if DuplicateClass.SOUND not in wanted.classes and DuplicateClass.AUDIO not in wanted.classes:
        return _Grouping(library, wanted, library.copied_ids()).audit()
    with ComparisonCache(library.folder) as cache:
        candidates = _candidates(library, wanted, cache)
        grouping = _Grouping(library, wanted, np.union1d(library.copied_ids(), candidates))
        pairs: list[Pair] = [(one, other) for one, other in candidates.tolist()]
        comparer = PairComparer(cache, grouping.firsts, grouping.durations, on_progress, cancelled)
        known = grouping.comparable(pairs)
        missing = grouping.learn(comparer.compare(known, grouping.stars_of(known)))
        while missing and not comparer.was_stopped:
            missing = grouping.learn(comparer.compare(missing))
    audit = grouping.audit()
    return replace(audit, n_unread=comparer.n_unread, was_stopped=comparer.was_stopped)


def _candidates(library: Library, request: AuditRequest, cache: ComparisonCache) -> IdPairs:
    """Return the pairs to compare: those that have one of the requested samples."""
    fingerprint = library.active_encoder()
    if fingerprint is None:
        return np.empty((0, 2), np.int64)
    pairs = propose(library, EncoderInfo.parse(fingerprint), cache)
    return pairs if request.ids is None else pairs[np.isin(pairs, request.ids).any(axis=1)]


class _Grouping:
    """Group files by the comparisons of their samples.

    Args:
        library: Open library.
        request: What to look for.
        ids: Samples that may be in groups.

    Attributes:
        firsts: An existing file of each sample.
        durations: Length of each of these samples, in seconds.
    """

    def __init__(self, library: Library, request: AuditRequest, ids: SampleIds) -> None:
        self._request = request
        self._asked = None if request.ids is None else frozenset(request.ids.tolist())
        self._decisions = library.duplicate_decisions()
        files = _Files(library.file_places(ids))
        self._files, self._n_changed = files.by_sample, files.n_changed
        self._features = library.features(list(self._files))
        self._ranking = Ranking(self._features, self._decisions, request.preferred)
        self._comparisons: dict[Pair, Comparison] = {}
        self._proofs: dict[Pair, Proof | None] = {}
        self._longest: dict[int, float] = {}  # audible length of the longest sample that each one is connected with
        self.firsts = {sample_id: places[0] for sample_id, places in self._files.items()}
        self.durations = {sample_id: one.duration_seconds for sample_id, one in self._features.items()}

    def comparable(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Return the pairs of which both files exist."""
        return [pair for pair in pairs if all(each in self.firsts for each in pair)]

    def stars_of(self, pairs: Iterable[Pair]) -> Stars:
        """Return the stars of these pairs, with the samples that are likely to be kept first."""

        def worth(sample_id: int) -> tuple[Rank, float]:
            rank = self._best(self._files[sample_id], longest=0.0)
            return rank, self._ranking.seconds(sample_id)

        ids = {each for pair in pairs for each in pair}
        return Stars(sorted(ids, key=worth, reverse=True), lambda pair, found: self._prove(pair, found) is not None)

    def _prove(self, pair: Pair, comparison: Comparison) -> Proof | None:
        """Return the proof that two samples are duplicates of a requested class; None if they are not."""
        proof = proof_of(comparison, *(self._features[each] for each in pair))
        is_sound = proof is not None and proof.duplicate_class is DuplicateClass.SOUND
        return None if is_sound and DuplicateClass.SOUND not in self._request.classes else proof

    def learn(self, comparisons: Mapping[Pair, Comparison]) -> list[Pair]:
        """Add comparisons; return the pairs that must be compared before the groups are final."""
        for pair, comparison in comparisons.items():
            self._comparisons[pair] = comparison
            self._proofs[pair] = self._prove(pair, comparison)
            flagged = zip(pair, comparison.has_silent_channel, strict=True)
            self._ranking.with_silent_channel.update(each for each, is_silent in flagged if is_silent)
        _, unknown = self._stars()
        return [pair for pair in unknown if comparisons and pair not in self._comparisons]

    def audit(self) -> Audit:
        """Return the groups that were asked for, those with the most bytes to free first."""
        groups = filter(self._is_wanted, map(self._group, self._sets()))
        ordered = sorted(groups, key=lambda group: (-group.n_bytes_to_free, group.keeper.place.file_id))
        return Audit(tuple(ordered), self._n_changed)

    def _sets(self) -> Iterable[list[FilePlace]]:
        """Yield the files of each group."""
        if set(self._request.classes) == {DuplicateClass.BYTES}:
            for places in self._files.values():
                by_bytes: defaultdict[bytes, list[FilePlace]] = defaultdict(list)
                for place in places:
                    by_bytes[place.file_hash].append(place)
                yield from (same for same in by_bytes.values() if len(same) > 1 and not self._is_all_kept(same[0]))
            return
        groups, _ = self._stars()
        for members in groups:
            yield [place for sample_id in members for place in self._files[sample_id]]
        grouped = set(chain.from_iterable(groups))
        for sample_id, places in self._files.items():
            if sample_id not in grouped and len(places) > 1 and not self._is_all_kept(places[0]):
                yield places

    def _stars(self) -> tuple[list[list[int]], list[Pair]]:
        """Return groups of samples, the centre first, and the pairs that are still to be compared."""
        best = self._best_residuals()
        is_same = {
            pair: proof is not None and all(self._comparisons[pair].residual_db <= best[each] for each in pair)
            for pair, proof in self._proofs.items()
        }
        groups, unknown = list[list[int]](), list[Pair]()
        for members in components(pair for pair, is_one in is_same.items() if is_one):
            free = [each for each in members if not self._is_all_kept(self.firsts[each])]
            longest = max((self._ranking.seconds(each) for each in free), default=0.0)
            self._longest |= dict.fromkeys(free, longest)
            free.sort(key=lambda each: self._best(self._files[each], longest), reverse=True)
            found, missing = stars(free, is_same, self._may_join)
            groups += found
            unknown += missing
        return groups, unknown

    def _best_residuals(self) -> defaultdict[int, float]:
        """Return the largest residual that each lossy sample may have with its original.

        The error of a lossy codec is so large that another take may come close: the original is what comes closest.
        """
        best: defaultdict[int, float] = defaultdict(float)
        for pair, comparison in self._comparisons.items():
            for each in pair:
                if is_lossy(self._features[each]):
                    best[each] = min(best[each], comparison.residual_db + _NEAREST_DB)
        return best

    def _best(self, places: Sequence[FilePlace], longest: float) -> Rank:
        return max(self._ranking.rank(place, longest) for place in places)

    def _may_join(self, sample_id: int, group: Sequence[int]) -> bool:
        return not any(_are_apart(self._decisions, self._hash(sample_id), self._hash(each)) for each in group)

    def _hash(self, sample_id: int) -> bytes:
        return self._files[sample_id][0].audio_hash

    def _is_all_kept(self, place: FilePlace) -> bool:
        return _are_apart(self._decisions, place.audio_hash, place.audio_hash)

    def _group(self, places: Sequence[FilePlace]) -> DuplicateGroup:
        first = places[0].sample_id
        longest = self._longest.get(first, self._ranking.seconds(first))  # as when its centre was chosen
        ranks = {place.file_id: self._ranking.rank(place, longest) for place in places}
        keeper, *others = sorted(places, key=lambda place: ranks[place.file_id], reverse=True)
        reason = ranks[keeper.file_id].reasons_against(ranks[other.file_id] for other in others)
        files = [DuplicateFile(other, is_kept=False, proof=self._proof(keeper, other)) for other in others]
        return DuplicateGroup((DuplicateFile(keeper, is_kept=True, proof=None), *files), reason)

    def _proof(self, keeper: FilePlace, other: FilePlace) -> Proof:
        if keeper.file_hash == other.file_hash:
            return Proof(DuplicateClass.BYTES, f"same bytes, BLAKE2b {keeper.file_hash.hex()[:_DIGITS]}")
        if keeper.sample_id == other.sample_id:
            return Proof(DuplicateClass.AUDIO, f"same audio, SHA-256 {keeper.audio_hash.hex()[:_DIGITS]}")
        pair = as_pair(keeper.sample_id, other.sample_id)
        comparison = self._comparisons[pair]
        towards = comparison if pair[0] == keeper.sample_id else comparison.reversed()
        proof = proof_of(towards, self._features[keeper.sample_id], self._features[other.sample_id])
        assert proof is not None
        return proof

    def _is_wanted(self, group: DuplicateGroup) -> bool:
        is_asked = self._asked is None or any(file.place.sample_id in self._asked for file in group.files)
        return is_asked and group.duplicate_class in self._request.classes


class _Files:
    """The files that exist and are unchanged since they were indexed, by sample; of links to one file, the first."""

    def __init__(self, places: Iterable[FilePlace]) -> None:
        self.n_changed = 0
        self.by_sample: dict[int, list[FilePlace]] = {}
        seen = set[tuple[int, int]]()
        for place in places:
            if not place.is_online:
                continue
            try:
                now = os.stat(place.path)
            except (OSError, ValueError):
                self.n_changed += 1
                continue
            if (now.st_size, now.st_mtime_ns) != place.stat[:2]:
                self.n_changed += 1
            elif (now.st_dev, now.st_ino) not in seen:
                seen.add((now.st_dev, now.st_ino))
                self.by_sample.setdefault(place.sample_id, []).append(place)


def _are_apart(decisions: DuplicateDecisions, one: bytes, other: bytes) -> bool:
    return (min(one, other), max(one, other)) in decisions.apart
