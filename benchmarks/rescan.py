"""Time of a rescan without changes, beside `find -printf` over the same tree."""

from pathlib import Path

from benchmarks.figures import Figure, at_most_times, median_seconds
from benchmarks.folders import write_tiny_files
from benchmarks.processes import compiled_in, earmark, run
from benchmarks.seeded import fill
from db.library import Library
from db.types import FileStat
from indexer.encoders.compact.model import INFO
from indexer.ingest.scan import scan


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Rescan 100,000 files (10,000 when quick)."""
    n_files = 10_000 if is_quick else 100_000
    root = work_dir / "tree"
    paths = write_tiny_files(root, n_files)
    stats = [FileStat(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for stat in map(Path.stat, paths)]
    with Library.create(work_dir / "library") as library:
        fill(library, root, [str(path.relative_to(root)) for path in paths], stats)
        root_id = library.roots()[0].id

        def rescan_here() -> None:
            found = scan(root, library.known_files(root_id, INFO))
            assert found.n_unchanged == n_files

        def earmark_index() -> None:
            run(earmark("index", "--library", str(work_dir / "library")))

        with compiled_in(work_dir / "compiled"):
            earmark_index()
            medians = median_seconds(
                {
                    "find": lambda: run(["find", str(root), "-type", "f", "-printf", "%P\t%s\t%T@\n"]),
                    "scan": rescan_here,
                    "earmark": earmark_index,
                },
                n_rounds=7,
            )
    name = f"rescan of {n_files:,} unchanged files"
    return [
        at_most_times(f"{name}, whole process", medians["earmark"], "s", "find -printf", medians["find"], 3),
        at_most_times(f"{name}, inside earmark", medians["scan"], "s", "find -printf", medians["find"], 3),
    ]
