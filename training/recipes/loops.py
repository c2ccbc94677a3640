"""Recipes for rhythm loops: synthesized one-shots, played in the patterns of many styles."""

from collections import defaultdict
from functools import cache

import numpy as np

from training.grooves import STYLES, Style, tempo_words
from training.recipes.dsp import Rng, Signal, chance, crush, highpass, log_uniform, lowpass, pick, saturate
from training.recipes.finish import sound
from training.recipes.synth import mix
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

_LONGEST_SECONDS = 7.9
_BARS = (0.5, 1, 1, 2, 2, 4)
_LEVELS = {"X": 1.0, "x": 0.7, "o": 0.35}

# What plays a General MIDI key; the first kind that has recipes.
_KINDS: dict[int, tuple[str, ...]] = {
    35: ("kick drum",),
    36: ("kick drum",),
    37: ("rimshot",),
    38: ("snare drum",),
    39: ("hand clap",),
    40: ("snare drum",),
    42: ("closed hi-hat",),
    44: ("pedal hi-hat", "closed hi-hat"),
    46: ("open hi-hat",),
    49: ("crash cymbal",),
    51: ("ride cymbal",),
    53: ("ride cymbal",),
    54: ("tambourine", "shaker"),
    56: ("cowbell",),
    57: ("crash cymbal",),
    60: ("bongo",),
    61: ("bongo",),
    62: ("conga",),
    63: ("conga",),
    64: ("conga",),
    66: ("timbale",),
    69: ("cabasa", "shaker"),
    70: ("maracas", "shaker"),
    75: ("claves",),
    82: ("shaker",),
    86: ("taiko", "tom"),
    87: ("taiko", "tom"),
}
_HAND_DRUMS = ("conga", "bongo", "djembe", "darbuka", "cajon", "frame drum", "udu", "tabla")


@cache
def _one_shots() -> dict[str, tuple[Recipe, ...]]:
    """Sort the recipes of drums and percussion by the kind that each makes."""
    from training.recipes import drums, percussion  # noqa: PLC0415  sorting them renders each once: half a second

    by_kind: dict[str, list[Recipe]] = defaultdict(list)
    for recipe in (*drums.RECIPES, *percussion.RECIPES):
        by_kind[recipe(np.random.default_rng(0)).kind].append(recipe)
    return {kind: tuple(recipes) for kind, recipes in by_kind.items()}


def _hit(rng: Rng, kinds: tuple[str, ...]) -> Signal:
    """Make the one-shot of a kit's place, at most a second of it."""
    recipes = next((_one_shots()[kind] for kind in kinds if kind in _one_shots()), _one_shots()["tom"])
    return pick(rng, recipes)(rng).waveform[:SAMPLE_RATE_HZ]


def _varied(rng: Rng, pattern: str) -> str:
    """Leave out, add, or repeat a stroke here and there; a bar is never quite the last one."""
    marks = list(pattern)
    for step in range(len(marks)):
        dice = rng.random()
        if dice < 0.06:
            marks[step] = "-"
        elif dice < 0.11:
            marks[step] = pick(rng, ("o", "o", "x"))
    if chance(rng, 0.1):  # a fill: the last beat comes again and again
        marks[-4:] = [marks[-4]] * 4
    return "".join(marks)


