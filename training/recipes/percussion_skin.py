"""Other skins: timbale, taiko, surdo, timpani, talking drum, cuica, snare rolls."""

import numpy as np

from training.recipes.drums_snare import acoustic as snare
from training.recipes.dsp import (
    Rng,
    add_at,
    bandpass,
    chance,
    decay,
    log_uniform,
    lowpass,
    pick,
    rise,
    saturate,
    saw,
    tilted_noise,
    times,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind, pitch_word
from training.recipes.modal import gliding_ring, jittered, membrane, ring
from training.recipes.strikes import hand, skin
from training.recipes.variants import flam, sampled
from training.sound import Recipe, Sound

TIMBALE = Kind("timbale", "percussion", ("timbales", "timb", "perc"), hz=(1100, 4000), seconds=(0.088, 0.22))
TAIKO = Kind("taiko", "percussion", ("taiko drum", "big drum", "cinematic drum"), hz=(84, 120), seconds=(0.42, 0.93))
SURDO = Kind("surdo", "percussion", ("samba bass drum", "brazilian drum", "perc"), hz=(110, 170), seconds=(0.14, 0.27))
TIMPANI = Kind(
    "timpani", "percussion", ("timpano", "kettle drum", "orchestral drum"), hz=(140, 190), seconds=(0.98, 1.1)
)
TALKING_DRUM = Kind(
    "talking drum", "percussion", ("tama", "hourglass drum", "perc"), hz=(290, 440), seconds=(0.18, 0.27)
)
ROLL = Kind("drum roll", "drums", ("snare roll", "roll"), hz=(1200, 2400), seconds=(1.0, 1.9))
CUICA = Kind("cuica", "percussion", ("cuíca", "friction drum", "perc"), hz=(450, 990), seconds=(0.25, 0.36))


def timbale(rng: Rng) -> Sound:
    """Hit a shallow metal drum with a thin stick, on the head, the rim, or the shell (cascara)."""
    where = pick(rng, ("head", "head", "rimshot", "shell"))
    t60 = log_uniform(rng, 0.2, 1.1)
    t = times(min(1.1 * t60, 1.2))
    f0 = log_uniform(rng, 190, 480)
    shell = unit(ring(t, np.sort(rng.uniform(700, 5500, 12)), rng.uniform(0.2, 1, 12), t60 * rng.uniform(0.2, 0.7, 12)))
    stick = hand(rng, t, 1500, 12_000)
    if where == "shell":
        x = shell * decay(t, 0.5) + 0.6 * stick
    else:
        x = skin(rng, t, f0, t60, rng.uniform(0.1, 0.8), 0.04, 0.5) + rng.uniform(0.1, 0.3) * shell + 0.3 * stick
        x = x + (0.6 * shell if where == "rimshot" else 0)
    return TIMBALE.sound(
        x, ("latin", "cuban", "sticks"), ("acoustic", "metallic", "ringing", pitch_word(f0, 300)), (f"timbale {where}",)
    )


def taiko(rng: Rng) -> Sound:
    """Strike a huge barrel with thick sticks: a long low boom with weight, a wooden crack on its rim."""
    t60 = log_uniform(rng, 0.6, 2.5)
    t = times(min(1.1 * t60, 2.6))
    f0 = log_uniform(rng, 42, 95)
    x = skin(rng, t, f0, t60, rng.uniform(1.0, 1.9), rng.uniform(0.05, 0.3), 0.7)
    thud = lowpass(tilted_noise(rng, len(t), -4), log_uniform(rng, 300, 1500)) * decay(t, log_uniform(rng, 0.05, 0.3))
    x = x + rng.uniform(0.1, 0.5) * unit(thud) + rng.uniform(0.05, 0.35) * hand(rng, t, 700, 6000)
    words = ("acoustic", "big", "boomy", "deep", "hard")
    return TAIKO.sound(saturate(x, rng.uniform(0.3, 2)), ("japanese", "cinematic", "ensemble"), words)


def cuica(rng: Rng) -> Sound:
    """Rub the stick inside a friction drum: a squeaking voice that slides."""
    seconds = log_uniform(rng, 0.1, 0.6)
    t = times(seconds + 0.05)
    f0 = log_uniform(rng, 260, 900)
    hz = np.interp(t, (0, 0.5 * seconds, seconds), f0 * rng.uniform(0.65, 1.5, 3)) * (
        1 + 0.01 * white_noise(rng, len(t))
    )
    voice = lowpass(saw(hz, t), log_uniform(rng, 1200, 4000)) + 0.1 * bandpass(white_noise(rng, len(t)), 800, 4000)
    x = unit(voice) * rise(t, 0.015) * np.minimum(1, (t[-1] - t) / 0.05)
    return CUICA.sound(x, ("brazilian", "samba"), ("acoustic", "squeaky", "sliding"))


def surdo(rng: Rng) -> Sound:
    """Strike the bass drum of a samba band with a padded beater, open or damped by the other hand."""
    is_muted = chance(rng, 0.35)
    t60 = log_uniform(rng, 0.12, 0.35) if is_muted else log_uniform(rng, 0.5, 1.8)
    t = times(min(1.1 * t60, 2.0))
    f0 = log_uniform(rng, 55, 125)
    x = skin(rng, t, f0, t60, rng.uniform(1.3, 2.4), rng.uniform(0.02, 0.15)) + rng.uniform(0.03, 0.3) * hand(
        rng, t, 250, 3000
    )
    words = ("acoustic", "deep", "muted" if is_muted else "boomy", "low")
    return SURDO.sound(x, ("brazilian", "samba"), words)


def timpani(rng: Rng) -> Sound:
    """Strike a kettledrum: the kettle's air pulls its modes near 1 : 1.5 : 2 : 2.5, so that it has a pitch."""
    t60 = log_uniform(rng, 1.0, 5.0)
    t = times(min(0.9 * t60, 3.5))
    f0 = log_uniform(rng, 62, 190)
    ratios = jittered(rng, (1.0, 1.504, 1.742, 2.0, 2.245, 2.494, 2.98, 3.46), 0.006)
    levels = jittered(rng, (1.0, 0.8, 0.15, 0.5, 0.15, 0.3, 0.15, 0.08), 0.4)
    x = unit(gliding_ring(t, f0 * (1 + 0.015 * decay(t, 0.2)), ratios, levels, t60 * ratios ** -rng.uniform(0.6, 1.4)))
    thump = lowpass(tilted_noise(rng, len(t), -6), log_uniform(rng, 300, 2000)) * decay(t, log_uniform(rng, 0.03, 0.15))
    is_hard = chance(rng, 0.4)
    x = x + rng.uniform(0.05, 0.4) * unit(thump) + (0.3 if is_hard else 0.05) * hand(rng, t, 400, 4000)
    words = ("acoustic", "deep", "ringing", "hard" if is_hard else "soft")
    return TIMPANI.sound(x, ("orchestral", "kettledrum"), words)


def talking_drum(rng: Rng) -> Sound:
    """Strike an hourglass drum while its cords are squeezed: the pitch bends up or down."""
    t60 = log_uniform(rng, 0.2, 0.9)
    t = times(1.1 * t60)
    f0 = log_uniform(rng, 110, 330)
    bend = rng.uniform(0.15, 0.8) * pick(rng, (-0.6, 1.0))
    hz = f0 * (1 + bend * np.clip(t / (t60 * rng.uniform(0.3, 0.7)), 0, 1))
    x = membrane(rng, t, hz, t60, slope=rng.uniform(1.0, 2.0)) + rng.uniform(0.1, 0.5) * hand(rng, t, 500, 6000)
    words = ("acoustic", "rising" if bend > 0 else "falling", "bending")
    return TALKING_DRUM.sound(x, ("african", "hand percussion"), words)


def roll(rng: Rng) -> Sound:
    """Roll two sticks on a snare drum, louder, softer or even."""
    seconds, rate = rng.uniform(0.6, 3.0), rng.uniform(14, 30)
    strokes = [snare(rng).waveform for _ in range(3)]
    x = np.zeros(len(times(seconds + 0.3)))
    shape = {"rising": (0.1, 1.0), "falling": (1.0, 0.15), "even": (0.8, 0.8)}
    word = pick(rng, tuple(shape))
    at = 0.0
    while at < seconds:
        level = np.interp(at, (0, seconds), shape[word]) * rng.uniform(0.7, 1.1)
        add_at(x, level * pick(rng, strokes), at)
        at += rng.uniform(0.85, 1.15) / rate
    return ROLL.sound(x, ("acoustic", "drum kit", "orchestral"), ("acoustic", "repeated", word))


SKINS: tuple[Recipe, ...] = (
    timbale, timbale, sampled(timbale), taiko, flam(taiko), surdo, timpani, talking_drum, cuica, roll,
)  # fmt: skip
