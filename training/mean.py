"""Average the audio weights of runs that began alike: ``python -m training.mean WEIGHTS... --out FOLDER``.

On sounds unlike those of training such a mean is often better than each (Wortsman et al., "Model soups", 2022).
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file

from indexer.encoders.compact.audio import AudioTower
from indexer.encoders.compact.model import AUDIO_CENTER, WEIGHTS_FOLDER
from training.export import export_audio


def main() -> None:
    """Average and export."""
    parser = argparse.ArgumentParser(prog="python -m training.mean", description=__doc__.splitlines()[0])
    parser.add_argument("weights", nargs="+", type=Path, help="exported audio weights")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, help="where the mean goes")
    options = parser.parse_args()
    average(options.weights, options.out)


def average(weights: list[Path], out: Path) -> None:
    """Export the mean of audio weights; the first has the counters."""
    states = [load_file(path) for path in weights]
    mean = {
        name: torch.stack([state[name].float() for state in states]).mean(0) if value.is_floating_point() else value
        for name, value in states[0].items()
    }
    center = mean.pop(AUDIO_CENTER).numpy()
    tower = AudioTower()
    tower.load_state_dict(mean)
    export_audio(out, tower, center)


if __name__ == "__main__":
    main()
