"""Render training sounds to log-mel pictures on disk, in shards that two processes can fill side by side.

A shard is one ``.npz`` of pictures (uint8, time first) and one ``.jsonl`` with a line per rendered sound. A shard that
exists is kept, so that an interrupted run goes on where it stopped; the shards that appear first are usable at once.
"""

import importlib
import json
import pkgutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

import training.recipes
from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB, active_part, cut_windows, log_mel
from training.chain import Chain, adjust_character, load_impulse_responses
from training.recordings import sounds
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound, Waveform

SOUNDS_PER_SHARD = 400
# Drums are what libraries hold most of and what is hardest to tell apart.
FAMILY_WEIGHT: Mapping[str, float] = {"drums": 2.5, "percussion": 1.5, "loop": 0.8, "bass": 1.5}
_PROBES = 6


@dataclass(frozen=True)
class Plan:
    """What to render, and where to.

    Attributes:
        folder: Where the shards go.
        n_variants: Recordings of each dry sound; each goes through a chain of its own.
        impulse_responses: Folder of recorded rooms, or None for synthetic ones alone.
        split: ``"train"`` or ``"valid"``; their generators never meet.
        recordings: Folder of recorded hits, or None for none.
    """

    folder: Path
    n_variants: int
    impulse_responses: Path | None
    split: str
    recordings: Path | None = None


def render_recipes(plan: Plan, shards: Sequence[int], n_workers: int) -> None:
    """Fill the given recipe shards of ``plan``, ``n_workers`` at a time."""
    _in_parallel(_render_recipe_shard, [(plan, shard) for shard in shards], n_workers)


def render_bulk(plan: Plan, source: str, shards: Sequence[int], n_workers: int) -> None:
    """Fill shards from ``training.soundfonts`` or ``training.voices``, which render in bulk with system programs."""
    _in_parallel(_render_bulk_shard, [(plan, source, shard) for shard in shards], n_workers)


def render_recordings(plan: Plan, shards: Sequence[int], n_workers: int) -> None:
    """Fill shards from ``plan.recordings``."""
    _in_parallel(_render_recordings_shard, [(plan, shard) for shard in shards], n_workers)


def _in_parallel(task: Callable[..., str], arguments: Sequence[tuple[object, ...]], n_workers: int) -> None:
    with ProcessPoolExecutor(n_workers) as pool:
        for future in [pool.submit(task, *argument) for argument in arguments]:
            print(future.result(), flush=True)


def _render_recipe_shard(plan: Plan, shard: int) -> str:
    seed = [shard, plan.split == "valid"]
    rng = np.random.default_rng([*seed, 1])
    book = recipe_book()
    return write_shard(plan, f"recipes-{shard:04d}", seed, (book.draw(rng) for _ in range(SOUNDS_PER_SHARD)))


def _render_bulk_shard(plan: Plan, source: str, shard: int) -> str:
    module = importlib.import_module(f"training.{source}")
    seed = [shard, plan.split == "valid"]
    numeric_seed = shard * 2 + (plan.split == "valid")
    work = plan.folder / "bulk" / f"{source}-{shard:04d}"
    work.mkdir(parents=True, exist_ok=True)
    return write_shard(plan, f"{source}-{shard:04d}", seed, module.sounds(work, SOUNDS_PER_SHARD, numeric_seed))


def _render_recordings_shard(plan: Plan, shard: int) -> str:
    assert plan.recordings is not None
    seed = [shard, plan.split == "valid"]
    numeric_seed = shard * 2 + (plan.split == "valid")
    return write_shard(plan, f"recordings-{shard:04d}", seed, sounds(plan.recordings, SOUNDS_PER_SHARD, numeric_seed))


def write_shard(plan: Plan, name: str, seed: list[int], sounds: Iterable[Sound]) -> str:
    """Record sounds and store their pictures, all or none; return what was done, as a line to print."""
    path = plan.folder / plan.split / f"{name}.npz"
    if path.exists():
        return f"{name}: kept"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    started = time.monotonic()
    chain = Chain(_impulse_responses(plan.impulse_responses) if plan.impulse_responses else ())
    rng = np.random.default_rng([*seed, 2])
    pictures, lines = [], []
    for number, sound in enumerate(sounds):
        for picture, line in _recordings(sound, chain, rng, plan.n_variants):
            pictures.append(picture)
            lines.append(json.dumps({"dry": f"{name}-{number}", **line}))
    lengths = np.array([len(picture) for picture in pictures])
    path.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, pictures=np.concatenate(pictures), lengths=lengths)
    partial.rename(path)
    return f"{name}: {len(lines)} recordings in {time.monotonic() - started:.0f} s"


@cache
def _impulse_responses(folder: Path) -> list[Waveform]:
    return load_impulse_responses(folder)


def _recordings(
    sound: Sound, chain: Chain, rng: np.random.Generator, n_variants: int
) -> Iterator[tuple[npt.NDArray[np.uint8], dict[str, object]]]:
    """Record a sound; the first recording is the dry sound itself, the others go through the chain."""
    for variant in range(n_variants):
        waveform, words = (sound.waveform, ()) if variant == 0 else chain(sound.waveform, rng)
        if not np.isfinite(waveform).all() or not np.abs(waveform).max(initial=0.0) > 0:
            continue
        waveform = active_part(waveform)
        facts = asdict(sound) | {"character": adjust_character(sound.character, words)}
        del facts["waveform"]
        yield quantize(waveform), facts | {"seconds": len(waveform) / SAMPLE_RATE_HZ}


def quantize(waveform: Waveform) -> npt.NDArray[np.uint8]:
    """Draw the first window as uint8 steps of a third of a dB, time first: ``(t, N_CHANNELS * N_MELS)``."""
    picture = log_mel(cut_windows(waveform)[0])
    steps = (picture / DYNAMIC_RANGE_DB + 1.0) * 255
    return steps.round().to(torch.uint8).flatten(0, 1).T.contiguous().numpy()


class RecipeBook:
    """Every recipe of every module in ``training.recipes`` that has ``RECIPES``, by the kinds that it makes."""

    def __init__(self) -> None:
        self._recipes: dict[str, list[Recipe]] = defaultdict(list)
        family_of = {}
        for recipe in _discover():
            made = {sound.kind: sound.family for sound in map(recipe, map(np.random.default_rng, range(_PROBES)))}
            family_of.update(made)
            for kind in made:
                self._recipes[kind].append(recipe)
        self._kinds = sorted(self._recipes)
        weights = np.array(
            [FAMILY_WEIGHT.get(family_of[kind], 1.0) * len(self._recipes[kind]) ** 0.5 for kind in self._kinds]
        )
        self._weights = weights / weights.sum()

    def draw(self, rng: np.random.Generator) -> Sound:
        """Draw a kind, then one of its recipes, then a sound: a kind counts by the root of how many recipes it has."""
        return self.draw_kind(self._kinds[int(rng.choice(len(self._kinds), p=self._weights))], rng)

    def draw_kind(self, kind: str, rng: np.random.Generator) -> Sound:
        """Draw one of the recipes that make a kind, then a sound; some recipes make other kinds as well."""
        recipes = self._recipes[kind]
        return recipes[int(rng.integers(len(recipes)))](rng)


@cache
def recipe_book() -> RecipeBook:
    """Read the recipes once per process: probing them takes seconds."""
    return RecipeBook()


def _discover() -> Iterator[Recipe]:
    for module in pkgutil.iter_modules(training.recipes.__path__):
        yield from getattr(importlib.import_module(f"training.recipes.{module.name}"), "RECIPES", ())
