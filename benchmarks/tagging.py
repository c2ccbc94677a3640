"""Tags, tempo and key on real sounds, and how fast a tag is learned and a library tagged again.

``EARMARK_EVAL`` names a folder with a ``labels.csv`` (columns ``path`` and ``label``) beside a folder ``sounds``, as
``shared/eval/collect.py`` makes it with the names left as they are; the model is given the sounds only, names are used
where a figure says so. Without it, labels are not measured.
"""

import os
import time
from pathlib import Path

import librosa
import numpy as np
import numpy.typing as npt

from benchmarks.few_shot import experiment, label_targets
from benchmarks.figures import Figure, at_most, at_most_times
from benchmarks.left_out import mark_half
from benchmarks.loops import KITS, RATE_HZ, Loop, make_loops, sonic_pi_loops
from benchmarks.seeded import fill
from db.library import Library
from db.resolution import effective_readings, effective_type
from db.types import FileStat, Tag
from indexer.audio.original import Original
from indexer.encoders.compact.entry import make_compact
from indexer.encoders.compact.model import INFO
from indexer.encoders.registry import load_text_encoder
from indexer.features.analysis import analyse
from indexer.features.envelope import measure_closely
from indexer.features.loop_classifier import can_be_loop, form_of
from indexer.features.pitch_and_key import estimate_key
from indexer.features.tempo import estimate_tempo
from indexer.few_shot.service import FewShotTagger
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.library_profile import Survey, build_profile
from indexer.tagging.manual_tags import tag_named
from indexer.tagging.tag_pass import TagPass, label_of
from indexer.tagging.tagger import FAMILY_CONFIDENCE, Probabilities, Tagger
from indexer.tagging.user_taxonomy import FILE_NAME
from training.labelled import Labelled, calibration_error, embed_labelled
from training.notes import is_available, make_notes

