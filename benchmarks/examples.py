"""Measure how examples, words and names weigh against each other: ``python -m benchmarks.examples [FOLDER]``.

Sounds are synthesized by the recipes of ``training/`` with a seed that training does not use, or taken from a labelled
folder, and searched as users search: by a sound and a word, by several sounds, by a word and what it wrongly found.
Each weight is tried at several values. Figures are shares of the first ten hits that are right, out of as many as there
can be.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.phrases import hear_all
from db.library import Library
from db.measurements import Features
from db.types import FileStat, Observation
from indexer.encoders.base import Encoder
from indexer.encoders.registry import start_encoder
from indexer.evaluation.folder import read_labels
from indexer.search import disliked_examples, name_match, plan
from indexer.search.attribute_words import parse_description
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService
from training.recipe_book import recipe_book

_SEED = 275_604_541  # far from the shard numbers that training is seeded with
_BATCH = 64
_LEAST = 5  # sounds on either side of a property
_NAMED, _MISNAMED = 0.5, 0.03  # of the sounds with a property, and of those without it, say so in their names
_PLAIN = Features(1.0, 1, 48_000, 24, "wav", -1.0, -14.0, 500.0, 2.0, 100.0, 1)


@dataclass(frozen=True)
class Task:
    """A request and which sounds are right, shape ``(n,)``; ``wrong`` are those that must not come."""

    request: SearchRequest
    right: np.ndarray
    wrong: np.ndarray | None = None


class Bench:
    """Sounds in a library, sample ``i + 1`` being sound ``i``.

    Args:
        folder: For the library.
        rows: Embeddings of the sounds, shape ``(n, dim)``.
        kinds: What each is, shape ``(n,)``.
        properties: What else is true of each.
        encoder: Made the embeddings.
    """

    def __init__(
        self, folder: Path, rows: np.ndarray, kinds: np.ndarray, properties: Sequence[set[str]], encoder: Encoder
    ) -> None:
        self.kinds, self.properties = kinds, properties
        self._rng = np.random.default_rng(_SEED)
        (folder / "sounds").mkdir()
        self.library = Library.create(folder / "library")
        with self.library.writer() as writer:
            root = writer.add_root(folder / "sounds")
            writer.activate(encoder.info)
            heard = [self._observe(number, row) for number, row in enumerate(rows)]
            writer.store(root.id, encoder.info, heard, [], set())
        self.service = SearchService(self.library, encoder)

    def _observe(self, number: int, row: np.ndarray) -> Observation:
        named = sorted(word for word in self.properties[number] if self._rng.random() < _NAMED)
        if self._rng.random() < _MISNAMED and (words := sorted(set().union(*self.properties))):
            named += self._rng.choice(words, 1).tolist()
        name = " ".join([f"{number:05d}", *named]).replace("/", " ")
        sound = number.to_bytes(16, "big")
        return Observation(f"{name}.wav".encode(), FileStat(1000, 1), sound, sound, _PLAIN, row)

    def kinds_with(self, n: int) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each kind of at least ``n`` sounds with their numbers."""
        for kind in np.unique(self.kinds):
            numbers = np.flatnonzero(self.kinds == kind)
            if len(numbers) >= n:
                yield str(kind), numbers

    def choose(self, numbers: np.ndarray, n: int) -> tuple[int, ...]:
        """Choose sounds by lot, as sample ids."""
        return tuple((self._rng.choice(numbers, n, replace=False) + 1).tolist())

    def figures(self, tasks: list[Task]) -> tuple[float, float]:
        """Return the share of right and of wrong sounds among the first ten hits, averaged over tasks."""
        rights, wrongs = [float("nan")] * (not tasks), [0.0] * (not tasks)
        for task in tasks:
            first = self.service.search(task.request).ids - 1
            right = task.right.copy()
            right[[like - 1 for like in (*task.request.likes, *task.request.dislikes) if isinstance(like, int)]] = False
            rights.append(right[first].sum() / min(10, right.sum()))
            wrongs.append(0.0 if task.wrong is None else task.wrong[first].mean())
        return float(np.mean(rights)), float(np.mean(wrongs))


def by_sound_and_name_of_kind(bench: Bench, n_likes: int) -> list[Task]:
    """Ask by sounds of a kind and the name of that kind."""
    return [
        Task(_request(kind, likes=bench.choose(numbers, n_likes)), bench.kinds == kind)
        for kind, numbers in bench.kinds_with(n_likes + _LEAST)
    ]


