"""Average towers that began alike: ``python -m training.soup OUT TOWERS=SHARE TOWERS=SHARE ...``.

The mean of the weights of several runs, and of what they began with, does better on unmet sources than each of them
(Wortsman et al. 2022, "Model soups" and "Robust fine-tuning of zero-shot models").
"""

import argparse
from pathlib import Path

from indexer.encoders.compact.model import WEIGHTS_FOLDER, tables_path
from training.towers import mean_towers, read_towers, save_towers


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.soup", description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="where the mean goes, a .safetensors file")
    parser.add_argument("parts", nargs="+", metavar="TOWERS=SHARE", help="towers, or weights that they began with")
    parser.add_argument("--text", type=Path, default=tables_path(WEIGHTS_FOLDER), help="text tower with its tables")
    options = parser.parse_args()
    parts = [part.rpartition("=") for part in options.parts]
    towers = [read_towers(Path(path), options.text) for path, _, _ in parts]
    save_towers(mean_towers(towers, [float(share) for _, _, share in parts]), options.out)


if __name__ == "__main__":
    main()
