"""Render the held-out sounds that timbre and confidences are fitted on, and measure the shipped weights on them.

``python -m training.held_out`` takes a minute and a half on two cores. Shards that exist are kept. It prints zero-shot
figures over all kinds, and how often the nearest other sound is of the same kind by the embedding alone.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from indexer.encoders.compact.audio import AudioTower
from indexer.encoders.compact.model import TEXT_DIM, WEIGHTS_FOLDER, CompactTextEncoder, load_audio_tower
from training.captions import PROMPTS
from training.dataset import Dataset
from training.evaluate import Figures, embed_dataset, evaluate, prompt_rows
from training.render import Plan, render_bulk, render_recipes

WORK = Path(__file__).parent / "work"
VALID = WORK / "valid"


def main() -> None:
    """Render and measure."""
    parser = argparse.ArgumentParser(prog="python -m training.held_out", description=__doc__.splitlines()[0])
    parser.add_argument("--impulse-responses", type=Path, help="folder of FLAC impulse responses (see SOURCES.md)")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    plan = Plan(WORK, 2, options.impulse_responses, "valid")
    render_recipes(plan, range(1), options.workers)
    for source in ("soundfonts", "voices"):
        render_bulk(plan, source, range(1), options.workers)
    figures = measure(load_audio_tower(WEIGHTS_FOLDER, "cpu"), Dataset(VALID), WEIGHTS_FOLDER)
    print(json.dumps(asdict(figures), indent=1))


def measure(tower: AudioTower, dataset: Dataset, weights_folder: Path) -> Figures:
    """Measure an audio tower against the names of all kinds of a dataset, as the text weights of a folder read them."""
    names = [prompt.format(kind) for kind in dataset.kinds for prompt in PROMPTS]
    labels = prompt_rows(CompactTextEncoder(weights_folder).embed_text(names)[:, :TEXT_DIM], len(dataset.kinds))
    return evaluate(embed_dataset(tower, dataset, range(len(dataset))), dataset, labels)


if __name__ == "__main__":
    main()
