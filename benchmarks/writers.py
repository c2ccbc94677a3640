"""What changes of a library cost, in a folder and on a PostgreSQL server; whether people who work at once lose any."""

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np

from benchmarks import seeded
from benchmarks.figures import Figure, at_most
from db.engines.postgres.place import LibraryPlace
from db.errors import EarmarkError
from db.library import Library
from db.types import Source, TagKey, TagName
from db.write.records import TagEdit
from db.write.writer import Writer
from indexer.encoders.compact.model import INFO
from tests.postgres import running_server

_N_PEOPLE = 8
_BATCH = 32  # files, as index stores them
_N_EDITS = 50
_BULK = 200  # sounds of one large edit
_DUSTY = TagName("user", "dusty")


@dataclass
class _Person:
    """What one of several people changed, and was told that it is stored."""

    tag: TagName
    tagged: set[int] = field(default_factory=set)
    rated: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    n_refused: int = 0


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Store 4,000 files (500 when quick) in a folder and on a server; edit them, there by 8 people for 30 s (3 s)."""
    n, seconds = (500, 3) if is_quick else (4000, 30)
    sounds = work_dir / "sounds"
    sounds.mkdir()
    with running_server() as server, server.library() as place:
        Library.create(work_dir / "library").close()
        folder, remote = (_measure_one(each, sounds, n) for each in (work_dir / "library", place))
        people = [_Person(TagName("user", f"person {number}")) for number in range(_N_PEOPLE)]
        with ThreadPoolExecutor(_N_PEOPLE) as pool:
            for done in [pool.submit(_change, place, people, number, n, seconds) for number in range(_N_PEOPLE)]:
                done.result()
        with Library.open(place) as library:
            n_lost = sum(_count_lost(library, person) for person in people)
    times = [second for person in people for second in person.seconds]
    n_refused = sum(person.n_refused for person in people)
    name = f"by {_N_PEOPLE} people at once in {seconds} s on a server"
    return [
        Figure("store a file", remote["store"], "ms, server", "SQLite", folder["store"]),
        Figure("tag one sound", remote["edit"], "ms, server", "SQLite", folder["edit"]),
        Figure(f"tag {_BULK} sounds", remote["bulk"], "ms, server", "SQLite", folder["bulk"]),
        Figure(f"changes {name}", len(times), "changes"),
        at_most(f"changes lost, {name}", n_lost, "changes", 0),
        at_most(f"changes refused, {name}", n_refused, "changes", 0),
        Figure(f"one change, {name}, p95", 1000 * float(np.percentile(times, 95)), "ms"),
    ]


def _measure_one(place: LibraryPlace, sounds: Path, n: int) -> dict[str, float]:
    """Return milliseconds: of a file that is stored, of an edit of one sound, of an edit of `_BULK` sounds."""
    files = seeded.sounds(n)
    with Library.open(place) as library, library.writer() as writer:
        root_id = writer.add_root(sounds).id
        writer.activate(INFO)
        began = time.perf_counter()
        for start in range(0, n, _BATCH):
            writer.store(root_id, INFO, files[start : start + _BATCH], [], set())
        stored = time.perf_counter() - began
        ids = library.sorted_ids().tolist()
        one = [_seconds(writer, ids[number : number + 1]) for number in range(_N_EDITS)]
        bulk = [_seconds(writer, ids[start : start + _BULK]) for start in range(_N_EDITS, n - _BULK, _BULK)]
    return {
        "store": 1000 * stored / n,
        "edit": 1000 * statistics.median(one),
        "bulk": 1000 * statistics.median(bulk),
    }


def _seconds(writer: Writer, ids: Sequence[int]) -> float:
    began = time.perf_counter()
    writer.edit_tags(_give(_DUSTY, ids))
    return time.perf_counter() - began


def _change(place: LibraryPlace, people: Sequence[_Person], number: int, n: int, seconds: float) -> None:
    """Tag and rate sounds, some of them many at once, among those that all the others change too."""
    person, rng = people[number], Random(number)
    with Library.open(place) as library, library.edits() as edits:
        ids = library.sorted_ids().tolist()
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            given = rng.sample(ids, _BULK if rng.random() < 0.05 else 1)
            try:
                if rng.random() < 0.8:
                    edits.edit_tags(_give(person.tag, given))
                    person.tagged.update(given)
                else:  # a sound of one's own, since of two ratings the later one counts
                    own = given[0] - given[0] % len(people) + number
                    stars = rng.randrange(1, 6)
                    if own in ids:
                        edits.change_annotations([own], stars=stars)
                        person.rated[own] = stars
            except EarmarkError:
                person.n_refused += 1
            person.seconds.append(time.perf_counter() - began)


def _count_lost(library: Library, person: _Person) -> int:
    tagged = {key.sample_id for key in library.tag_confidences(person.tag, [Source.USER])}
    rated = library.annotations(list(person.rated))
    n_lost_stars = sum(
        sample_id not in rated or rated[sample_id].stars != stars for sample_id, stars in person.rated.items()
    )
    return len(person.tagged - tagged) + n_lost_stars


def _give(tag: TagName, ids: Sequence[int]) -> TagEdit:
    return TagEdit("tag", {TagKey(sample_id, tag, Source.USER): 1.0 for sample_id in ids}, {})
