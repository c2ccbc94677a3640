"""Precision and recall of an audit of duplicates: copies of real sounds beside sounds that are merely similar.

The copies are of hydrogen's drum kits, whose round robins and velocity layers are the sounds that are alike, or of the
folder that ``EARMARK_EVAL`` names; further alike ones are made a semitone away. Thresholds were chosen on other sounds:
copies of those of lmms and sonic-pi, and the layers of the kits in `_KITS_TO_CHOOSE_BY`, which are left out here.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.duplicate_copies import KINDS, LOSSY, Copy, lay_click_over, make_copies, make_neighbours
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.folders import DEBIAN_FOLDERS, audio_files, real_or_synthesized
from benchmarks.seeded import random_vectors
from db.library import Library
from db.types import FileStat
from db.write.records import Observation
from indexer.duplicates.audit import find_duplicates
from indexer.duplicates.comparisons import FILE_NAME
from indexer.duplicates.groups import Audit
from indexer.duplicates.null_test import compare
from indexer.duplicates.prepare import prepare
from indexer.duplicates.verdict import proof_of
from indexer.encoders.base import Encoder
from indexer.encoders.registry import start_encoder
from indexer.ingest.pipeline import index
from tests.db.factories import FEATURES

_N_COPIES, _N_NEIGHBOURS, _N_LARGE = 2_000, 250, 100_000
_KITS_TO_CHOOSE_BY = ("BJA_Pacific", "ForzeeStereo", "GMRockKit", "Gimme A Hand 1.0", "The Black Pearl 1.0")
_SAME_RECORDING_DB = (
    -30.0
)  # smaller residual of two originals: one recording at two levels, as no two takes are this similar
_NEARLY_ALL = 0.95


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Audit 2,000 copies beside their originals (320 when quick), then a library of 100,000 sounds (10,000)."""
    folders = _folders(work_dir)
    originals = audio_files(folders)
    n_copies, n_neighbours = (320, 40) if is_quick else (_N_COPIES, _N_NEIGHBOURS)
    copies = make_copies(originals, work_dir / "copies", n_copies)
    make_neighbours(originals, work_dir / "neighbours", n_neighbours)
    with Library.create(work_dir / "library") as library, start_encoder() as encoder:
        index(library, [*folders, work_dir / "copies", work_dir / "neighbours"], encoder)
        figures = [
            *_measure_right(copies, find_duplicates(library)),
            _measure_clicks(originals, work_dir, n_neighbours),
        ]
        return [*figures, *_measure_time(library, encoder, work_dir, n_large=_N_LARGE // (10 if is_quick else 1))]


def _folders(work_dir: Path) -> list[Path]:
    named = os.environ.get("EARMARK_EVAL")
    if named:
        return [Path(named) / "sounds"]
    hydrogen = DEBIAN_FOLDERS[0]
    if not hydrogen.is_dir():
        return real_or_synthesized(work_dir)[0]
    return sorted(kit for kit in hydrogen.iterdir() if kit.name not in _KITS_TO_CHOOSE_BY)


def _measure_right(copies: Sequence[Copy], audit: Audit) -> list[Figure]:
    original = {copy.path: copy.original for copy in copies}
    group_of = {file.path: number for number, group in enumerate(audit.groups) for file in group.files}
    wrong = list(_wrong(audit, original))
    n_right = audit.n_to_remove - len(wrong)
    figures = [
        at_least(
            f"duplicates: precision ({n_right:,} of {audit.n_to_remove:,} files are)",
            n_right / audit.n_to_remove,
            "",
            0.995,
        )
    ]
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for copy in copies:
        number = group_of.get(copy.path)
        others = [file.path for file in audit.groups[number].files] if number is not None else []
        found[copy.kind].append(
            any(path != copy.path and _is_one_recording(original.get(path, path), copy.original) for path in others)
        )
    for name, kinds, least in (("lossless", set(KINDS) - LOSSY, 0.97), ("lossy", LOSSY, 0.9)):
        hits = [hit for kind in kinds for hit in found[kind]]
        figures.append(
            at_least(f"duplicates: recall of {name} copies ({len(hits):,})", sum(hits) / len(hits), "", least)
        )
    for kind, hits in found.items():
        figures.append(Figure(f"duplicates: recall of {kind} ({len(hits)})", sum(hits) / len(hits), ""))
    for text in wrong:
        print(f"not the same: {text}")
    return figures


def _measure_clicks(originals: Sequence[Path], work_dir: Path, n: int) -> Figure:
    """Compare sounds with themselves under a click, which is one moment of many."""
    rng = np.random.default_rng(2)
    n_done = n_apart = 0
    for place in rng.permutation(len(originals)):
        clicked = work_dir / "clicked.wav"
        if n_done < n and lay_click_over(originals[place], clicked, rng):
            n_done += 1
            n_apart += proof_of(compare(prepare(originals[place]), prepare(clicked)), FEATURES, FEATURES) is None
    return Figure(
        f"duplicates: sounds told apart from themselves with a click laid over ({n_done})", n_apart / n_done, ""
    )


@cache
def _is_one_recording(one: Path, other: Path) -> bool:
    """Say whether two originals are one recording, at two levels or in mono and stereo, as some layers are."""
    if one == other:
        return True
    found = compare(prepare(one), prepare(other))
    return found.residual_db <= _SAME_RECORDING_DB and min(found.shared) > _NEARLY_ALL


def _wrong(audit: Audit, original: Mapping[Path, Path]) -> Iterator[str]:
    """Describe the files that are wrongly reported as duplicates of a keeper."""
    for group in audit.groups:
        kept = group.keeper.path
        for file in group.others:
            if file.proof and not _is_one_recording(original.get(kept, kept), original.get(file.path, file.path)):
                yield f"{kept} | {file.path} | {file.proof.text}"


def _measure_time(library: Library, encoder: Encoder, work_dir: Path, n_large: int) -> list[Figure]:
    """Fill the library with distinct sounds on disk, and audit it again."""
    _fill_up(library, encoder, work_dir / "many", n_large - library.stats().n_samples)
    library.vectors(encoder.info)
    (library.folder / FILE_NAME).unlink()
    n_pairs = 0

    def on_progress(_done: int, total: int) -> None:
        nonlocal n_pairs
        n_pairs = max(n_pairs, total)

    began = time.perf_counter()
    find_duplicates(library, on_progress=on_progress)
    first = time.perf_counter() - began
    began = time.perf_counter()
    find_duplicates(library)
    again = time.perf_counter() - began
    name = f"audit of {n_large:,} sounds"
    return [
        at_most(f"{name}, {n_pairs:,} pairs decoded and compared", first, "s", 60),
        Figure(f"{name}, again", again, "s"),
    ]


def _fill_up(library: Library, encoder: Encoder, root: Path, n: int) -> None:
    vectors = random_vectors(n, encoder.info.dim)
    (sample,) = library.samples(library.sorted_ids()[:1].tolist())
    root.mkdir()
    (root / "here").write_bytes(b"")  # an empty folder counts as an unplugged drive
    with library.writer() as writer:
        root_id = writer.add_root(root).id
        for start in range(0, n, 2000):
            sounds = [
                Observation(
                    f"{number}.wav".encode(),
                    FileStat(1, 1),
                    number.to_bytes(16, "big"),
                    number.to_bytes(16, "big"),
                    replace(sample.features, brightness_hz=100.0 + number % 9000),
                    vectors[number],
                )
                for number in range(start, min(start + 2000, n))
            ]
            writer.store(root_id, encoder.info, sounds, [], set())
