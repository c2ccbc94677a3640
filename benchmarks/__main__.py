"""Measure earmark beside its baselines: ``python -m benchmarks [NAME...] [--quick] [--json FILE]``.

Prints a table, writes JSON, and exits with 1 when a target is missed.
"""

import argparse
import importlib
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure, as_json, keep, show

NAMES = (
    "search_rate",
    "engines",
    "scale",
    "library_copy",
    "writers",
    "rescan",
    "index_rate",
    "commands",
    "embedding_cost",
    "memory",
    "kill",
    "ray",
    "api",
    "organize",
    "app",
    "blend_path",
    "duplicates",
    "tagging",
    "export",
    "kit_readers",
    "slices",
    "in_time",
    "relevance",
    "ablation",
    "laion",
    "laion_gpu",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)}; all by default")
    parser.add_argument("--quick", action="store_true", help="smaller sizes: a look, not a measurement")
    parser.add_argument("--profile", action="store_true", help="with index_rate: where the time goes, stage by stage")
    parser.add_argument("--sweep", action="store_true", help="with ablation: the weights of ranking at several values")
    parser.add_argument("--fuzz", action="store_true", help="with api: 2,000 bad requests in place of the load")
    parser.add_argument(
        "--library",
        help="with api: this library, a folder or a URL, not one that is made; postgres makes one on a server",
    )
    parser.add_argument(
        "--beside", type=Path, metavar="CHECKOUT", help="with commands: a search beside that of another checkout"
    )
    parser.add_argument("--n", type=int, help="with scale: how many sounds, in place of 1,000,000")
    parser.add_argument("--work", type=Path, help="keep what takes long to make in this folder for the next run")
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    options = parser.parse_args()
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name in options.names or NAMES:
        is_profile = options.profile and name == "index_rate"
        is_sweep = options.sweep and name == "ablation"
        is_fuzz = options.fuzz and name == "api"
        other = "index_profile" if is_profile else "sweep" if is_sweep else "api_fuzz" if is_fuzz else name
        module = importlib.import_module(f"benchmarks.{other}")
        measure = module.profile if is_profile else module.measure
        if options.library and other == "api":
            measure = partial(measure, library=options.library)
        if options.beside and name == "commands":
            measure = partial(measure, beside=options.beside.resolve())
        if options.n and name == "scale":
            measure = partial(measure, n=options.n)
        with tempfile.TemporaryDirectory() as folder:
            found = measure(options.work or Path(folder), is_quick=options.quick)
        show(found)
        figures += found
    if options.json:
        keep(figures, options.json)
    else:
        print(as_json(figures))
    return int(any(figure.is_met is False for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main())
