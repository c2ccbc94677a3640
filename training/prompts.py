"""Write the names of all types as the text tower reads them: ``python -m training.prompts`` after either changed."""

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from indexer.encoders.compact.model import PROMPTS, TEXT_DIM, WEIGHTS_FOLDER, CompactTextEncoder, prompts_path
from indexer.encoders.prompts import describe
from indexer.tagging.taxonomy import sound_types


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.prompts", description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER, help="folder of weights")
    options = parser.parse_args()
    write_prompts(options.weights)


def write_prompts(folder: Path) -> None:
    """Write the rows of all types beside the text tower of a folder."""
    names = [kind.name for kind in sound_types() if kind.phrases]
    rows = describe(CompactTextEncoder(folder), names)[:, :TEXT_DIM]
    save_file({PROMPTS: rows.astype(np.float16)}, prompts_path(folder))


if __name__ == "__main__":
    main()
