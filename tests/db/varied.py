"""A library in which every filter, order and read has something to find; the same each time, in any engine."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from db.library import Library
from db.measurements import Features
from db.read.duplicates import DuplicateDecisions
from db.types import Annotation, EncoderInfo, FileStat, Provenance, Reading, Source, Tag
from db.write.records import FailedFile, Observation

ENCODER = EncoderInfo("varied", "1", 16, 48_000, "whole")
TYPES = ("kick", "snare", "clap", "closed hi-hat", "open hi-hat", "bass", "pad", "lead", "vocal", "riser", None)
PACKS = ("Vengeance Vol 1", "Dusty Breaks", "808 Kit", "Été à Nîmes", "100% Drums", "foley_fx", "BD Club")
FOLDERS = ("Kicks", "Snares/Rim", "Loops 120", "FX", "hh", "Bass", "", "Vocals-Dry", "pads")
WORDS = ("kick", "snare", "dusty", "BD", "Hh", "Open", "loop", "808", "Café", "sub", "Rim Shot", "Vox", "dark", "pad_A")
KEYS = ("C", "Am", "F#", "Bbm", None)
LICENSES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-NC-3.0", None)
FILTERS = (
    *("type:kick", "type:drums", "type:unsure", "tag:dusty", "tag:lofi", "form:loop", "key:Am"),
    *("bpm:120", "bpm:<100", "bpm:100..120", "tempo:174", "len:<1", "len:>2", "loud:>-12", "bars:2", "bright:<500"),
    *("stars:>=3", "pitch:C2..C3", "channels:stereo", "bits:24", "slices:>1", "noise:>50%", "added:week", "added:>1d"),
    *("heard:ever", "used:ever", "used:week", "hidden:yes", "hidden:no", "hidden:any"),
    *("license:cc0", "license:cc-by", "author:inspectorj", "collection:favourites", 'collection:"my kit"'),
    *("note:INTRO", "note:100%", "note:_", "ext:wav", "in:vengeance", "in:/Kicks/", 'in:"First Sounds"', "in:bass"),
    *("in:été", "in:fx", "name:kick", "name:bd", "name:k", 'name:"100%"', "name:_", 'pack:"dusty breaks"', "pack:dust"),
)
_BATCH = 2000


def fill(library: Library, folder: Path, n: int, encoder: EncoderInfo = ENCODER) -> None:
    """Store ``n`` files under two roots, of which some hold the same sound, and what users say of sounds."""
    rng = Random(7)
    for name in ("First Sounds", "second"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    vectors = np.random.default_rng(3).standard_normal((n, encoder.dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with library.writer() as writer:
        writer.activate(encoder)
        roots = [writer.add_root(folder / name) for name in ("First Sounds", "second")]
        files = list(_files(rng, n, vectors))
        for start in range(0, n, _BATCH):
            part = files[start : start + _BATCH]
            failed = [FailedFile(b"bad/%d.wav" % start, FileStat(10, 1), "empty", "The file is empty.")]
            root = roots[(start // _BATCH) % 2 if n > _BATCH else start % 2]
            writer.store(root.id, encoder, part, failed, set())
        everything = [int(sample_id) for sample_id in library.sorted_ids()]
        writer.set_tags({sample_id: tuple(_tags(rng)) for sample_id in everything}, {Source.MODEL, Source.FILENAME})
        _say(writer, rng, everything)
        gone = {(roots[0].id, file.relpath) for file in files[:: max(n // 20, 2)]}
        writer.remove_files(gone)
        writer.set_map_points(encoder, np.array(everything[::2]), np.array(vectors[: len(everything[::2]), :2]))


def _files(rng: Random, n: int, vectors: np.ndarray) -> Iterator[Observation]:
    for number in range(n):
        sound = number if rng.random() > 0.05 or not number else rng.randrange(number)  # one in twenty is a copy
        rng_of_sound = Random(sound)
        place = [rng.choice(PACKS), f"{rng.choice(FOLDERS)}", f"{rng.choice(WORDS)}{rng.choice(('', ' ', '-', '_'))}"]
        name = f"{place[2]}{rng.choice(WORDS)} {number}.{rng.choice(('wav', 'WAV', 'flac', 'aif'))}"
        relpath = "/".join(part for part in (*place[:2], name) if part)
        stat = FileStat(1000 + number, number * 10, number * 11)
        yield Observation(
            relpath=relpath.encode(),
            stat=stat,
            file_hash=number.to_bytes(16, "big"),
            audio_hash=sound.to_bytes(16, "big"),
            features=_features(rng_of_sound),
            vector=vectors[sound],
            caveats=("The end could not be read.",) if sound % 97 == 0 else (),
            readings=tuple(_readings(rng_of_sound)),
            provenance=Provenance(rng.choice(("Ann Onym", "inspectorj", None)), rng.choice(LICENSES), None),
        )


def _features(rng: Random) -> Features:
    def maybe(low: float, high: float) -> float | None:
        return None if rng.random() < 0.1 else rng.uniform(low, high)

    return Features(
        duration_seconds=rng.uniform(0.05, 12),
        n_channels=rng.choice((1, 2)),
        sample_rate_hz=rng.choice((44_100, 48_000, 96_000)),
        bit_depth=rng.choice((16, 24, None)),
        format=rng.choice(("wav", "flac", "aiff")),
        peak_dbfs=maybe(-20, 0),
        loudness_lufs=maybe(-40, -5),
        brightness_hz=maybe(60, 12_000),
        attack_ms=maybe(0, 300),
        decay_ms=maybe(10, 4000),
        n_onsets=rng.randrange(1, 30),
        noisiness=maybe(0, 1),
        stereo_width=maybe(0, 1),
        silence_before_ms=maybe(0, 100),
        silence_after_ms=maybe(0, 1000),
        low_share=maybe(0, 1),
        n_slices=rng.choice((None, 1, 8, 16)),
    )


def _readings(rng: Random) -> Iterator[Reading]:
    if rng.random() < 0.7:
        yield Reading("bpm", Source.ANALYSIS, rng.random(), number=float(rng.randrange(60, 190)))
    key = rng.choice(KEYS)
    if key is not None:
        yield Reading("key", Source.ANALYSIS, rng.random(), text=key)
    if rng.random() < 0.5:
        yield Reading("pitch", Source.ANALYSIS, rng.random(), number=rng.uniform(30, 900))


def _tags(rng: Random) -> Iterator[Tag]:
    sound_type = rng.choice(TYPES)
    if sound_type is not None:
        yield Tag("type", sound_type, Source.MODEL, rng.uniform(0.3, 1), "drums" if sound_type[0] in "ksco" else None)
    yield Tag("form", rng.choice(("loop", "one-shot")), Source.MODEL, rng.uniform(0.3, 1))
    for word in rng.sample(("dusty", "dark", "lo-fi", "Lo Fi", "warm"), rng.randrange(3)):
        yield Tag("character", word, Source.FILENAME, rng.uniform(0.3, 1))


def _say(writer, rng: Random, ids: list[int]) -> None:  # type: ignore[no-untyped-def]
    some = [sample_id for sample_id in ids if rng.random() < 0.08]
    notes = ("", "for the Intro", "100% sure", "intro_2")
    writer.set_annotations(
        {one: Annotation(rng.randrange(6), rng.choice(notes), rng.random() < 0.2) for one in some},
    )
    writer.note_use(some[::3], 1_700_000_000)
    writer.note_hearings({one: 1_710_000_000 + one for one in some[::2]})
    writer.set_collection("Favourites", some[::4])
    writer.set_collection("My Kit", some[1:9], dict(zip(some[1:9], "abcdefgh", strict=False)))
    writer.set_tags({one: (Tag("character", "mine", Source.USER, 1.0),) for one in some[::5]}, {Source.USER})
    writer.set_user_readings("bpm", {one: Reading("bpm", Source.USER, 1.0, number=90.0) for one in some[::7]})
    first, second = (number.to_bytes(16, "big") for number in (3, 5))
    writer.store_decisions(DuplicateDecisions(frozenset({(first, second)}), {first: b"somewhere.wav"}))