def _played(
    rng: Rng, hits: dict[str, Signal], patterns: dict[str, str], bpm: float, bars: float, swing: float
) -> Signal:
    """Play patterns of sixteenth notes, with the small errors of a player or none."""
    step_seconds = 15.0 / bpm
    looseness = pick(rng, (0.0, 0.0, rng.uniform(0.002, 0.012)))
    parts = []
    for name, pattern in patterns.items():
        n_steps = round(16 * bars)
        line = "".join(_varied(rng, pattern) if bar else pattern for bar in range(n_steps // 16 + 1))[:n_steps]
        for step, mark in enumerate(line):
            if mark != "-":
                at = (step + swing * (step % 2)) * step_seconds + abs(rng.normal(0.0, 1.0)) * looseness
                parts.append((at, hits[name] * (_LEVELS[mark] * rng.uniform(0.8, 1.0))))
    return mix(*parts, seconds=min(bars * 240.0 / bpm, _LONGEST_SECONDS))


def _bus(rng: Rng, wave: Signal) -> tuple[Signal, tuple[str, ...]]:
    """Send a kit through what drum buses go through."""
    treatment = pick(rng, ("none", "none", "drive", "bits", "dark", "thin"))
    if treatment == "drive":
        return saturate(wave, log_uniform(rng, 2, 9)), ("distorted",)
    if treatment == "bits":
        return crush(wave, log_uniform(rng, 8_000, 26_000), rng.uniform(5, 10)), ("lo-fi",)
    if treatment == "dark":
        return lowpass(wave, log_uniform(rng, 1_000, 5_000)), ("muffled",)
    return (highpass(wave, log_uniform(rng, 150, 600)), ("thin",)) if treatment == "thin" else (wave, ())


def _fitting_bars(rng: Rng, bpm: float) -> float:
    return pick(rng, [bars for bars in _BARS if 1.2 < bars * 240.0 / bpm < _LONGEST_SECONDS])


def _style_of(rng: Rng, *, drums: bool) -> Style:
    """Draw a style: drum kit or a groove of one group of instruments."""
    return pick(rng, [style for style in STYLES if style.name.endswith("groove") != drums])


def drum_loop(rng: Rng) -> Sound:
    """Play a beat: some kit, some style, half a bar to four bars."""
    style = _style_of(rng, drums=True)
    bpm, swing = rng.uniform(*style.bpm), rng.uniform(*style.swing)
    patterns = {str(key): pattern for key, pattern in style.patterns.items() if chance(rng, 0.92)} or {"36": "X---" * 4}
    hits = {name: _hit(rng, _KINDS.get(int(name), ("tom",))) * rng.uniform(0.4, 1.0) for name in patterns}
    wave = _played(rng, hits, patterns, bpm, _fitting_bars(rng, bpm), swing)
    wave, words = _bus(rng, _chopped(rng, wave, bpm) if chance(rng, 0.15) else wave)
    names = ("beat", "break", "drums", "groove", f"{style.name} beat", f"{style.name} drum loop")
    return sound(wave, "drum loop", "loop", names, ("drum kit", style.name), (*tempo_words(bpm), "rhythmic", *words))


def _chopped(rng: Rng, wave: Signal, bpm: float) -> Signal:
    """Cut a beat at its eighth notes and shuffle the slices, as jungle does with a break."""
    step = round(30.0 / bpm * SAMPLE_RATE_HZ)
    slices = [wave[at : at + step] for at in range(0, len(wave) - step + 1, step)]
    order = [k if chance(rng, 0.6) else int(rng.integers(len(slices))) for k in range(len(slices))]
    return np.concatenate([slices[k][::-1] if chance(rng, 0.05) else slices[k] for k in order] or [wave])


def kit_part_loop(rng: Rng) -> Sound:
    """Play one group alone: hats, rides, shakers, congas, bongos."""
    style = _style_of(rng, drums=False)
    bpm, swing = rng.uniform(*style.bpm), rng.uniform(*style.swing)
    patterns = {str(key): pattern for key, pattern in style.patterns.items()}
    hits = {name: _hit(rng, _KINDS.get(int(name), ("tom",))) * rng.uniform(0.5, 1.0) for name in patterns}
    wave = _played(rng, hits, patterns, bpm, _fitting_bars(rng, bpm), swing)
    words = (*tempo_words(bpm), "rhythmic")
    if style.name == "hat groove":
        return sound(wave, "hi-hat loop", "loop", ("hat loop", "top loop", "hats"), ("hi-hat",), words)
    instrument = style.name.removesuffix(" groove")
    names = (f"{instrument} loop", "perc loop", "percussion", "groove")
    return sound(wave, "percussion loop", "loop", names, (instrument,), words)


def hand_drum_loop(rng: Rng) -> Sound:
    """Drum with the hands: two or three strokes of one drum and sometimes a shaker, in four, three or seven."""
    bpm, beats = rng.uniform(80, 150), pick(rng, (4, 4, 4, 3, 6, 7))
    kind = pick(rng, [kind for kind in _HAND_DRUMS if kind in _one_shots()])
    pattern = "".join(pick(rng, "Xx-o-") if step % 4 else pick(rng, "XXx-") for step in range(16))
    patterns = {
        "low": pattern,
        "high": "".join("-xo"[int(rng.integers(3))] if mark == "-" else "-" for mark in pattern),
    }
    hits = {"low": _hit(rng, (kind,)), "high": 0.7 * _hit(rng, (kind,))}
    if chance(rng, 0.3):
        patterns["shaker"], hits["shaker"] = "xoxo" * 4, 0.3 * _hit(rng, ("shaker",))
    n_repeats = max(1, int(rng.uniform(1.5, 7.5) * bpm / 60 / beats))
    bars = min(n_repeats * beats / 4, _LONGEST_SECONDS * bpm / 240)
    wave = _played(rng, hits, patterns, bpm, bars, pick(rng, (0.0, 0.0, rng.uniform(0, 0.3))))
    names = (f"{kind} loop", "perc loop", "hand drums", "percussion")
    return sound(
        wave, "percussion loop", "loop", names, (kind, "hand drum"), (*tempo_words(bpm), "acoustic", "rhythmic")
    )


# Tabla cycles: D a bass and a treble stroke together, n treble, g bass, t a dry tick (after the common theka).
_THEKAS = ("DnnDDnnDDnnttnnD", "DgntnknDDgntnknD", "D-nnt-nnD-nng-nn", "DtntDtntgtntDtnt", "DnntnnDnntnnDgng")


def tabla_loop(rng: Rng) -> Sound:
    """Play a cycle on a pair of tabla, plain or with fast doubled strokes."""
    bpm, theka = rng.uniform(60, 130), pick(rng, _THEKAS)
    strokes = {name: _hit(rng, ("tabla",)) for name in "ngt"}
    strokes["t"] = strokes["t"][: SAMPLE_RATE_HZ // 12]
    step = 60.0 / bpm / pick(rng, (2, 4, 4))
    n_steps, parts = min(int(_LONGEST_SECONDS / step), pick(rng, (16, 32, 48))), []
    for k in range(n_steps):
        mark = theka[k % 16]
        at, level = k * step, rng.uniform(0.5, 1.0)
        parts += [(at, strokes[name] * level) for name in {"D": "ng", "-": "", "k": "t"}.get(mark, mark)]
        if chance(rng, 0.15):
            parts.append((at + step / 2, strokes[pick(rng, "nt")] * 0.5))
    wave = mix(*parts, seconds=n_steps * step)
    names = ("tabla groove", "indian percussion", "perc loop")
    return sound(wave, "tabla loop", "loop", names, ("tabla", "indian"), (*tempo_words(bpm), "acoustic", "rhythmic"))


RECIPES: tuple[Recipe, ...] = (drum_loop, kit_part_loop, hand_drum_loop, tabla_loop)
