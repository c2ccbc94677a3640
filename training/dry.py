"""Dry training sounds on disk, for ``training.studio`` to record anew each time they are used.

A shard is one ``.npz`` (waveforms end to end as int16, their lengths, what their captions say in the common space) and
one ``.jsonl`` with what is true of each sound. Shards that exist are kept; those that appear first are usable at once.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from indexer.encoders.compact.frontend import active_part
from indexer.encoders.compact.model import WEIGHTS_FOLDER, text_path
from indexer.encoders.compact.text import TextTower
from training import recordings, soundfonts, voices
from training.captions import Facts, captions
from training.render import recipe_book
from training.sound import SAMPLE_RATE_HZ, Sound

SOUNDS_PER_SHARD = 400
CAPTIONS_PER_SOUND = 5
# Crops are shorter; the whole length is kept beside it.
MAX_FRAMES = 6 * SAMPLE_RATE_HZ
SOURCES = ("recipes", "soundfonts", "hits", "voices", "recordings")


@dataclass(frozen=True)
class Order:
    """What to render.

    Attributes:
        folder: Where the shards go.
        source: One of ``SOURCES``.
        shard: Its number, from which its random numbers follow.
        recorded_hits: Folder of recorded drum hits, for ``"recordings"``.
    """

    folder: Path
    source: str
    shard: int
    recorded_hits: Path | None = None


def render_dry(orders: Sequence[Order], n_workers: int) -> None:
    """Render shards, ``n_workers`` at a time; a source whose programs are not installed is left out with a message."""
    with ProcessPoolExecutor(n_workers) as pool:
        for line in pool.map(_render, orders):
            print(line, flush=True)


def _render(order: Order) -> str:
    path = order.folder / f"{order.source}-{order.shard:04d}.npz"
    if path.exists():
        return f"{path.stem}: kept"
    path.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    try:
        n = write_sounds(path, _sounds(order), np.random.default_rng([order.shard, 7]))
    except (RuntimeError, ModuleNotFoundError) as error:
        return f"{path.stem} left out: {error}"
    return f"{path.stem}: {n} sounds in {time.monotonic() - started:.0f} s"


def _sounds(order: Order) -> Iterable[Sound]:
    if order.source == "recipes":
        rng = np.random.default_rng([order.shard, 0, 1])
        return (recipe_book().draw(rng) for _ in range(SOUNDS_PER_SHARD))
    if order.source == "recordings":
        assert order.recorded_hits is not None
        return recordings.sounds(order.recorded_hits, SOUNDS_PER_SHARD, order.shard * 2)
    work = order.folder / "bulk" / f"{order.source}-{order.shard:04d}"
    work.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[Path, int, int], Iterator[Sound]]] = {
        "soundfonts": soundfonts.sounds,
        "hits": soundfonts.hits,
        "voices": voices.sounds,
    }
    return makers[order.source](work, SOUNDS_PER_SHARD, order.shard * 2)


def write_sounds(path: Path, sounds: Iterable[Sound], rng: np.random.Generator) -> int:
    """Store sounds as one shard; how many could be used."""
    waveforms, lines, texts = [], [], []
    for sound in sounds:
        if not np.isfinite(sound.waveform).all() or not np.abs(sound.waveform).max(initial=0.0) > 0:
            continue
        waveform = active_part(sound.waveform)
        facts = {name: value for name, value in vars(sound).items() if name != "waveform"}
        lines.append(json.dumps(facts | {"seconds": len(waveform) / SAMPLE_RATE_HZ}))
        texts.append(captions(Facts(**facts), rng, CAPTIONS_PER_SOUND))
        waveforms.append(_as_int16(waveform[:MAX_FRAMES]))
    rows = text_tower().embed(list(chain.from_iterable(texts)))
    path.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(
            file,
            waveforms=np.concatenate(waveforms),
            lengths=np.array([len(waveform) for waveform in waveforms]),
            captions=rows.reshape(len(texts), CAPTIONS_PER_SOUND, -1).astype(np.float16),
        )
    partial.rename(path)
    return len(lines)


@cache
def text_tower() -> TextTower:
    """Read the shipped text tower, whose space is kept."""
    return TextTower(load_file(text_path(WEIGHTS_FOLDER)))


def _as_int16(waveform: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
    scaled: npt.NDArray[np.int16] = (waveform / np.abs(waveform).max() * 32_767).astype(np.int16)
    return scaled


def main() -> None:
    """Render what the options ask for, the sources mixed evenly, so that training can begin with the first shards."""
    parser = argparse.ArgumentParser(prog="python -m training.dry", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where the shards go")
    parser.add_argument("--recorded-hits", type=Path, help="folder of recorded drum hits (see SOURCES.md)")
    for source, n_shards in (("recipes", 150), ("soundfonts", 60), ("hits", 30), ("voices", 12), ("recordings", 5)):
        parser.add_argument(f"--{source}", type=int, default=n_shards, help=f"shards of {SOUNDS_PER_SHARD} sounds")
    parser.add_argument("--first", type=int, default=0, help="number of each source's first shard")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    orders = [
        (number / max(1, n_shards), Order(options.folder, source, options.first + number, options.recorded_hits))
        for source in SOURCES
        for n_shards in [getattr(options, source)]
        for number in range(n_shards)
        if source != "recordings" or options.recorded_hits
    ]
    render_dry([order for _, order in sorted(orders, key=lambda item: item[0])], options.workers)


if __name__ == "__main__":
    main()
