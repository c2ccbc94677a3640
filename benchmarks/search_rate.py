"""Time of a search: in a running earmark beside bare FAISS, and as a process of its own."""

import sys
from pathlib import Path

import faiss
import numpy as np

from benchmarks.figures import Figure, at_most, at_most_times, median_seconds
from benchmarks.processes import earmark, run
from benchmarks.seeded import fill
from db.library import Library
from db.types import FileStat
from indexer.encoders.registry import load_text_encoder
from indexer.kits.builder import KitRequest, build_kit
from indexer.kits.slots import parse_slots
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService

_K = 20
_TENTH = "type:snare"  # one in ten of the seeded sounds


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Search 100,000 vectors (20,000 when quick) in process, and 10,000 from the command line."""
    return [
        *_vector_to_hits(work_dir / "large", 20_000 if is_quick else 100_000),
        *_words_to_hits(work_dir / "large"),
        _kit(work_dir / "large"),
        *_whole_process(work_dir / "small", 10_000),
    ]


def make_library(folder: Path, n: int) -> Path:
    """Make a library of seeded sounds, where there is none; return its folder."""
    if not (folder / "library").exists():
        _seed(folder, n)
    return folder / "library"


def _seed(folder: Path, n: int) -> np.ndarray:
    relpaths = [f"pack-{number // 1000:03d}/sound {number:06d}.wav" for number in range(n)]
    root = folder / "sounds"
    root.mkdir(parents=True)
    with Library.create(folder / "library") as library:
        return fill(library, root, relpaths, [FileStat(1000, 1)] * n)


def _vector_to_hits(folder: Path, n: int) -> list[Figure]:
    vectors = _seed(folder, n)
    bare = faiss.IndexFlatIP(vectors.shape[1])
    bare.add(vectors)
    faiss.omp_set_num_threads(1)
    queries = iter(np.random.default_rng(5).permutation(n))
    with Library.open(folder / "library") as library:
        search = SearchService(library, load_text_encoder())

        def ours() -> None:
            assert len(search.hits(search.search(SearchRequest(_TENTH, (vectors[next(queries)],), k=_K)))) == _K

        def unfiltered() -> None:
            assert len(search.hits(search.search(SearchRequest(likes=(vectors[next(queries)],), k=_K)))) == _K

        ours()
        medians = median_seconds(
            {"ours": ours, "unfiltered": unfiltered, "bare": lambda: bare.search(vectors[next(queries)][None], _K)},
            n_rounds=101,
        )
    ms = {name: 1000 * seconds for name, seconds in medians.items()}
    baseline = "bare FAISS IndexFlatIP, one thread, no filter"
    name = f"query vector to hits over {n:,} vectors"
    return [
        at_most_times(f"{name}, 10 % filter", ms["ours"], "ms", baseline, ms["bare"], 2),
        Figure(f"{name}, no filter", ms["unfiltered"], "ms", baseline, ms["bare"]),
    ]


def _words_to_hits(folder: Path) -> list[Figure]:
    """Compare a description that holds words for what is measured with one that does not."""
    with Library.open(folder / "library") as library:
        search = SearchService(library, load_text_encoder())
        medians = median_seconds(
            {
                line: lambda line=line: search.hits(search.search(SearchRequest(line, k=_K)))
                for line in ("kick", "short dark kick")
            },
            n_rounds=31,
        )
    ms = {line: 1000 * seconds for line, seconds in medians.items()}
    return [Figure('description to hits, "short dark kick"', ms["short dark kick"], "ms", '"kick"', ms["kick"])]


def _kit(folder: Path) -> Figure:
    with Library.open(folder / "library") as library:
        search = SearchService(library, load_text_encoder())
        request = KitRequest(parse_slots("kick,snare,closed hi-hat,open hi-hat,clap"), "dusty boom bap")
        build_kit(search, request)  # loads the index
        seconds = median_seconds({"kit": lambda: build_kit(search, request)}, n_rounds=11)["kit"]
    return at_most("a kit of five sounds", 1000 * seconds, "ms", 500)


def _whole_process(folder: Path, n: int) -> list[Figure]:
    _seed(folder, n)
    search = earmark("search", "dark punchy kick", "--library", str(folder / "library"))
    medians = median_seconds(
        {
            "search": lambda: run(search),
            "imports": lambda: run([sys.executable, "-c", "import numpy, faiss, sqlalchemy"]),
        },
        n_rounds=15,
    )
    name = f"earmark search over {n:,} sounds, whole process"
    baseline = 'python -c "import numpy, faiss, sqlalchemy"'
    return [
        at_most_times(name, medians["search"], "s", baseline, medians["imports"], 2),
        at_most(name, medians["search"], "s", 0.8),
    ]
