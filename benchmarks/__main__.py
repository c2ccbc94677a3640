"""Measure earmark beside its baselines: ``python -m benchmarks [NAME...] [--quick] [--json FILE]``.

Prints a table, writes JSON, and exits with 1 when a target is missed.
"""

import argparse
import importlib
import tempfile
from pathlib import Path
from typing import NamedTuple

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


class _Variant(NamedTuple):
    """A module that measures something else in place of the benchmark's own, where an option asks for it."""

    option: str
    module: str


_VARIANTS = {
    "index_rate": _Variant("profile", "index_profile"),
    "ablation": _Variant("sweep", "sweep"),
    "api": _Variant("fuzz", "api_fuzz"),
}
_ARGUMENTS = {
    "api": "library",
    "commands": "beside",
    "organize": "place",
    "scale": "n",
}  # options that go to the module of this name


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)}; all by default")
    parser.add_argument("--quick", action="store_true", help="smaller sizes: a look, not a measurement")
    parser.add_argument("--profile", action="store_true", help="with index_rate: where the time goes, stage by stage")
    parser.add_argument("--sweep", action="store_true", help="with ablation: the weights at several values")
    parser.add_argument("--fuzz", action="store_true", help="with api: 2,000 bad requests in place of the load")
    parser.add_argument(
        "--library",
        help="with api: this library, a folder or a URL, not one that is made; postgres makes one on a server",
    )
    parser.add_argument(
        "--beside", type=Path, metavar="CHECKOUT", help="with commands: a search beside that of another checkout"
    )
    parser.add_argument("--place", help="with organize: one of its places, such as 'FAT image', in place of all")
    parser.add_argument("--n", type=int, help="with scale: how many sounds, in place of 1,000,000")
    parser.add_argument("--work", type=Path, help="keep what takes long to make in this folder for the next run")
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    options = parser.parse_args()
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name in options.names or NAMES:
        variant = _VARIANTS.get(name)
        module_name = variant.module if variant and getattr(options, variant.option) else name
        module = importlib.import_module(f"benchmarks.{module_name}")
        option = _ARGUMENTS.get(module_name)
        arguments = {option: value} if option and (value := getattr(options, option)) else {}
        with tempfile.TemporaryDirectory() as folder:
            found = module.measure(options.work or Path(folder), is_quick=options.quick, **arguments)
        show(found)
        figures += found
    if options.json:
        keep(figures, options.json)
    else:
        print(as_json(figures))
    return int(any(figure.is_met is False for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main())
