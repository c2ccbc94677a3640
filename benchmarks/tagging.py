"""Tags on real sounds, and how fast a library is taught and tagged again.

``EARMARK_EVAL`` names a folder with a ``labels.csv`` (columns ``path`` and ``label``) beside a folder ``sounds``;
without it, labels are not measured.
"""

import csv
import os
import time
from pathlib import Path

import librosa
import numpy as np

from benchmarks.figures import Figure, at_most
from benchmarks.loops import KITS, RATE_HZ, make_loops
from benchmarks.seeded import fill
from db.library import Library
from db.records import FileStat, Matrix
from indexer.bulk_tags import tag_named
from indexer.compact.model import INFO
from indexer.decode import read_sound
from indexer.decode_pool import Task
from indexer.form import form_of
from indexer.hearing import HeardSound, hear
from indexer.lessons import Teacher
from indexer.models import load_text_encoder, make_compact
from indexer.name_tags import tags_from_name
from indexer.retagging import retag
from indexer.tagging import Tagger
from indexer.teaching import learn, survey
from indexer.tempo import estimate_tempo
from indexer.tonality import estimate_key
from indexer.vocabulary import sound_types

_N_BINS = 10
_N_LABELS, _N_DRAWS, _N_EXAMPLES = 20, 10, 5


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Measure tags on labelled sounds where there are some, loops where kits are installed, and speeds."""
    figures = _speeds(work_dir, 10_000 if is_quick else 100_000)
    if KITS.is_dir():
        figures += _tempo(30 if is_quick else 150)
    folder = os.environ.get("EARMARK_EVAL")
    if folder:
        figures += _on_labels(Path(folder))
    return figures


def _at_least(name: str, value: float, limit: float, unit: str = "") -> Figure:
    return Figure(name, value, unit, target=f"at least {limit:g}", is_met=value >= limit)


def _speeds(work_dir: Path, n: int) -> list[Figure]:
    sounds = work_dir / "sounds"
    sounds.mkdir()
    with Library.create(work_dir / "library") as library:
        fill(library, sounds, [f"pack {i // 1000}/sound {i}.wav" for i in range(n)], [FileStat(1000, 1)] * n)
        began = time.perf_counter()
        teacher = Teacher(library, INFO)
        opened = time.perf_counter()
        teacher.learn(tag_named("dusty"), [1, 2, 3, 4, 5], [6, 7, 8, 9, 10])
        learned = time.perf_counter()
        encoder = load_text_encoder()
        retag(library, encoder)
        retagged = time.perf_counter()
    return [
        Figure(f"vectors of {n:,} sounds made ready for teaching", opened - began, "s"),
        at_most(f"learn a tag and rank {n:,} sounds by it", learned - opened, "s", 0.5),
        at_most(f"tag {n:,} stored vectors again", retagged - learned, "s", 5),
    ]


def _tempo(n: int) -> list[Figure]:
    ours, theirs = [], []
    for loop in make_loops(n):
        reading = estimate_tempo(loop.waveform, RATE_HZ)
        ours.append(reading is not None and abs((reading.number or 0) / loop.tempo_bpm - 1) <= 0.02)
        tempo = np.atleast_1d(librosa.beat.beat_track(y=loop.waveform, sr=RATE_HZ)[0])[0]
        theirs.append(abs(tempo / loop.tempo_bpm - 1) <= 0.02)
    share, rival = float(np.mean(ours)), float(np.mean(theirs))
    is_met = share >= 0.88 and share >= rival + 0.2
    return [Figure("tempo within 2 %", share, "", "librosa beat_track", rival, "at least 0.88, and 0.2 above", is_met)]


def _on_labels(folder: Path) -> list[Figure]:
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    paths = [folder / "sounds" / row["path"] for row in rows]
    heard: dict[int, HeardSound] = {}
    for batch in hear((Task(key, os.fsencode(path)) for key, path in enumerate(paths)), make_compact(1)):
        heard.update((item.key, item) for item in batch if item.vector is not None)
    keys = sorted(heard)
    labels = np.array([rows[key]["label"] for key in keys])
    vectors = np.stack([heard[key].vector for key in keys if heard[key].vector is not None])
    features = [
        sound.features for key in keys if (sound := heard[key].sound) is not None and sound.features is not None
    ]
    forms = [form_of(one.duration_seconds, one.n_onsets).name for one in features]
    return [
        *_types(vectors, forms, labels),
        *_forms(forms, labels),
        _taught(vectors, labels),
        _refusals([paths[key] for key in keys], labels),
    ]


def _family(label: str) -> str | None:
    marks = tags_from_name(label)
    return marks[0].parent if marks else None


def _types(vectors: Matrix, forms: list[str], labels: np.ndarray) -> list[Figure]:
    families = sorted({kind.family for kind in sound_types()})
    belongs = np.array([[kind.family == family for family in families] for kind in sound_types()])
    shares = Tagger(load_text_encoder()).type_shares(vectors, forms) @ belongs
    confidence = shares.max(axis=1)
    is_right = np.array(families)[shares.argmax(axis=1)] == np.array([_family(str(label)) for label in labels])
    is_answered = confidence >= 0.5
    return [
        _at_least(
            "type, first level, names hidden: right among the answered", float(is_right[is_answered].mean()), 0.85
        ),
        _at_least("type, first level, names hidden: share answered", float(is_answered.mean()), 0.75),
        at_most("type, first level: expected calibration error", _calibration_error(confidence, is_right), "", 0.08),
    ]


def _calibration_error(confidence: np.ndarray, is_right: np.ndarray) -> float:
    """Return the mean gap between confidence and share of right answers over ten bins (Guo et al., 2017)."""
    bins = np.minimum((confidence * _N_BINS).astype(int), _N_BINS - 1)
    gaps = [
        abs(float(confidence[bins == number].mean()) - float(is_right[bins == number].mean())) * (bins == number).mean()
        for number in np.unique(bins)
    ]
    return float(sum(gaps))


def _forms(forms: list[str], labels: np.ndarray) -> list[Figure]:
    is_loop = np.array(["loop" in str(label) for label in labels])
    # what their label leaves open: a drone or a scratch may be either
    is_free = np.array([str(label) in {"ambient drone", "sweep", "robot voice", "vinyl scratch"} for label in labels])
    is_right = (np.array(forms) != "one-shot") == is_loop
    return [
        _at_least(
            "one-shot against loop, without drones, sweeps, voices and scratches",
            float(is_right[~is_free].mean()),
            0.95,
        )
    ]


def _taught(vectors: Matrix, labels: np.ndarray) -> Figure:
    background = survey(vectors)
    rows = background.whiten(vectors)
    names, counts = np.unique(labels, return_counts=True)
    precisions = []
    for name in names[np.argsort(-counts, kind="stable")][:_N_LABELS]:
        is_it = labels == name
        for seed in range(_N_DRAWS):
            rng = np.random.default_rng(seed)
            yes = rng.choice(np.flatnonzero(is_it), min(_N_EXAMPLES, int(is_it.sum()) - 1), replace=False)
            no = rng.choice(np.flatnonzero(~is_it), _N_EXAMPLES, replace=False)
            scores = learn(rows[yes], rows[no], background).confidences(rows)
            rest = np.setdiff1d(np.arange(len(rows)), np.concatenate([yes, no]))
            precisions.append(_average_precision(scores[rest], is_it[rest]))
    return _at_least("taught tag, 5 yes and 5 no: average precision", float(np.mean(precisions)), 0.80)


def _average_precision(scores: np.ndarray, is_it: np.ndarray) -> float:
    ranked = is_it[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1))[ranked].mean())


def _refusals(paths: list[Path], labels: np.ndarray) -> Figure:
    """Return how many drums get no key from their sound alone; their type refuses more."""
    drums = [path for path, label in zip(paths, labels, strict=True) if _family(str(label)) == "drums"]
    refused = [
        sound.waveform is not None and estimate_key(sound.waveform, RATE_HZ) is None for sound in map(read_sound, drums)
    ]
    return Figure("drums without a key, by their sound alone", float(np.mean(refused)), "")