_N_LABELS, _N_DRAWS, _N_EXAMPLES = 20, 10, 5
# Krumhansl and Kessler (1982), for the baseline
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_NAMES = ("Kick_{}", "Snare {}", "HH Closed {}", "Bass Loop 120 {} Am", "Pad {}", "VOX {} chop", "{}FX-riser")
_SYLLABLES = ("Ba", "do", "ri", "Lux", "ne", "Mo", "ka", "Tes", "vi", "Sol")
_N_TAKES = 20  # of each name, as packs have them
_TAXONOMY = """
[era.eighties]
phrases = ["1980s drum machine", "gated reverb"]
words = ["80s", "lux"]
[era.vintage]
phrases = ["old vinyl recording"]
"""
_KEYS = [
    name + mode for name in ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B") for mode in ("", "m")
]


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Measure tags on labelled sounds, loops and notes where there are some, and speeds."""
    figures = _speeds(work_dir, 10_000 if is_quick else 100_000)
    if KITS.is_dir():
        figures.append(_tempo([*make_loops(30 if is_quick else 150), *sonic_pi_loops()]))
    if is_available():
        figures.append(_keys(60 if is_quick else 400, work_dir))
    folder = os.environ.get("EARMARK_EVAL")
    if folder:
        figures += _on_labels(embed_labelled(Path(folder)))
    return figures


def _at_least(name: str, value: float, limit: float, unit: str = "") -> Figure:
    return Figure(name, value, unit, target=f"at least {limit:g}", is_met=value >= limit)


def _speeds(work_dir: Path, n: int) -> list[Figure]:
    sounds = work_dir / "sounds"
    sounds.mkdir()
    encoder = load_text_encoder()
    with Library.create(work_dir / "library") as library:
        rows = fill(
            library,
            sounds,
            [_path(i) for i in range(n)],
            [FileStat(1000, 1)] * n,
        )
        nearest = np.argsort(-(rows @ rows[0]), kind="stable") + 1  # ids begin with 1
        yes, no = nearest[:_N_EXAMPLES].tolist(), nearest[-_N_EXAMPLES:].tolist()
        began = time.perf_counter()
        tagger = FewShotTagger(library, INFO, encoder)
        opened = time.perf_counter()
        tagger.learn(tag_named("dusty"), yes, no)
        learned = time.perf_counter()
        TagPass(library, encoder).tag_all()
        tagged = time.perf_counter()
        (library.folder / FILE_NAME).write_text(_TAXONOMY, "utf-8")
        TagPass(library, encoder).tag_all()
        retagged = time.perf_counter()
        service = SearchService(library, encoder)
        service.hits(service.search(SearchRequest("tag:dusty")))
        listed = time.perf_counter()
    return [
        Figure(f"vectors of {n:,} sounds made ready for learning", opened - began, "s"),
        at_most(f"learn a tag and rank {n:,} sounds by it", learned - opened, "s", 0.5),
        Figure(f"tag {n:,} stored vectors anew, all tags other ones", tagged - learned, "s"),
        at_most(f"tag {n:,} stored vectors again, after a change of the taxonomy", retagged - tagged, "s", 5),
        Figure("list what was taught, the surest first", listed - retagged, "s"),
    ]


def _path(i: int) -> str:
    """Name a sound as packs do: what it is, a word that says nothing, and which of a series."""
    word = "".join(_SYLLABLES[int(digit)] for digit in f"{i // _N_TAKES:04}")
    return f"pack {i // 1000}/{_NAMES[i // _N_TAKES % len(_NAMES)].format(word)} {i % _N_TAKES + 1:02}.wav"


def _tempo(loops: list[Loop]) -> Figure:
    ours, theirs = [], []
    for loop in loops:
        reading = estimate_tempo(loop.waveform, RATE_HZ)
        ours.append(reading is not None and abs((reading.number or 0) / loop.tempo_bpm - 1) <= 0.02)
        tempo = np.atleast_1d(librosa.beat.beat_track(y=loop.waveform, sr=RATE_HZ)[0])[0]
        theirs.append(abs(tempo / loop.tempo_bpm - 1) <= 0.02)
    share, baseline = float(np.mean(ours)), float(np.mean(theirs))
    is_met = share >= 0.88 and share >= baseline + 0.2
    name = f"tempo within 2 %, {len(loops)} loops"
    return Figure(name, share, "", "librosa beat_track", baseline, "at least 0.88, and 0.2 above", is_met)


def _keys(n: int, work_dir: Path) -> Figure:
    """Compare roots of notes, and roots and modes of chords; a refusal counts as wrong."""
    profiles = np.array([np.roll(mode, tonic) for tonic in range(12) for mode in (_MAJOR, _MINOR)])
    ours, theirs = [], []
    for note in make_notes(n, work_dir):
        reading = estimate_key(note.waveform, RATE_HZ)
        chroma = librosa.feature.chroma_stft(y=note.waveform, sr=RATE_HZ, tuning=0.0).mean(axis=1)
        found = _KEYS[int(np.argmax([np.corrcoef(chroma, profile)[0, 1] for profile in profiles]))]
        ours.append(reading is not None and _is_key(reading.text or "", note.key, is_chord=note.is_chord))
        theirs.append(_is_key(found, note.key, is_chord=note.is_chord))
    share, baseline = float(np.mean(ours)), float(np.mean(theirs))
    name = f"key or root of {len(ours)} rendered notes and chords"
    return Figure(name, share, "", "librosa chroma + Krumhansl", baseline, "not below it", share >= baseline)


def _is_key(found: str, truth: str, *, is_chord: bool) -> bool:
    return found == truth if is_chord else found.rstrip("m") == truth


def _on_labels(sounds: Labelled) -> list[Figure]:
    tagger = Tagger(load_text_encoder())
    forms = [form_of(one.duration_seconds, one.n_onsets).name for one in sounds.features]
    shares = tagger.type_probabilities(sounds.vectors, forms)
    names = [kind.name for kind in tagger.types]
    tagger = tagger.with_profile(build_profile(Survey(sounds.vectors, shares, np.full(len(shares), -1)), names))
    return [
        *_types(sounds, tagger, forms),
        *_half_named(sounds, shares, names, forms),
        _visible(sounds, tagger),
        _forms(sounds, forms),
        _few_shot(sounds, "names of files seen"),
        _few_shot(sounds, "names of files hidden", has_names=False),
        _few_shot(
            sounds, "names of files hidden, called by a word that says nothing", has_names=False, is_called=False
        ),
        *_refusals(sounds, tagger),
        _costs(sounds),
    ]


def _types(sounds: Labelled, tagger: Tagger, forms: list[str]) -> list[Figure]:
    families = sorted({kind.family for kind in tagger.types})
    belongs = np.array([[kind.family == family for family in families] for kind in tagger.types])
    shares = tagger.type_probabilities(sounds.vectors, forms) @ belongs
    confidence = shares.max(axis=1)
    is_right = np.array(families)[shares.argmax(axis=1)] == sounds.families
    is_answered = confidence >= FAMILY_CONFIDENCE
    hidden = "type, first level, names hidden"
    error = calibration_error(confidence, is_right)
    return [
        _at_least(f"{hidden}: right among the answered", float(is_right[is_answered].mean()), 0.85),
        _at_least(f"{hidden}: share answered", float(is_answered.mean()), 0.75),
        at_most("type, first level: expected calibration error", error, "", 0.08),
    ]


def _half_named(sounds: Labelled, shares: Probabilities, names: list[str], forms: list[str]) -> list[Figure]:
    """Compare the types of sounds without a name where those of others are seen and where none is."""
    tagger = Tagger(load_text_encoder())
    said = _places(_named(sounds), tagger)
    truth = _places([tags_from_name(label) for label in sounds.labels.tolist()], tagger)
    folders = np.array([name.rpartition("/")[0] for name in sounds.names])
    figures = []
    for what, groups in (("half of the sounds", np.arange(len(said)).astype(str)), ("half of the folders", folders)):
        right: dict[bool, list[float]] = {True: [], False: []}
        for seed in range(_N_DRAWS):
            is_seen = mark_half(groups, np.random.default_rng(seed))
            asked = ~is_seen & (truth >= 0)
            for learns, kept in right.items():
                survey = Survey(sounds.vectors, shares, np.where(is_seen & learns, said, -1))
                adapted = tagger.with_profile(build_profile(survey, names))
                guess = adapted.type_probabilities(
                    sounds.vectors[asked], [form for form, is_asked in zip(forms, asked, strict=True) if is_asked]
                ).argmax(axis=1)
                kept.append(float((guess == truth[asked]).mean()))
        ours, baseline = float(np.mean(right[True])), float(np.mean(right[False]))
        name = f"type of sounds whose names are hidden, {what} named"
        figures.append(Figure(name, ours, "", "no name seen", baseline, "above it", ours > baseline))
    return figures


def _named(sounds: Labelled) -> list[tuple[Tag, ...]]:
    """Return what the name of each sound says."""
    return [
        tags_from_name(name, can_be_loop=can_be_loop(one.duration_seconds, one.n_onsets))
        for name, one in zip(sounds.names, sounds.features, strict=True)
    ]


def _places(named: list[tuple[Tag, ...]], tagger: Tagger) -> npt.NDArray[np.int64]:
    """Return which type of the tagger is named for sure, -1 for none."""
    return np.array([tagger.place_of(label_of(tags)) for tags in named])


def _visible(sounds: Labelled, tagger: Tagger) -> Figure:
    """Return the lower one of accuracy and share of what the names and the model say together."""
    forms = [form_of(one.duration_seconds, one.n_onsets).name for one in sounds.features]
    given = tagger.tag(sounds.vectors, forms)
    answers = []
    for named, marks in zip(_named(sounds), given, strict=True):
        best = effective_type((*named, *marks))
        answers.append(None if best is None else best.parent or best.name)
    is_answered = np.array([answer is not None for answer in answers])
    is_right = np.array([answer == family for answer, family in zip(answers, sounds.families, strict=True)])
    accuracy, share = float(is_right[is_answered].mean()), float(is_answered.mean())
    name = f"type, first level, names visible: right {accuracy:.3f}, answered {share:.3f}, the lower one"
    return _at_least(name, min(accuracy, share), 0.95)


def _forms(sounds: Labelled, forms: list[str]) -> Figure:
    is_loop = np.array(["loop" in label for label in sounds.labels])
    # what their label leaves open: a drone or a scratch may be either
    is_free = np.isin(sounds.labels, ["ambient drone", "sweep", "robot voice", "vinyl scratch"])
    is_right = (np.array(forms) != "one-shot") == is_loop
    name = "one-shot against loop, without drones, sweeps, voices and scratches"
    return _at_least(name, float(is_right[~is_free].mean()), 0.95)


def _few_shot(sounds: Labelled, what: str, *, has_names: bool = True, is_called: bool = True) -> Figure:
    """Learn the most frequent labels from five examples and five counterexamples."""
    measured = experiment(sounds, sounds.names if has_names else [], load_text_encoder())
    targets = label_targets(sounds.labels, 2, is_called=is_called)[:_N_LABELS]
    precision = measured.precisions(targets, _N_EXAMPLES, _N_EXAMPLES)
    return _at_least(f"few-shot tag, 5 yes and 5 no, {what}: average precision", float(precision.mean()), 0.80)


def _refusals(sounds: Labelled, tagger: Tagger) -> list[Figure]:
    """Return how many drums get no key: from partials alone, and with the types of the model; names hidden."""
    forms = [form_of(one.duration_seconds, one.n_onsets).name for one in sounds.features]
    given = tagger.tag(sounds.vectors, forms)
    is_drum = sounds.families == "drums"
    keys = [[reading for reading in readings if reading.name == "key"] for readings in sounds.readings]
    by_sound = np.array([not found for found in keys])
    by_both = np.array(
        [not effective_readings(found, effective_type(marks)) for found, marks in zip(keys, given, strict=True)]
    )
    return [
        Figure("drums without a key, by partials alone", float(by_sound[is_drum].mean()), ""),
        _at_least("drums without a key, names hidden", float(by_both[is_drum].mean()), 0.95),
    ]


def _costs(sounds: Labelled) -> Figure:
    """Compare all measurements with embedding, one thread each, on the same sounds."""
    waveforms = [one for one in sounds.waveforms if one is not None][::2]
    encoder = make_compact(1)
    encoder.embed_audio(waveforms[:1])
    began = time.perf_counter()
    for start in range(0, len(waveforms), 32):
        encoder.embed_audio(waveforms[start : start + 32])
    embedded = time.perf_counter()
    for waveform in waveforms:
        original = Original(len(waveform), 1, RATE_HZ, 16, "wav", 1.0)
        features, band_power = measure_closely(waveform, RATE_HZ, original)
        list(analyse(waveform, RATE_HZ, features, band_power))
    measured = time.perf_counter()
    seconds = sum(map(len, waveforms)) / RATE_HZ
    ours, baseline = 1000 * (measured - embedded) / seconds, 1000 * (embedded - began) / seconds
    return at_most_times("all features of a second of sound", ours, "ms", "embedding it", baseline, 1)
