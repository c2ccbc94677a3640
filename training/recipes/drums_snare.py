"""Snare drums: heads, shells and wires; analog circuits; brushes; gated and layered ones."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    add_at,
    attack_decay,
    banded_noise,
    bandpass,
    chance,
    decay,
    fm,
    glide,
    highpass,
    hold_decay,
    log_uniform,
    lowpass,
    pick,
    resonate,
    saturate,
    sine,
    sparse_impulses,
    tilted_noise,
    times,
    triangle,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind
from training.recipes.modal import membrane, ring
from training.recipes.strikes import contact
from training.recipes.variants import driven, flam, layered, sampled
from training.sound import Recipe, Sound

SNARE = Kind("snare drum", "drums", ("snare", "sd", "snr"), hz=(1100, 3000), seconds=(0.12, 0.3))

_WIRE_BANDS_HZ = (300, 900, 2000, 4000, 7500, 14_000)


def _stick(rng: Rng, t: Signal) -> Signal:
    """Return the click of a stick tip on a head, peak 1."""
    return contact(rng, t, (1200, 4000), (6000, 18_000), (0.004, 0.02))


def _head(rng: Rng, t: Signal, f0: float, t60: float, velocity: float) -> Signal:
    """Return a struck batter head over a shell, peak 1; its pitch falls a little, more when hit hard."""
    hz = f0 * (1 + rng.uniform(0, 0.18) * velocity * decay(t, 0.06))
    return membrane(rng, t, hz, t60, slope=rng.uniform(0.2, 1.8), damping=rng.uniform(0.1, 0.9))


def _wires(rng: Rng, t: Signal, t60: float) -> Signal:
    """Return the buzz of snare wires, peak 1: broad noise whose middle stays longest and whose onset lags."""
    center = rng.uniform(0.5, 4.5)
    places = np.arange(len(_WIRE_BANDS_HZ))
    levels = -3 * places - rng.uniform(1, 5) * np.abs(places - center) + rng.normal(0, 2.5, len(places))
    t60s = t60 * (1.1 - 0.12 * np.abs(places - 2)) * rng.uniform(0.8, 1.2, len(places))
    noise = banded_noise(rng, t, _WIRE_BANDS_HZ, levels, t60s, attack=log_uniform(rng, 0.0005, 0.008))
    if chance(rng, 0.4):  # single wires slap the head: a coarse, rattling noise
        noise = unit(noise) + rng.uniform(0.3, 1.0) * unit(
            bandpass(sparse_impulses(rng, log_uniform(rng, 300, 3000), t), 1200, 9000) * decay(t, t60 * 1.2)
        )
    return unit(noise)


def acoustic(rng: Rng) -> Sound:
    """Hit a snare drum with a stick: wood or metal shell, any tension, damped or ringing."""
    is_ringing = chance(rng, 0.3)
    ring_t60 = log_uniform(rng, 0.35, 1.2) if is_ringing else log_uniform(rng, 0.06, 0.35)
    wire_t60 = log_uniform(rng, 0.12, 0.7)
    t = times(min(1.1 * max(ring_t60, wire_t60), 1.4))
    is_piccolo = chance(rng, 0.25)
    f0 = log_uniform(rng, 230, 420) if is_piccolo else log_uniform(rng, 130, 260)
    velocity = rng.uniform(0.15, 1.0)
    x = log_uniform(rng, 0.25, 1.0) * _head(rng, t, f0, ring_t60, velocity)
    x = (
        x
        + log_uniform(rng, 0.2, 1.2) * _wires(rng, t, wire_t60)
        + log_uniform(rng, 0.05, 0.8) * velocity * _stick(rng, t)
    )
    if chance(rng, 0.3):  # stick on head and rim at once
        shell = ring(t, np.sort(rng.uniform(380, 2600, 6)), rng.uniform(0.2, 1, 6), rng.uniform(0.05, 0.3, 6))
        x = x + rng.uniform(0.2, 0.7) * unit(shell)
    if velocity < 0.5:
        x = lowpass(x, log_uniform(rng, 2500, 12_000), order=1)
    words = [
        "acoustic",
        "ringing" if is_ringing else pick(rng, ("dry", "tight", "crisp")),
        "hard" if velocity > 0.65 else "soft",
    ]
    words += ["piccolo", "high"] if is_piccolo else []
    return SNARE.sound(saturate(x, rng.uniform(0.2, 2)), ("acoustic", "drum kit"), words, ("acoustic snare",))


def deep_damped(rng: Rng) -> Sound:
    """Hit a low, muffled snare drum: tape on the head, a towel, the seventies."""
    t = times(rng.uniform(0.15, 0.5))
    x = _head(rng, t, log_uniform(rng, 90, 180), log_uniform(rng, 0.06, 0.25), 0.6)
    x = x + log_uniform(rng, 0.3, 1.3) * _wires(rng, t, log_uniform(rng, 0.12, 0.4)) + 0.2 * _stick(rng, t)
    x = lowpass(x, log_uniform(rng, 2500, 9000), order=1)
    return SNARE.sound(x, ("acoustic", "drum kit"), ("acoustic", "fat", "muffled", "dry"), ("fat snare",))


def rattling(rng: Rng) -> Sound:
    """Leave the wires loose: a long papery buzz after the hit."""
    t = times(rng.uniform(0.5, 1.3))
    wire_t60 = rng.uniform(0.5, 1.3)
    buzz = unit(bandpass(sparse_impulses(rng, 300 + 4000 * decay(t, wire_t60), t), 900, log_uniform(rng, 4000, 12_000)))
    x = 0.6 * _head(rng, t, log_uniform(rng, 140, 260), rng.uniform(0.15, 0.6), 0.7) + 0.4 * _stick(rng, t)
    x = x + rng.uniform(0.4, 1) * buzz * decay(t, wire_t60) + 0.4 * _wires(rng, t, 0.25)
    return SNARE.sound(x, ("acoustic", "drum kit"), ("acoustic", "rattling", "loose", "noisy"), ("loose snare",))


def brushed(rng: Rng) -> Sound:
    """Tap or sweep a snare drum with brushes."""
    is_sweep = chance(rng, 0.45)
    t = times(rng.uniform(0.25, 0.9) if is_sweep else rng.uniform(0.12, 0.4))
    swish = bandpass(
        tilted_noise(rng, len(t), rng.uniform(-5, 1)), log_uniform(rng, 400, 2000), log_uniform(rng, 5000, 14_000)
    )
    if is_sweep:
        middle = rng.uniform(0.3, 0.7) * t[-1]
        shape = np.exp(-0.5 * ((t - middle) / (0.22 * t[-1])) ** 2)
        x = unit(swish * shape) + 0.1 * unit(lowpass(swish * shape, 500))
    else:
        x = unit(swish * attack_decay(t, rng.uniform(0.003, 0.015), rng.uniform(0.08, 0.3)))
        x = x + rng.uniform(0.05, 0.4) * _head(rng, t, log_uniform(rng, 150, 260), 0.15, 0.2)
        x = x + rng.uniform(0.05, 0.4) * _wires(rng, t, rng.uniform(0.1, 0.3))
    words = ("acoustic", "soft", "brushed", "airy")
    return SNARE.sound(x, ("acoustic", "jazz kit", "brushes"), words, ("brush snare", "brushed snare"))


def analog_two_tone(rng: Rng) -> Sound:
    """Ring two bridged-T networks and add high noise, as the TR-808 does ("tone" and "snappy")."""
    tone_t60, noise_t60 = log_uniform(rng, 0.06, 0.35), log_uniform(rng, 0.08, 0.6)
    t = times(1.1 * max(tone_t60, noise_t60))
    f0 = log_uniform(rng, 150, 240)
    hz = f0 * (1 + rng.uniform(0, 0.5) * decay(t, 0.03))
    balance = rng.uniform(0.15, 0.85)
    tones = balance * sine(hz, t) + (1 - balance) * sine(hz * rng.uniform(1.6, 2.1), t)
    noise = highpass(white_noise(rng, len(t)), log_uniform(rng, 500, 3500))
    x = tones * decay(t, tone_t60) + log_uniform(rng, 0.08, 0.5) * noise * decay(t, noise_t60)
    words = ("electronic", pick(rng, ("snappy", "crisp", "clean")))
    return SNARE.sound(x, ("808", "analog", "drum machine"), words, ("808 snare",))


def analog_swept(rng: Rng) -> Sound:
    """Sweep two bent triangles and gate two noises, as the TR-909 does."""
    tone_t60, noise_t60 = log_uniform(rng, 0.06, 0.3), log_uniform(rng, 0.12, 0.7)
    t = times(1.1 * max(tone_t60, noise_t60))
    f0 = log_uniform(rng, 140, 230)
    hz = glide(t, f0 * rng.uniform(1.3, 3), f0, log_uniform(rng, 0.006, 0.03))
    tones = (triangle(hz, t, 0.25) + rng.uniform(0.3, 1) * triangle(hz * rng.uniform(1.4, 1.8), t, 0.25)) * decay(
        t, tone_t60
    )
    noise = lowpass(white_noise(rng, len(t)), log_uniform(rng, 4000, 16_000))
    x = unit(tones) + log_uniform(rng, 0.1, 0.5) * noise * decay(t, tone_t60)
    x = x + log_uniform(rng, 0.1, 0.6) * highpass(noise, 1500) * decay(t, noise_t60)
    words = ("electronic", "punchy", pick(rng, ("snappy", "hard", "crisp")))
    return SNARE.sound(saturate(x, rng.uniform(0.5, 3)), ("909", "analog", "drum machine"), words, ("909 snare",))


def rhythm_box(rng: Rng) -> Sound:
    """Play the small hiss-and-tick snares of early rhythm boxes and 606-like machines."""
    t60 = log_uniform(rng, 0.05, 0.25)
    t = times(1.15 * t60)
    noise = unit(bandpass(white_noise(rng, len(t)), log_uniform(rng, 1500, 5000), log_uniform(rng, 6000, 15_000)))
    x = noise * attack_decay(t, rng.uniform(0.0005, 0.004), t60)
    x = x + rng.uniform(0, 0.6) * sine(log_uniform(rng, 180, 420), t) * decay(t, t60 * 0.7)
    box = pick(rng, ("606", "cr-78", "rhythm box"))
    return SNARE.sound(x, (box, "analog", "drum machine"), ("electronic", "vintage", "thin", "noisy"))


def noise_hit(rng: Rng) -> Sound:
    """Gate plain noise, bright or dark: electro, minimal and chiptune snares; held noise sounds 8-bit."""
    t60 = log_uniform(rng, 0.08, 0.6)
    t = times(1.1 * t60)
    is_stepped = chance(rng, 0.35)
    if is_stepped:
        hold = int(rng.integers(2, 14))
        x = np.repeat(np.sign(white_noise(rng, len(t) // hold + 1)), hold)[: len(t)]
    else:
        formant_hz = log_uniform(rng, 400, 5000)
        x = tilted_noise(rng, len(t), rng.uniform(-6, 2))
        x = 0.4 * x + rng.uniform(0.5, 2) * resonate(x, formant_hz, rng.uniform(0.5, 2))
    x = x * hold_decay(t, rng.uniform(0, 0.05), t60)
    x = x + rng.uniform(0, 1.5) * sine(glide(t, rng.uniform(200, 500), rng.uniform(120, 220), 0.02), t) * decay(t, 0.1)
    source = ("chiptune", "8-bit", "video game") if is_stepped else ("noise", "synthesized")
    return SNARE.sound(x, source, ("electronic", "noisy", "lo-fi" if is_stepped else "clean"), ("noise snare",))


def gated(rng: Rng) -> Sound:
    """Cut a loud room off all at once: the snare of the eighties."""
    gate = rng.uniform(0.12, 0.4)
    t = times(gate + 0.15)
    room = lowpass(white_noise(rng, len(t)), log_uniform(rng, 2500, 9000)) * hold_decay(t, gate, 0.08) * decay(t, 2.0)
    x = _head(rng, t, log_uniform(rng, 130, 220), 0.25, 1.0) + 0.5 * _stick(rng, t) + rng.uniform(0.3, 0.9) * unit(room)
    words = ("gated", "big", "punchy", "hard")
    return SNARE.sound(saturate(x, rng.uniform(1, 4)), ("80s", "processed", "gated reverb"), words, ("gated snare",))


def electronic_drum(rng: Rng) -> Sound:
    """Bend a tone under noise, as hexagonal drum pads do, or modulate its phase."""
    t60 = log_uniform(rng, 0.12, 0.6)
    t = times(1.1 * t60)
    hz = glide(t, log_uniform(rng, 250, 900), log_uniform(rng, 110, 260), log_uniform(rng, 0.02, 0.12))
    if chance(rng, 0.5):
        tone = fm(hz, rng.uniform(1.2, 3.7), log_uniform(rng, 0.5, 8) * decay(t, t60), t)
    else:
        tone = sine(hz, t)
    noise = lowpass(white_noise(rng, len(t)), log_uniform(rng, 1500, 12_000))
    x = tone * decay(t, t60) + log_uniform(rng, 0.1, 0.8) * noise * decay(t, t60 * rng.uniform(0.4, 1.2))
    return SNARE.sound(x, ("electronic drum pad", "synthesized"), ("electronic", "80s"), ("electronic snare",))


def trap(rng: Rng) -> Sound:
    """Stack a short high tone, bright noise and a clap-like grain: trap and hip hop."""
    t60 = log_uniform(rng, 0.1, 0.4)
    t = times(1.1 * t60)
    f0 = log_uniform(rng, 180, 380)
    x = (
        rng.uniform(0.3, 1)
        * sine(glide(t, f0 * rng.uniform(1.2, 2.2), f0, 0.012), t)
        * decay(t, rng.uniform(0.06, 0.16))
    )
    noise = unit(highpass(white_noise(rng, len(t)), log_uniform(rng, 600, 4000)))
    x = x + rng.uniform(0.3, 1) * noise * decay(t, t60)
    for _ in range(int(rng.integers(0, 4))):
        grain_t = times(0.05)
        grain = bandpass(white_noise(rng, len(grain_t)), 800, 5000) * decay(grain_t, 0.04)
        add_at(x, 0.5 * unit(grain), rng.uniform(0, 0.025))
    style = pick(rng, ("trap", "hip hop", "pop", "house"))
    return SNARE.sound(
        saturate(x, rng.uniform(0.5, 5)), (style, "processed", "layered"), ("electronic", "snappy", "crisp")
    )


SNARES: tuple[Recipe, ...] = (
    acoustic, acoustic, deep_damped, rattling, brushed, analog_two_tone, analog_swept, rhythm_box, noise_hit, gated,
    electronic_drum, trap, sampled(acoustic), sampled(acoustic), sampled(deep_damped), sampled(gated), driven(acoustic),
    driven(analog_swept), layered(acoustic, trap), layered(analog_two_tone, acoustic), flam(acoustic),
)  # fmt: skip
