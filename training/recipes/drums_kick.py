"""Bass drums: analog circuits, skins with beaters, layered club kicks, hard ones, toys."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    attack_decay,
    banded_noise,
    bandpass,
    chance,
    decay,
    fm,
    glide,
    hard_clip,
    highpass,
    hold_decay,
    log_uniform,
    lowpass,
    pick,
    saturate,
    sine,
    square,
    tilted_noise,
    times,
    triangle,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind
from training.recipes.modal import jittered, membrane, ring
from training.recipes.variants import driven, layered, sampled
from training.sound import Recipe, Sound

KICK = Kind("kick drum", "drums", ("kick", "bass drum", "bd", "kik", "kd"), hz=(97, 220), seconds=(0.095, 0.42))


def _click(rng: Rng, t: Signal, low_hz: float, high_hz: float) -> Signal:
    """Return the first milliseconds of a beater or a trigger pulse, peak about 1."""
    burst = bandpass(white_noise(rng, len(t)), low_hz, high_hz) * decay(t, log_uniform(rng, 0.004, 0.03))
    return unit(burst)


def analog_long(rng: Rng) -> Sound:
    """Ring a bridged-T network as the TR-808 does: nearly a sine, a slight fall of pitch, a soft click."""
    seconds = log_uniform(rng, 0.25, 4.0)
    t = times(min(1.1 * seconds, 3.5))
    f0 = log_uniform(rng, 36, 68)
    hz = glide(t, f0 * rng.uniform(1.1, 4.0), f0, log_uniform(rng, 0.004, 0.035))
    x = sine(hz, t, rng.uniform(0, 1.5)) * decay(t, seconds)
    x = x + rng.uniform(0, 0.35) * lowpass(_click(rng, t, 300, 6000), log_uniform(rng, 400, 6000))
    words = ["deep", "electronic", "clean"]
    if chance(rng, 0.35):
        x = saturate(x, log_uniform(rng, 1.5, 8))
        words[-1] = "warm"
    if seconds > 1.2:
        words += ["boomy", "sub"]
    return KICK.sound(x, ("808", "analog", "drum machine"), words, ("808 kick",))


def analog_punchy(rng: Rng) -> Sound:
    """Sweep a bent triangle down fast, with a noisy attack, as the TR-909 does."""
    seconds = log_uniform(rng, 0.12, 0.9)
    t = times(1.1 * seconds)
    f0 = log_uniform(rng, 42, 70)
    hz = glide(t, f0 * log_uniform(rng, 2.5, 9), f0, log_uniform(rng, 0.008, 0.04))
    body = saturate(triangle(hz, t, 0.25), rng.uniform(1, 4)) * hold_decay(t, rng.uniform(0, 0.06), seconds)
    x = body + rng.uniform(0.05, 0.5) * _click(rng, t, 800, rng.uniform(3000, 14000))
    x = lowpass(x, log_uniform(rng, 1500, 16000))
    words = ["punchy", "electronic", pick(rng, ("tight", "hard", "snappy"))]
    return KICK.sound(x, ("909", "analog", "drum machine"), words, ("909 kick",))


def analog_small(rng: Rng) -> Sound:
    """Play the thin, pitched thud of rhythm boxes: CR-78, TR-606, organ accompaniments."""
    seconds = log_uniform(rng, 0.07, 0.35)
    t = times(1.15 * seconds)
    f0 = log_uniform(rng, 52, 110)
    hz = glide(t, f0 * rng.uniform(1.0, 1.7), f0, log_uniform(rng, 0.004, 0.02))
    x = sine(hz, t) * attack_decay(t, log_uniform(rng, 0.0005, 0.006), seconds)
    x = x + rng.uniform(0, 0.12) * _click(rng, t, 200, 3000)
    box = pick(rng, ("606", "cr-78", "rhythm box", "707"))
    words = ["electronic", "vintage", pick(rng, ("thin", "dry", "tight"))]
    return KICK.sound(x, (box, "analog", "drum machine"), words)


def acoustic(rng: Rng) -> Sound:
    """Strike a two-headed drum: membrane modes, a shell, a beater of felt or wood, muffled or open."""
    is_open = chance(rng, 0.3)
    seconds = log_uniform(rng, 0.3, 1.4) if is_open else log_uniform(rng, 0.09, 0.4)
    t = times(1.2 * seconds)
    f0 = log_uniform(rng, 44, 95)
    velocity = rng.uniform(0.2, 1.0)
    hz = f0 * (1 + rng.uniform(0, 0.7) * velocity * decay(t, log_uniform(rng, 0.03, 0.2)))
    x = membrane(rng, t, hz, seconds, slope=rng.uniform(0.7, 2.5), damping=rng.uniform(0.4, 1.2))
    beater = _click(rng, t, log_uniform(rng, 300, 2500), log_uniform(rng, 3000, 12000))
    x = x + log_uniform(rng, 0.03, 1.6) * velocity * beater
    knock = ring(
        t,
        jittered(rng, (210, 390, 640, 980, 1500), 0.25),
        jittered(rng, (1, 0.7, 0.5, 0.4, 0.2), 0.5),
        np.full(5, log_uniform(rng, 0.02, 0.12)),
    )
    x = x + rng.uniform(0, 0.5) * knock
    air = tilted_noise(rng, len(t), rng.uniform(-9, -3)) * decay(t, log_uniform(rng, 0.04, 0.5 * seconds + 0.05))
    x = x + rng.uniform(0, 0.06) * air
    if chance(rng, 0.3):  # the snare on the same kit answers
        x = x + log_uniform(rng, 0.003, 0.05) * bandpass(white_noise(rng, len(t)), 1500, 8000) * attack_decay(
            t, 0.02, 0.3
        )
    words = [
        "acoustic",
        "open" if is_open else pick(rng, ("muffled", "dry", "tight")),
        "hard" if velocity > 0.7 else "soft",
    ]
    return KICK.sound(x, ("acoustic", "drum kit"), words, ("acoustic kick",))


def club(rng: Rng) -> Sound:
    """Build a house or techno kick: two-stage pitch sweep, mid thump, bright click, some drive."""
    seconds = log_uniform(rng, 0.18, 0.8)
    t = times(1.15 * seconds)
    f0 = log_uniform(rng, 40, 62)
    fast = glide(t, f0 * log_uniform(rng, 4, 60), 0, log_uniform(rng, 0.001, 0.008))
    slow = glide(t, f0 * log_uniform(rng, 1.5, 5), f0, log_uniform(rng, 0.012, 0.06))
    x = sine(np.minimum(fast + slow, 12_000), t) * hold_decay(t, rng.uniform(0.0, 0.12), seconds)
    x = saturate(x, log_uniform(rng, 0.8, 6))
    x = x + log_uniform(rng, 0.02, 0.5) * _click(rng, t, log_uniform(rng, 1500, 5000), 16000)
    style = pick(rng, ("house", "techno", "trance", "electro", "edm"))
    words = ["electronic", "punchy", pick(rng, ("fat", "tight", "hard", "clean"))]
    return KICK.sound(x, (style, "synthesized"), words, (f"{style} kick",))


def hardcore(rng: Rng) -> Sound:
    """Drive a falling tone until it is nearly a square: gabber, hardstyle, industrial, a pitched tail."""
    seconds = log_uniform(rng, 0.25, 1.2)
    t = times(1.05 * seconds)
    f0 = log_uniform(rng, 42, 95)
    hz = glide(t, f0 * log_uniform(rng, 3, 14), f0, log_uniform(rng, 0.01, 0.06))
    x = sine(hz, t) * hold_decay(t, rng.uniform(0.05, 0.5) * seconds, seconds)
    if chance(rng, 0.5):
        x = x + rng.uniform(0.05, 0.4) * bandpass(white_noise(rng, len(t)), 400, 6000) * decay(t, seconds * 0.6)
    x = hard_clip(saturate(x, log_uniform(rng, 4, 40)), rng.uniform(1, 3))
    x = lowpass(x, log_uniform(rng, 1200, 12000)) * hold_decay(t, 0.3 * seconds, seconds)
    style = pick(rng, ("gabber", "hardstyle", "hardcore", "industrial"))
    return KICK.sound(x, (style, "distorted"), ("distorted", "hard", "aggressive", "electronic"), (f"{style} kick",))


def rumble(rng: Rng) -> Sound:
    """Let a short kick excite a dark room: the rolling tail of warehouse techno."""
    t = times(rng.uniform(0.5, 1.6))
    f0 = log_uniform(rng, 40, 58)
    hit = sine(glide(t, f0 * rng.uniform(2, 7), f0, 0.02), t) * decay(t, log_uniform(rng, 0.15, 0.4))
    tail = lowpass(white_noise(rng, len(t)), log_uniform(rng, 70, 260), order=4)
    tail = unit(tail) * attack_decay(t, rng.uniform(0.03, 0.15), rng.uniform(0.5, 2.0))
    x = saturate(hit + rng.uniform(0.2, 0.8) * tail, rng.uniform(1, 3)) + rng.uniform(0, 0.2) * _click(
        rng, t, 1000, 9000
    )
    return KICK.sound(x, ("techno", "processed"), ("boomy", "rumbling", "electronic", "deep"), ("techno kick",))


def frequency_modulated(rng: Rng) -> Sound:
    """Modulate the phase of a falling sine, for a wooden or glassy attack."""
    seconds = log_uniform(rng, 0.12, 0.7)
    t = times(1.1 * seconds)
    f0 = log_uniform(rng, 40, 80)
    hz = glide(t, f0 * log_uniform(rng, 1.5, 8), f0, log_uniform(rng, 0.006, 0.04))
    index = log_uniform(rng, 0.8, 9) * decay(t, log_uniform(rng, 0.02, 0.3))
    x = fm(hz, pick(rng, (0.5, 1.0, 1.41, 2.0, 2.7, 3.5)), index, t) * decay(t, seconds)
    return KICK.sound(x, ("fm", "synthesized"), ("electronic", pick(rng, ("knocking", "punchy", "tight"))))


def toy(rng: Rng) -> Sound:
    """Drop a square or a stepped triangle, as game consoles do."""
    seconds = log_uniform(rng, 0.06, 0.3)
    t = times(1.1 * seconds)
    hz = glide(t, log_uniform(rng, 150, 600), log_uniform(rng, 35, 70), log_uniform(rng, 0.01, 0.06))
    x = pick(rng, (square, triangle))(hz, t) * decay(t, seconds)
    x = np.round(x * 7) / 7 + 0.1 * chance(rng, 0.4) * _click(rng, t, 500, 9000)
    return KICK.sound(x, ("chiptune", "8-bit", "video game"), ("lo-fi", "electronic", "thin"))


def thud(rng: Rng) -> Sound:
    """Hit something that is not a drum: a box, a floor, a suitcase; mostly low noise with a few modes."""
    seconds = log_uniform(rng, 0.07, 0.35)
    t = times(1.2 * seconds)
    bands = (60, 150, 400, 1200, 5000)
    slope = rng.uniform(-16, -7)
    noise = banded_noise(rng, t, bands, [slope * i for i in range(5)], [seconds * 0.75**i for i in range(5)])
    modes = jittered(rng, (55, 92, 140, 210, 330), 0.2)
    body = ring(t, modes, jittered(rng, (1, 0.8, 0.4, 0.2, 0.1), 0.6), jittered(rng, np.full(5, seconds), 0.3))
    x = unit(noise) + rng.uniform(0.3, 2.5) * body
    return KICK.sound(
        highpass(x, 30), ("found sound", "lo-fi"), ("muffled", "dry", pick(rng, ("soft", "warm", "lo-fi")))
    )


KICKS: tuple[Recipe, ...] = (
    analog_long, analog_punchy, analog_small, acoustic, acoustic, club, hardcore, rumble, frequency_modulated, toy,
    thud, sampled(acoustic), sampled(analog_punchy), sampled(club), driven(analog_long), driven(acoustic),
    layered(analog_long, acoustic), layered(club, thud), layered(acoustic, club),
)  # fmt: skip