def by_sound_and_property(bench: Bench) -> list[Task]:
    """Ask by a sound without a property and the word for it: what is of this kind and has it is right."""
    tasks = []
    for kind, numbers in bench.kinds_with(2 * _LEAST):
        for word in sorted(set().union(*(bench.properties[number] for number in numbers))):
            has = np.array([word in properties for properties in bench.properties])
            having, lacking = numbers[has[numbers]], numbers[~has[numbers]]
            is_asked = word not in kind and not parse_description(word).attributes
            if is_asked and min(len(having), len(lacking)) >= _LEAST:
                request = _request(word, likes=bench.choose(lacking, 1))
                tasks.append(Task(request, has & (bench.kinds == kind)))
    return tasks


def by_word_and_dislikes(bench: Bench) -> list[Task]:
    """Ask by the name of a kind, and dislike up to three wrong hits: fewer of their kinds should come."""
    tasks = []
    for kind, numbers in bench.kinds_with(_LEAST):
        first = bench.service.search(_request(kind)).ids - 1
        wrong = first[bench.kinds[first] != kind][:3]
        if len(wrong) and len(numbers):
            request = _request(kind, dislikes=tuple((wrong + 1).tolist()))
            tasks.append(Task(request, bench.kinds == kind, np.isin(bench.kinds, bench.kinds[wrong])))
    return tasks


def _request(line: str, likes: tuple[int, ...] = (), dislikes: tuple[int, ...] = ()) -> SearchRequest:
    return SearchRequest(f'"{line}"', likes=likes, dislikes=dislikes, k=10, lists_likes=False, folds=False)


@contextmanager
def names_hidden() -> Iterator[None]:
    """Let only the sound count."""
    with patch.object(name_match, "_WEIGHT", 0.0), patch.object(name_match, "_WEIGHT_BESIDE_EXAMPLE", 0.0):
        yield


def main() -> int:
    """Print a table for each weight."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.examples", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="labelled real sounds; synthesized ones by default")
    parser.add_argument("--labels", type=Path, help="CSV with the columns path,label")
    parser.add_argument("--n", type=int, default=3000, help="sounds to synthesize")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, start_encoder() as encoder:
        if options.folder:
            heard = hear_all(read_labels(options.folder, options.labels), encoder)
            bench = Bench(Path(folder), heard.vectors, heard.labels, [set()] * len(heard.labels), encoder)
        else:
            bench = Bench(Path(folder), *_synthesize(options.n, encoder), encoder)
        _measure(bench)
        bench.library.close()
    return 0


def _synthesize(n: int, encoder: Encoder) -> tuple[np.ndarray, np.ndarray, list[set[str]]]:
    """Return the embeddings, kinds and properties of sounds that recipes make."""
    rng, book = np.random.default_rng(_SEED), recipe_book()
    sounds = [book.draw(rng) for _ in range(n)]
    waveforms = [sound.waveform for sound in sounds]
    rows = [encoder.embed_audio(waveforms[at : at + _BATCH]) for at in range(0, n, _BATCH)]
    properties = [{*sound.source, *sound.character} for sound in sounds]
    return np.concatenate(rows), np.array([sound.kind for sound in sounds]), properties


def _measure(bench: Bench) -> None:
    with names_hidden():
        one, three = (by_sound_and_name_of_kind(bench, n_likes) for n_likes in (1, 3))
        properties = by_sound_and_property(bench)
        print("weight of words beside an example: one sound and its kind, three and their kind, a sound and a property")
        for weight in (0.25, 0.5, 1.0):
            with patch.object(plan, "_WORDS_BESIDE_EXAMPLE", weight):
                print(f"  {weight:<5}", *(f"{bench.figures(tasks)[0]:.3f}" for tasks in (one, three, properties)))
        dislikes = by_word_and_dislikes(bench)
        print("weight of disliked sounds: right ones, and those of the disliked kinds")
        for weight in (0.0, 0.05, 0.1, 0.2, 0.4):
            with patch.object(disliked_examples, "_WEIGHT", weight):
                print(f"  {weight:<5}", *(f"{share:.3f}" for share in bench.figures(dislikes)))
    print("weight of names beside an example: a sound and a property")
    for weight in (0.0, 0.1, 0.3, 0.5, 0.8):
        with patch.object(name_match, "_WEIGHT_BESIDE_EXAMPLE", weight):
            print(f"  {weight:<5} {bench.figures(properties)[0]:.3f}")


if __name__ == "__main__":
    raise SystemExit(main())
