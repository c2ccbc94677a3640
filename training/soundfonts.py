"""Training sounds from General MIDI soundfonts: single notes, chords, drum strokes, phrases and loops."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from training import grooves, performances, phrases
from training.drum_kits import DRUM_BANK, DrumKey, keys_of
from training.fluidsynth import SOUNDFONTS, Preset, Take, is_installed, read_presets, render
from training.general_midi import PROGRAMS, Label
from training.sound import SAMPLE_RATE_HZ, Sound, Waveform

_TAKES_PER_RUN = 512  # opening MuseScore General costs 4 s, so 8 ms a sound

Player = Callable[[np.random.Generator], Take]
Binder = Callable[[frozenset[Preset]], tuple[Sequence[Player], Sequence[float]]]


def players(presets: frozenset[Preset]) -> tuple[Sequence[Player], Sequence[float]]:
    """Bind every way of playing to what a soundfont has, with the share of each."""
    programs = [program for program in PROGRAMS if Preset(program.bank, program.number) in presets]
    drums = _drum_keys(presets)
    shares: dict[Player, float] = {
        lambda rng: performances.drum_hit(rng, drums): 0.34,
        lambda rng: performances.single_note(rng, programs): 0.36,
        lambda rng: performances.chord(rng, programs): 0.10,
        lambda rng: performances.layered_note(rng, programs): 0.03,
        lambda rng: performances.drone(rng, programs): 0.03,
        lambda rng: grooves.drum_loop(rng, presets): 0.06,
        lambda rng: phrases.bass_line(rng, programs): 0.025,
        lambda rng: phrases.guitar_riff(rng, programs): 0.015,
        lambda rng: phrases.tune(rng, programs): 0.02,
        lambda rng: phrases.chord_progression(rng, programs): 0.015,
        lambda rng: phrases.arpeggio(rng, programs): 0.02,
    }
    total = sum(shares.values())
    return tuple(shares), tuple(share / total for share in shares.values())


def drum_players(presets: frozenset[Preset]) -> tuple[Sequence[Player], Sequence[float]]:
    """Bind the single hits alone: the only recorded drums and percussion that are free enough."""
    drums = _drum_keys(presets)
    return (lambda rng: performances.drum_hit(rng, drums),), (1.0,)


def _drum_keys(presets: frozenset[Preset]) -> list[DrumKey]:
    return keys_of({preset.program for preset in presets if preset.bank == DRUM_BANK})


def _sound(label: Label, waveform: Waveform, origin: str) -> Sound:
    """Join a label with its sound; "short" and "long" are measured here."""
    seconds = len(waveform) / SAMPLE_RATE_HZ
    plain = replace(label, character=tuple(word for word in label.character if word not in {"short", "long"}))
    if label.family != "loop":
        plain = plain.also(*(["short"] if seconds < 0.3 else ["long"] if seconds > 2.5 else []))
    return Sound(waveform, plain.kind, plain.family, plain.aliases, plain.source, plain.character, origin)


def hits(work_dir: Path, n: int, seed: int) -> Iterator[Sound]:
    """Render drum hits alone, as ``sounds`` does."""
    return sounds(work_dir, n, seed, drum_players)


def sounds(work_dir: Path, n: int, seed: int, bind: Binder = players) -> Iterator[Sound]:
    """Render n varied sounds; the same seed makes the same sounds.

    Args:
        work_dir: Folder for temporary files; two processes may share it.
        n: How many.
        seed: Of the random choices.
        bind: Which ways of playing a soundfont has, and the share of each.

    Raises:
        RuntimeError: FluidSynth or the soundfonts are not installed.
    """
    if not is_installed():
        raise RuntimeError(
            "soundfont sounds need: apt-get install fluidsynth fluid-soundfont-gm musescore-general-soundfont"
        )
    rng = np.random.default_rng(seed)
    fonts = [(font, *bind(read_presets(font))) for font in SOUNDFONTS if font.exists()]
    n_left = n
    while n_left > 0:
        font, ways, shares = fonts[rng.integers(len(fonts))]
        n_takes = min(_TAKES_PER_RUN, n_left + n_left // 20 + 4)  # a few may be silent
        takes = [ways[i](rng) for i in rng.choice(len(ways), size=n_takes, p=shares)]
        rendered = (
            (take, wave) for take, wave in zip(takes, render(takes, font, work_dir), strict=True) if wave is not None
        )
        for take, waveform in islice(rendered, n_left):
            yield _sound(take.label, waveform, font.stem)
            n_left -= 1
