"""Recipes for weather, water, fire, people and places."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    bandpass,
    chance,
    decay,
    glide,
    highpass,
    log_uniform,
    lowpass,
    pick,
    rise,
    saturate,
    sine,
    sparse_impulses,
    tilted_noise,
    times,
    white_noise,
)
from training.recipes.finish import sound
from training.recipes.synth import mix, resonances, sweep, wander
from training.recipes.voice_synth import talk
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound


def _bed(rng: Rng) -> Signal:
    """Draw how long a place is heard."""
    return times(log_uniform(rng, 1.5, 7.0))


def _ends(t: Signal) -> Signal:
    return adsr(t, 0.06, 9, 1, t[-1] - 0.15, 0.12)


def rain(rng: Rng) -> Sound:
    """Let it rain: a hiss of far drops, near ones on leaves, tin or glass."""
    t = _bed(rng)
    far = highpass(tilted_noise(rng, len(t), rng.uniform(-3, 0)), log_uniform(rng, 200, 1500)) * rng.uniform(0.05, 1)
    near = sparse_impulses(rng, log_uniform(rng, 30, 900), t)
    center = log_uniform(rng, 700, 5000)
    drops = resonances(near, (center, 1.9 * center), (3, 4), (1.0, 0.6))
    drops *= rng.uniform(0.0, 3.0) * np.std(far) / (np.std(drops) + 1e-9)
    wave = (far * (1 + 0.15 * wander(rng, t, 1.0)) + drops) * _ends(t)
    return sound(wave, "rain", "fx", ("raindrops", "rainfall", "downpour", "nature"), ("weather",), ("noisy", "wet"))


def wind(rng: Rng) -> Sound:
    """Let the wind blow: noise whose resonances rise and fall with its strength; howl, gust, breeze."""
    t = _bed(rng)
    gust = 0.5 + 0.5 * wander(rng, t, log_uniform(rng, 0.3, 1.5))
    air = tilted_noise(rng, len(t), rng.uniform(-5, -2))
    howl = sweep(air, "bandpass", log_uniform(rng, 250, 900) * 2.0**gust, log_uniform(rng, 3, 25))
    body = sweep(air, "lowpass", 150 + log_uniform(rng, 300, 3000) * gust)
    wave = (rng.uniform(0, 3) * howl + body) * (0.15 + gust) * _ends(t)
    return sound(wave, "wind", "fx", ("breeze", "howling wind", "gust", "nature"), ("weather",), ("airy", "evolving"))


def thunder(rng: Rng) -> Sound:
    """Crack and roll: near lightning or a far storm."""
    t = times(log_uniform(rng, 2.0, 7.5))
    roll = tilted_noise(rng, len(t), rng.uniform(-6, -4)) * np.clip(0.4 + wander(rng, t, 3.0), 0.05, 1.5)
    roll = lowpass(roll, log_uniform(rng, 120, 1800), 1) * rise(t, rng.uniform(0.02, 0.8)) * decay(t, 1.3 * t[-1])
    crack = saturate(tilted_noise(rng, len(t), -2) * decay(t, 0.5) * np.clip(wander(rng, t, 30.0), 0, 1), 4)
    wave = roll / np.max(np.abs(roll)) + pick(rng, (0.0, rng.uniform(0.2, 1))) * lowpass(crack, 6000)
    return sound(
        wave, "thunder", "fx", ("lightning", "storm", "thunderclap", "nature"), ("weather",), ("rumbling", "powerful")
    )


def ocean_waves(rng: Rng) -> Sound:
    """Let waves come in and draw back over sand or stones."""
    t = times(log_uniform(rng, 3.0, 7.8))
    swell = (0.5 + 0.5 * sine(rng.uniform(0.12, 0.5), t, rng.uniform(0, 6.28))) ** rng.uniform(1, 3)
    surf = sweep(tilted_noise(rng, len(t), -2), "lowpass", 300 + log_uniform(rng, 2_000, 9_000) * swell)
    hiss = highpass(white_noise(rng, len(t)), 3000) * np.roll(swell, 12_000) * rng.uniform(0, 0.3)
    wave = (surf * (0.15 + swell) + hiss) * _ends(t)
    return sound(
        wave, "ocean waves", "fx", ("sea", "waves", "surf", "beach", "nature"), ("water",), ("noisy", "evolving")
    )


def _bubble(rng: Rng, low_hz: float, high_hz: float) -> Signal:
    """Release one bubble: a decaying sine whose pitch rises as it nears the surface (van den Doel 2005)."""
    t, hz = times(rng.uniform(0.02, 0.12)), log_uniform(rng, low_hz, high_hz)
    return sine(hz * (1 + rng.uniform(0, 9) * t), t) * decay(t, rng.uniform(0.3, 1) * t[-1]) * rise(t, 0.002)


def stream(rng: Rng) -> Sound:
    """Let a brook or a tap run: many small bubbles over a hiss."""
    t = _bed(rng)
    rate = log_uniform(rng, 25, 70)
    parts = [(rng.uniform(0, t[-1]), _bubble(rng, 300, 3500) * rng.random() ** 2) for _ in range(int(rate * t[-1]))]
    hiss = bandpass(white_noise(rng, len(t)), 400, log_uniform(rng, 2_000, 9_000)) * rng.uniform(0.01, 0.2)
    wave = mix((0.0, hiss), *parts, seconds=len(t) / SAMPLE_RATE_HZ) * _ends(t)
    return sound(wave, "stream", "fx", ("brook", "river", "running water", "water", "nature"), ("water",), ("wet",))


def bubbles(rng: Rng) -> Sound:
    """Blow bubbles, boil, gurgle."""
    seconds, rate = log_uniform(rng, 0.5, 4.0), log_uniform(rng, 4, 30)
    low = log_uniform(rng, 120, 500)
    parts = [
        (rng.uniform(0, seconds), _bubble(rng, low, 5 * low) * rng.uniform(0.2, 1))
        for _ in range(int(rate * seconds) + 2)
    ]
    return sound(mix(*parts), "bubbles", "fx", ("bubbling", "underwater", "gurgle"), ("water",), ("wet",))


def water_drop(rng: Rng) -> Sound:
    """Let a drop fall: a tick and the ringing bubble; in a cave, again and again, or a splash."""
    if chance(rng, 0.25):
        t = times(log_uniform(rng, 0.3, 1.2))
        splash = bandpass(white_noise(rng, len(t)), 300, 6000) * decay(t, t[-1]) * rise(t, 0.02)
        wave = mix((0.0, splash), *((rng.uniform(0.02, 0.4), 0.4 * _bubble(rng, 300, 1500)) for _ in range(12)))
        return sound(wave, "water drop", "fx", ("splash", "water", "plunge"), ("water",), ("wet", "noisy"))
    t = times(rng.uniform(0.06, 0.3))
    start = log_uniform(rng, 400, 2200)
    drop = (
        sine(glide(t, start, start * rng.uniform(1.2, 2.8), rng.uniform(0.02, 0.1)), t)
        * decay(t, t[-1])
        * rise(t, 0.003)
    )
    drop = mix((0.0, drop), (0.0, 0.1 * highpass(white_noise(rng, 300), 3000)))
    wave = mix(*((k * rng.uniform(0.2, 0.6), drop * 0.8**k) for k in range(pick(rng, (1, 1, 2, 4)))))
    return sound(wave, "water drop", "fx", ("drip", "droplet", "water", "plop"), ("water",), ("wet",))


def fire(rng: Rng) -> Sound:
    """Burn wood: crackles of all sizes over a low roar."""
    t = _bed(rng)
    snaps = bandpass(sparse_impulses(rng, log_uniform(rng, 8, 80), t) ** 3, 700, log_uniform(rng, 4_000, 14_000))
    pops = lowpass(sparse_impulses(rng, log_uniform(rng, 1, 8), t), 2000) * 8
    roar = lowpass(tilted_noise(rng, len(t), -5), 400) * (1 + 0.4 * wander(rng, t, 5.0)) * rng.uniform(0.01, 0.3)
    wave = (snaps + pops + roar) * _ends(t)
    return sound(
        wave,
        "fire crackle",
        "fx",
        ("fire", "campfire", "crackling fire", "fireplace"),
        ("nature",),
        ("crackling", "noisy"),
    )


def applause(rng: Rng) -> Sound:
    """Clap: a few people or a hall."""
    t = _bed(rng)
    people, parts = int(log_uniform(rng, 3, 45)), []
    for _ in range(people):
        gap, hz = rng.uniform(0.16, 0.35), log_uniform(rng, 700, 2500)
        burst_t = times(0.035)
        clap = bandpass(white_noise(rng, len(burst_t)), 0.6 * hz, 1.7 * hz) * decay(burst_t, 0.03) * rng.uniform(0.2, 1)
        n = int(t[-1] / gap)
        parts += [(rng.uniform(0, gap) + k * gap + rng.normal(0, 0.015) + 0.05, clap) for k in range(n)]
    hall = bandpass(sparse_impulses(rng, 2500, t), 600, 4500) * rng.uniform(0, 0.6) * (people > 12)
    wave = mix((0.0, hall), *parts, seconds=len(t) / SAMPLE_RATE_HZ)
    swell = adsr(t, rng.uniform(0.05, 0.8), 9, 1, 0.75 * t[-1], 0.25 * t[-1])
    return sound(wave * swell, "applause", "fx", ("clapping", "audience", "crowd clapping"), ("people",), ("noisy",))


def crowd(rng: Rng) -> Sound:
    """Gather people: a murmuring bar, a cheering stadium."""
    t, is_cheering = _bed(rng), chance(rng, 0.45)
    wave = np.zeros(len(t))
    for _ in range(2):
        base = log_uniform(rng, 100, 380 if is_cheering else 240)
        hz = base * (1 + 0.15 * wander(rng, t, 3.0)) * (1.4 if is_cheering else 1.0)
        buzz = 2.0 * ((np.cumsum(hz) / SAMPLE_RATE_HZ) % 1.0) - 1.0
        wave += np.roll(
            talk(rng, t, buzz + 0.4 * white_noise(rng, len(t)), rng.uniform(3, 6), rng.uniform(0.9, 1.2)), 9_999
        )
    for shift in (17_000, 31_000, 43_000):  # the same few people again, elsewhere, some of them backwards
        wave = wave + np.roll(wave, shift)[:: pick(rng, (1, -1))]
    bed = bandpass(white_noise(rng, len(t)), 350, 2800) * (1.5 if is_cheering else 0.3) * np.std(wave)
    wave = lowpass(wave + bed, log_uniform(rng, 2_000, 7_000)) * _ends(t)
    names = (
        ("cheering", "stadium", "audience") if is_cheering else ("murmur", "people talking", "bar", "chatter", "walla")
    )
    return sound(wave, "crowd", "fx", names, ("people",), ("noisy", "sustained"))


def room_tone(rng: Rng) -> Sound:
    """Record nothing: a quiet room, a hall, a street far away, ventilation."""
    t = _bed(rng)
    air = tilted_noise(rng, len(t), rng.uniform(-7, -2)) * (1 + 0.2 * wander(rng, t, 1.0))
    hz = rng.uniform(60, 900, 3)
    wave = lowpass(air, log_uniform(rng, 400, 6000)) + rng.uniform(0, 1) * resonances(
        air, hz, (8, 9, 10), (0.5, 0.4, 0.3)
    )
    wave = wave + rng.uniform(0, 0.3) * np.std(wave) * sine(pick(rng, (50, 60, 100, 120)), t)
    names = ("ambience", "room noise", "background", "atmos", "field recording")
    return sound(wave * _ends(t), "room tone", "fx", names, ("field recording",), ("noisy", "sustained", "quiet"))


RECIPES: tuple[Recipe, ...] = (
    rain,
    wind,
    thunder,
    ocean_waves,
    stream,
    bubbles,
    water_drop,
    fire,
    applause,
    crowd,
    room_tone,
)
