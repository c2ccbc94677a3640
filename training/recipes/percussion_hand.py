"""Drums played by hand: conga, bongo, djembe, tabla, darbuka, cajon, frame drum, udu."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    add_at,
    chance,
    decay,
    glide,
    highpass,
    log_uniform,
    pick,
    rise,
    saturate,
    sine,
    times,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind, pitch_word
from training.recipes.modal import gliding_ring, jittered, ring
from training.recipes.strikes import hand, skin
from training.recipes.variants import flam, sampled
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound

CONGA = Kind(
    "conga", "percussion", ("congas", "tumba", "quinto", "hand drum", "perc"), hz=(330, 820), seconds=(0.059, 0.23)
)
BONGO = Kind(
    "bongo", "percussion", ("bongos", "bongo drum", "hand drum", "perc"), hz=(700, 2100), seconds=(0.039, 0.066)
)
DJEMBE = Kind("djembe", "percussion", ("hand drum", "african drum", "perc"), hz=(130, 1700), seconds=(0.069, 0.21))
TABLA = Kind(
    "tabla", "percussion", ("indian drum", "tabla drum", "hand drum", "perc"), hz=(230, 930), seconds=(0.092, 0.73)
)
DARBUKA = Kind(
    "darbuka", "percussion", ("doumbek", "goblet drum", "hand drum", "perc"), hz=(200, 4200), seconds=(0.045, 0.09)
)
CAJON = Kind("cajon", "percussion", ("cajón", "box drum", "perc"), hz=(100, 3000), seconds=(0.064, 0.086))
FRAME_DRUM = Kind(
    "frame drum", "percussion", ("bodhran", "daf", "hand drum", "perc"), hz=(280, 480), seconds=(0.091, 0.24)
)
UDU = Kind("udu", "percussion", ("pot drum", "clay pot", "ghatam", "perc"), hz=(140, 730), seconds=(0.094, 0.23))

# The paste in the middle of a tabla's head pulls its modes to whole numbers (Raman 1934).
_TABLA_RATIOS = (1.0, 2.0, 3.01, 4.02, 5.03, 6.1, 7.2)
# Strokes of the right hand: range of decay in seconds, level of the hand's noise, levels of the modes.
_TREBLE_STROKES = {
    "na": ((0.3, 1.1), 0.4, (0.15, 1, 0.9, 0.5, 0.3, 0.15, 0.1)),
    "tin": ((0.6, 2.0), 0.15, (0.6, 1, 0.45, 0.25, 0.1, 0.06, 0.03)),
    "tun": ((0.6, 1.6), 0.15, (1, 0.35, 0.15, 0.06, 0.03, 0.02, 0.01)),
    "te": ((0.03, 0.1), 0.8, (0.5, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)),
    "re": ((0.05, 0.25), 0.6, (0.3, 0.6, 0.9, 0.7, 0.4, 0.3, 0.2)),
}


def _hand_drum(rng: Rng, stroke: str, f0: float, t60: float) -> Signal:
    """Return one stroke on a hand drum: open, slap, muted, bass or tip."""
    t = times(min(1.15 * max(t60, 0.1), 1.6))
    if stroke == "slap":
        x = skin(rng, t, f0, 0.5 * t60, rng.uniform(-0.2, 0.6)) + rng.uniform(0.4, 1.2) * hand(rng, t, 900, 7000)
    elif stroke == "muted":
        x = skin(rng, t, f0, 0.25 * t60 + 0.02, rng.uniform(0.8, 1.5)) + rng.uniform(0.3, 0.9) * hand(rng, t, 300, 3500)
    elif stroke == "bass":
        x = skin(rng, t, rng.uniform(0.35, 0.55) * f0, t60, rng.uniform(2.0, 3.0), 0.1) + 0.15 * hand(rng, t, 150, 1500)
    elif stroke == "tip":
        x = skin(rng, t, f0, 0.4 * t60, rng.uniform(0.3, 1.0)) + rng.uniform(0.5, 1) * hand(rng, t, 700, 5000)
    else:
        x = skin(rng, t, f0, t60, rng.uniform(0.9, 2.0)) + rng.uniform(0.05, 0.4) * hand(rng, t, 400, 4500)
    return saturate(x, rng.uniform(0.1, 1.0))


def conga(rng: Rng) -> Sound:
    """Play a tall barrel: open tones sing, slaps crack, heel and tip mutter."""
    stroke = pick(rng, ("open", "open", "slap", "muted", "bass", "tip"))
    f0 = log_uniform(rng, 140, 380)
    x = _hand_drum(rng, stroke, f0, log_uniform(rng, 0.2, 1.1))
    return CONGA.sound(
        x, ("hand percussion", "latin", "cuban"), ("acoustic", stroke, pitch_word(f0, 230)), (f"conga {stroke}",)
    )


def conga_machine(rng: Rng) -> Sound:
    """Ring one filter with a slight fall of pitch: 808 congas, a tom without noise."""
    t60 = log_uniform(rng, 0.08, 0.4)
    t = times(1.15 * t60)
    f0 = log_uniform(rng, 150, 480)
    x = sine(glide(t, f0 * rng.uniform(1.0, 1.3), f0, 0.02), t) * decay(t, t60)
    x = x + rng.uniform(0, 0.15) * sine(2.1 * f0, t) * decay(t, 0.5 * t60)
    return CONGA.sound(
        x, ("808", "analog", "drum machine"), ("electronic", "clean", pitch_word(f0, 260)), ("808 conga",)
    )


def bongo(rng: Rng) -> Sound:
    """Play small tight heads with fingertips: high, dry, quick."""
    stroke = pick(rng, ("open", "open", "slap", "tip", "muted"))
    f0 = log_uniform(rng, 270, 720)
    x = _hand_drum(rng, stroke, f0, log_uniform(rng, 0.14, 0.8))
    return BONGO.sound(
        x,
        ("hand percussion", "latin", "cuban"),
        ("acoustic", stroke, pitch_word(f0, 430)),
        (f"{pitch_word(f0, 430)} bongo",),
    )


def bongo_machine(rng: Rng) -> Sound:
    """Ring one filter, higher and shorter than a conga: rhythm boxes."""
    t60 = log_uniform(rng, 0.04, 0.2)
    t = times(1.2 * t60)
    f0 = log_uniform(rng, 320, 800)
    x = sine(glide(t, f0 * rng.uniform(1.0, 1.2), f0, 0.01), t) * decay(t, t60) + rng.uniform(0, 0.2) * hand(
        rng, t, 500, 5000
    )
    return BONGO.sound(x, ("cr-78", "analog", "drum machine"), ("electronic", "clean", "tight", pitch_word(f0, 500)))


def djembe(rng: Rng) -> Sound:
    """Play a goblet of wood: bass from the middle, tone and slap from the edge."""
    stroke = pick(rng, ("bass", "open", "slap"))
    if stroke == "bass":  # the air in the goblet answers (a Helmholtz resonance near 70 Hz)
        t = times(rng.uniform(0.25, 0.7))
        f0 = log_uniform(rng, 58, 100)
        x = skin(rng, t, f0, rng.uniform(0.2, 0.6), 1.8, 0.12) + rng.uniform(0.1, 0.4) * hand(rng, t, 200, 2500)
    else:
        f0 = log_uniform(rng, 260, 480)
        x = _hand_drum(rng, stroke, f0, log_uniform(rng, 0.15, 0.7))
    name = {"bass": "bass", "open": "tone", "slap": "slap"}[stroke]
    return DJEMBE.sound(
        x,
        ("hand percussion", "african"),
        ("acoustic", "low" if stroke == "bass" else "high", name),
        (f"djembe {name}",),
    )


def tabla_treble(rng: Rng) -> Sound:
    """Play the dayan: na at the rim, tin in the ring, te muted; harmonic partials that sing."""
    bol = pick(rng, tuple(_TREBLE_STROKES))
    (shortest, longest), touch, weights = _TREBLE_STROKES[bol]
    f0, t60 = log_uniform(rng, 180, 460), rng.uniform(shortest, longest)
    t = times(min(1.1 * t60 + 0.03, 3.0))
    ratios = jittered(rng, _TABLA_RATIOS, 0.006)
    x = unit(ring(t, f0 * ratios, jittered(rng, weights, 0.45), t60 * ratios ** -rng.uniform(0.3, 0.9)))
    x = x + log_uniform(rng, 0.01, 0.3) * skin(rng, t, 0.5 * f0, 0.3 * t60 + 0.05, rng.uniform(0.8, 1.8))
    x = x + touch * rng.uniform(0.5, 1.3) * hand(rng, t, 700, 8000)
    if bol in ("te", "re"):
        x = _answered(rng, x)
    words = ("acoustic", "high", "muted" if bol in ("te", "re") else "ringing")
    return TABLA.sound(x, ("indian", "hand percussion"), words, (f"tabla {bol}", "dayan"))


def tabla_bass(rng: Rng) -> Sound:
    """Play the bayan: ge bends up under the wrist, ke is a dry slap."""
    if chance(rng, 0.3):
        t = times(rng.uniform(0.06, 0.15))
        x = _answered(rng, hand(rng, t, 200, 4000) + 0.5 * skin(rng, t, rng.uniform(90, 160), 0.06, 0.8))
        return TABLA.sound(x, ("indian", "hand percussion"), ("acoustic", "low", "dry", "muted"), ("tabla ke", "bayan"))
    t60 = log_uniform(rng, 0.4, 3.0)
    t = times(min(1.1 * t60, 3.0))
    f0 = log_uniform(rng, 65, 130)
    bend_to = rng.uniform(0.9, 1.9)
    middle = rng.uniform(0.05, 0.3)
    hz = f0 * (1 + (bend_to - 1) / (1 + np.exp(-(t - middle) / rng.uniform(0.015, 0.08))))
    x = unit(
        gliding_ring(
            t, hz, (1, 2.02, 3.05, 4.1), jittered(rng, (1, 0.4, 0.15, 0.07), 0.4), t60 * np.array((1, 0.6, 0.4, 0.3))
        )
    )
    x = _answered(rng, x + rng.uniform(0.1, 0.4) * hand(rng, t, 200, 3000))
    words = ("acoustic", "low", "deep", "rising" if bend_to > 1.15 else "steady")
    return TABLA.sound(x, ("indian", "hand percussion"), words, ("tabla ge", "bayan", "tabla bass"))


def _answered(rng: Rng, x: Signal) -> Signal:
    """Let the treble head ring along faintly, as both drums stand side by side, or the head itself under the hand."""
    if chance(rng, 0.35):
        return x
    t60 = rng.uniform(0.2, 1.4)
    t = times(max(len(x) / SAMPLE_RATE_HZ, min(t60, 0.5)))
    ratios = jittered(rng, _TABLA_RATIOS, 0.006)
    weights = jittered(rng, (0.5, 1, 0.7, 0.4, 0.2, 0.1, 0.1), 0.4)
    along = unit(ring(t, log_uniform(rng, 180, 460) * ratios, weights, t60 * ratios**-0.5))
    y = log_uniform(rng, 0.01, 0.2) * float(np.abs(x).max()) * along
    y[: len(x)] += x
    return y


def tabla_phrase(rng: Rng) -> Sound:
    """Play two to five strokes of both hands in quick succession: tirakita, dhere."""
    strokes = [pick(rng, (tabla_treble, tabla_treble, tabla_bass))(rng) for _ in range(int(rng.integers(2, 6)))]
    gap = log_uniform(rng, 0.06, 0.22)
    last = len(strokes[-1].waveform) / SAMPLE_RATE_HZ
    x = np.zeros(len(times(gap * len(strokes) + last)))
    for place, stroke in enumerate(strokes):
        add_at(x, rng.uniform(0.4, 1) * stroke.waveform, place * gap * rng.uniform(0.95, 1.05))
    return TABLA.sound(
        x, ("indian", "hand percussion"), ("acoustic", "fast", "repeated"), ("tabla phrase", "tabla fill")
    )


def tabla_both(rng: Rng) -> Sound:
    """Strike both tablas at once: dha, dhin."""
    treble, bass = tabla_treble(rng).waveform, tabla_bass(rng).waveform
    x = np.zeros(max(len(treble), len(bass)))
    x[: len(treble)] += treble * rng.uniform(0.5, 1)
    x[: len(bass)] += bass * rng.uniform(0.5, 1)
    return TABLA.sound(x, ("indian", "hand percussion"), ("acoustic", "full", "ringing"), ("tabla dha", "tabla dhin"))


def darbuka(rng: Rng) -> Sound:
    """Play a metal or clay goblet: dum in the middle, tek at the rim."""
    is_dum = chance(rng, 0.45)
    f0 = log_uniform(rng, 90, 170) if is_dum else log_uniform(rng, 350, 800)
    t60 = log_uniform(rng, 0.12, 0.5)
    t = times(1.15 * t60)
    if is_dum:
        x = skin(rng, t, f0, t60, rng.uniform(1.4, 2.4), 0.08) + rng.uniform(0.1, 0.4) * hand(rng, t, 300, 5000)
    else:
        x = skin(rng, t, f0, 0.7 * t60, rng.uniform(-0.3, 0.4), 0.01, 0.4) + rng.uniform(0.3, 1) * hand(
            rng, t, 1500, 11_000
        )
    stroke = "dum" if is_dum else "tek"
    words = ("acoustic", "low" if is_dum else "high", "deep" if is_dum else "sharp")
    return DARBUKA.sound(x, ("hand percussion", "arabic", "middle eastern"), words, (f"darbuka {stroke}",))


def cajon(rng: Rng) -> Sound:
    """Slap a plywood box: a kick-like thump in the middle, a snare-like crack with wires at the top."""
    is_bass = chance(rng, 0.45)
    t = times(rng.uniform(0.15, 0.45))
    wood = ring(
        t, jittered(rng, (95, 170, 260, 390, 560, 820, 1200), 0.12), rng.uniform(0.2, 1, 7), rng.uniform(0.04, 0.18, 7)
    )
    wires = highpass(white_noise(rng, len(t)), log_uniform(rng, 1500, 3500)) * decay(t, log_uniform(rng, 0.06, 0.25))
    if is_bass:
        thump = ring(t, (log_uniform(rng, 60, 105),), (1,), (rng.uniform(0.12, 0.4),))
        x = unit(thump) + rng.uniform(0.1, 0.4) * unit(wood) + 0.03 * unit(wires) + 0.15 * hand(rng, t, 200, 2500)
    else:
        x = (
            0.6 * unit(highpass(wood, 250))
            + rng.uniform(0.2, 0.8) * unit(wires)
            + rng.uniform(0.4, 1) * hand(rng, t, 600, 7000)
        )
    stroke = "bass" if is_bass else "slap"
    return CAJON.sound(
        x, ("hand percussion", "flamenco", "peruvian"), ("acoustic", "wooden", stroke, "dry"), (f"cajon {stroke}",)
    )


def frame_drum(rng: Rng) -> Sound:
    """Play a wide shallow drum: a soft deep ring, fingers at the rim, jingling rings on some."""
    f0 = log_uniform(rng, 75, 230)
    t60 = log_uniform(rng, 0.2, 1.0)
    t = times(min(1.1 * t60, 1.2))
    is_rim = chance(rng, 0.35)
    x = skin(rng, t, f0, t60, rng.uniform(0.2, 0.8) if is_rim else rng.uniform(1.2, 2.2), 0.15, 0.6)
    x = x + rng.uniform(0.1, 0.6) * hand(rng, t, 300, 5000 if is_rim else 2000)
    if chance(rng, 0.2):
        x = x + 0.15 * unit(ring(t, rng.uniform(3000, 9000, 20), rng.uniform(0.2, 1, 20), np.full(20, 0.2)))
    words = ("acoustic", "soft", "deep" if not is_rim else "thin")
    return FRAME_DRUM.sound(x, ("hand percussion", "irish", "persian"), words)


def udu(rng: Rng) -> Sound:
    """Play a clay pot: a gulp of air that glides in pitch, or a ceramic tick."""
    if chance(rng, 0.6):
        t = times(rng.uniform(0.15, 0.6))
        f0 = log_uniform(rng, 70, 190)
        hz = glide(t, f0 * rng.uniform(0.6, 1.0), f0 * rng.uniform(1.0, 1.7), rng.uniform(0.02, 0.12))
        x = sine(hz, t) * rise(t, rng.uniform(0.002, 0.02)) * decay(t, rng.uniform(0.15, 0.6)) + 0.1 * hand(
            rng, t, 300, 3000
        )
        return UDU.sound(x, ("hand percussion", "african", "clay"), ("acoustic", "hollow", "low", "deep"))
    t = times(rng.uniform(0.1, 0.3))
    x = ring(
        t, jittered(rng, (620, 1150, 1900, 2800), 0.2), (1, 0.8, 0.5, 0.3), rng.uniform(0.05, 0.2, 4)
    ) + 0.3 * hand(rng, t, 800, 8000)
    return UDU.sound(x, ("hand percussion", "african", "clay"), ("acoustic", "hollow", "high", "dry"))


HAND_DRUMS: tuple[Recipe, ...] = (
    conga, conga, conga_machine, sampled(conga), flam(conga), bongo, bongo, bongo_machine, sampled(bongo), djembe,
    djembe, tabla_treble, tabla_treble, tabla_bass, tabla_both, tabla_phrase, sampled(tabla_treble), darbuka, darbuka,
    cajon, cajon, frame_drum, udu,
)  # fmt: skip
