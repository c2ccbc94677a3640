"""Dry training sounds on disk: ``python -m training.dry``.

A shard is one ``.npz`` (waveforms end to end as int16, and their lengths) and one ``.jsonl`` with what is true of each
sound. Shards that exist are kept, so that an interrupted run goes on where it stopped.
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.encoders.compact.frontend import active_part
from training import recordings, soundfonts, voices
from training.labels import canonical
from training.recipe_book import recipe_book
from training.sound import SAMPLE_RATE_HZ, Sound

SOUNDS_PER_SHARD = 400
RECORDINGS = "recordings"
# Shards of each synthesized source: what recordings lack, in about the numbers of what is recorded.
SHARDS = {"recipes": 40, "soundfonts": 44, "hits": 18, "voices": 6}
_HELD_OUT_SHARDS = {"recipes": 5, "soundfonts": 3, "voices": 1}
_FIRST_HELD_OUT = 1000
MAX_SECONDS = 6.0  # the whole length is kept beside it


@dataclass(frozen=True)
class Order:
    """What to render.

    Attributes:
        folder: Where the shards go.
        source: ``"recordings"`` or a key of ``SHARDS``.
        shard: Its number, from which its random numbers follow.
        recordings: Folder of a manifest, for ``"recordings"``.
    """

    folder: Path
    source: str
    shard: int
    recordings: Path


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
        n = write_sounds(path, _sounds(order))
    except (RuntimeError, ModuleNotFoundError) as error:
        return f"{path.stem} left out: {error}"
    return f"{path.stem}: {n} sounds in {time.monotonic() - started:.0f} s"


def _sounds(order: Order) -> Iterator[Sound]:
    if order.source == RECORDINGS:
        listed = recordings.read_manifest(order.recordings)
        start = order.shard * SOUNDS_PER_SHARD
        return recordings.sounds(listed[start : start + SOUNDS_PER_SHARD])
    if order.source == "recipes":
        rng = np.random.default_rng([order.shard, 0, 1])
        return (_of("recipes", recipe_book().draw(rng)) for _ in range(SOUNDS_PER_SHARD))
    work = order.folder / "bulk" / f"{order.source}-{order.shard:04d}"
    work.mkdir(parents=True, exist_ok=True)
    make = {"soundfonts": soundfonts.sounds, "hits": soundfonts.hits, "voices": voices.sounds}[order.source]
    return (_of(order.source, sound) for sound in make(work, SOUNDS_PER_SHARD, order.shard * 2))


def _of(origin: str, sound: Sound) -> Sound:
    """Call a synthesized sound by its label; soundfonts tell for themselves which one it is of."""
    return replace(sound, kind=canonical(sound.kind), origin=sound.origin or origin)


def write_sounds(path: Path, sounds: Iterable[Sound]) -> int:
    """Store sounds as one shard; how many could be used."""
    waveforms, lines = [], []
    for sound in sounds:
        if not np.isfinite(sound.waveform).all() or not np.abs(sound.waveform).max(initial=0.0) > 0:
            continue
        waveform = active_part(sound.waveform)
        facts = {name: value for name, value in vars(sound).items() if name != "waveform"}
        lines.append(json.dumps(facts | {"seconds": len(waveform) / SAMPLE_RATE_HZ}))
        waveforms.append(_as_int16(waveform[: int(MAX_SECONDS * SAMPLE_RATE_HZ)]))
    path.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(file, waveforms=np.concatenate(waveforms), lengths=np.array([len(waveform) for waveform in waveforms]))
    partial.rename(path)
    return len(lines)


def _as_int16(waveform: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
    scaled: npt.NDArray[np.int16] = (waveform / np.abs(waveform).max() * 32_767).astype(np.int16)
    return scaled


def orders(folder: Path, recorded: Path) -> list[Order]:
    """List all shards that are trained on, recordings first and the others mixed evenly."""
    n_recorded = -(-len(recordings.read_manifest(recorded)) // SOUNDS_PER_SHARD)
    shards = [(number / n, source, number) for source, n in SHARDS.items() for number in range(n)]
    return [
        *(Order(folder, RECORDINGS, number, recorded) for number in range(n_recorded)),
        *(Order(folder, source, number, recorded) for _, source, number in sorted(shards)),
    ]


def held_out_orders(folder: Path, recorded: Path) -> list[Order]:
    """List shards of synthesized sounds that nothing is trained on."""
    return [
        Order(folder, source, _FIRST_HELD_OUT + number, recorded)
        for source, n in _HELD_OUT_SHARDS.items()
        for number in range(n)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.dry", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where the shards go")
    parser.add_argument("--recordings", type=Path, required=True, help="folder with manifest.csv (see SOURCES.md)")
    parser.add_argument("--held-out", action="store_true", help="synthesize sounds that are not trained on")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chosen = held_out_orders if options.held_out else orders
    render_dry(chosen(options.folder, options.recordings), options.workers)


if __name__ == "__main__":
    main()
