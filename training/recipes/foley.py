"""Recipes for things that are hit, broken, fired, opened or walked on, and for small machines."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    adsr,
    bandpass,
    chance,
    decay,
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
from training.recipes.modal import dense_modes, ring
from training.recipes.synth import breakpoints, mix, ramp, resonances, room, sweep, wander
from training.sound import SAMPLE_RATE_HZ, Recipe, Sound


def _thud(rng: Rng, hz: float, seconds: float) -> Signal:
    """Hit something dull: a few low modes and a puff of dark noise."""
    t = times(seconds)
    modes = hz * np.array([1.0, 1.7, 2.6, 3.9]) * rng.uniform(0.9, 1.1, 4)
    wave = ring(t, modes, (1, 0.6, 0.4, 0.2), seconds * rng.uniform(0.3, 0.9, 4))
    return wave + rng.uniform(0.3, 1.5) * lowpass(white_noise(rng, len(t)), 8 * hz) * decay(t, 0.4 * seconds)


def _click(rng: Rng, low_hz: float = 1500.0, high_hz: float = 9000.0) -> Signal:
    """Tick: a few milliseconds of noise through a resonance."""
    t = times(rng.uniform(0.01, 0.05))
    hz = log_uniform(rng, low_hz, high_hz)
    tick = white_noise(rng, len(t)) * decay(t, log_uniform(rng, 0.002, 0.02))
    tick = lowpass(tick, log_uniform(rng, 0.8 * hz, 14_000))
    return tick * rng.uniform(0.05, 0.3) + resonances(tick, (hz, 1.7 * hz), (9, 12), (1.0, 0.6))


def explosion(rng: Rng) -> Sound:
    """Blow something up: a crack, a rolling low rumble, debris."""
    t = times(log_uniform(rng, 0.9, 5.0))
    blast = saturate(tilted_noise(rng, len(t), -3) * decay(t, rng.uniform(0.2, 0.8)), log_uniform(rng, 2, 15))
    cutoff = 120 + log_uniform(rng, 1500, 9000) * decay(t, log_uniform(rng, 0.3, 2))
    rumble = tilted_noise(rng, len(t), -6) * (0.7 + 0.5 * wander(rng, t, 7.0)) * decay(t, rng.uniform(0.7, 1.5) * t[-1])
    debris = bandpass(sparse_impulses(rng, 300 * decay(t, t[-1]), t), 400, 4000) * rng.uniform(0, 2)
    wave = sweep(blast, "lowpass", cutoff) + rng.uniform(0.5, 1.5) * rumble + debris
    return sound(wave, "explosion", "fx", ("bomb", "blast", "boom"), ("foley",), ("noisy", "powerful"))


def gunshot(rng: Rng) -> Sound:
    """Fire: a very hard crack, then the place answers; single, burst, or with the bolt."""
    t = times(log_uniform(rng, 0.2, 1.2))
    crack = saturate(white_noise(rng, len(t)) * decay(t, log_uniform(rng, 0.02, 0.15)), log_uniform(rng, 3, 25))
    boom = sine(ramp(t, log_uniform(rng, 150, 500), 45), t) * decay(t, 0.12)
    tail = (
        lowpass(tilted_noise(rng, len(t), -4), log_uniform(rng, 500, 4000)) * decay(t, t[-1]) * rng.uniform(0.05, 0.5)
    )
    shot = lowpass(crack, log_uniform(rng, 3_000, 14_000)) + rng.uniform(0, 1) * boom + tail
    n_shots, gap = pick(rng, (1, 1, 1, 1, 3, 6)), rng.uniform(0.07, 0.13)
    wave = mix(
        *((k * gap, shot) for k in range(n_shots)),
        *((0.3 + 0.1 * k, 0.3 * _click(rng)) for k in range(chance(rng, 0.2) * 2)),
    )
    wave = room(rng, wave, rng.uniform(0.5, 2.5), rng.uniform(0.05, 0.5)) if chance(rng, 0.5) else wave
    return sound(wave, "gunshot", "fx", ("gun", "shot", "pistol", "rifle"), ("weapon",), ("loud", "noisy"))


def door(rng: Rng) -> Sound:
    """Shut, knock on, or creak a door."""
    style = pick(rng, ("slam", "knock", "creak", "latch"))
    if style == "slam":
        rattle = mix(*((rng.uniform(0.0, 0.12), rng.uniform(0.1, 0.5) * _click(rng, 600, 4000)) for _ in range(4)))
        wave = mix((0.0, _thud(rng, log_uniform(rng, 55, 160), 0.5)), (0.01, rattle))
        wave = room(rng, wave, rng.uniform(0.3, 1.2), rng.uniform(0.1, 0.4))
    elif style == "knock":
        hz, gap = log_uniform(rng, 110, 350), rng.uniform(0.12, 0.3)
        wave = mix(*((k * gap * rng.uniform(0.95, 1.05), _thud(rng, hz, 0.12)) for k in range(rng.integers(2, 6))))
    elif style == "creak":
        t = times(log_uniform(rng, 0.5, 2.5))
        rate = 40 + 120 * np.abs(wander(rng, t, 2.0)) * rise(t, 0.2)
        slips = np.diff(np.floor(np.cumsum(rate) / SAMPLE_RATE_HZ), prepend=0.0)
        wave = resonances(slips, log_uniform(rng, 500, 1100) * np.array([1, 1.8, 2.9]), (20, 25, 25), (1, 0.7, 0.5))
    else:
        wave = mix((0.0, _click(rng, 800, 3000)), (rng.uniform(0.06, 0.2), 1.4 * _click(rng, 600, 2500)))
    return sound(wave, "door", "fx", (f"door {style}", "foley"), ("house",), ("acoustic", "wooden"))


def footstep(rng: Rng) -> Sound:
    """Walk: heel and toe on wood, stone, gravel, snow or leaves; one step or several."""
    ground = pick(rng, ("wood", "stone", "gravel", "snow", "leaves"))
    gap, n_steps, parts = rng.uniform(0.35, 0.7), pick(rng, (1, 1, 2, 4)), []
    hz = log_uniform(rng, 70, 220)
    for k in range(n_steps):
        t = times(0.25)
        if ground in ("wood", "stone"):
            step = _thud(rng, hz * rng.uniform(0.95, 1.05) * (1 if ground == "wood" else 2.2), 0.12)
            step = mix((0.0, step), (rng.uniform(0.05, 0.12), 0.5 * step), (0.0, 0.2 * _click(rng)))
        else:
            rate = {"gravel": 1500, "snow": 4000, "leaves": 700}[ground]
            crunch = sparse_impulses(rng, rate * np.sin(np.pi * t / t[-1]), t)
            step = bandpass(crunch, 500, log_uniform(rng, 3_000, 12_000)) * (1.2 - t / t[-1])
        parts.append((k * gap, step * rng.uniform(0.7, 1)))
    return sound(mix(*parts), "footstep", "fx", ("footsteps", "step", "walking", "foley"), (ground,), ("acoustic",))


def glass(rng: Rng) -> Sound:
    """Clink or break glass."""
    is_broken = chance(rng, 0.55)
    if is_broken:
        parts = [(0.0, highpass(white_noise(rng, 9600), 2000) * decay(times(0.2), 0.12) * 0.8)]
        for _ in range(int(rng.integers(12, 45))):
            at, t = rng.exponential(0.18), times(rng.uniform(0.04, 0.3))
            hz = log_uniform(rng, 1800, 14_000) * np.array([1.0, 1.6, 2.4])
            parts.append((min(at, 1.5), rng.uniform(0.1, 0.7) * ring(t, hz, (1, 0.5, 0.3), t[-1] * np.ones(3))))
        wave, names = mix(*parts), ("glass break", "shatter", "breaking glass")
    else:
        t = times(log_uniform(rng, 0.15, 1.5))
        hz = log_uniform(rng, 1200, 4500) * np.array([1.0, 2.32, 4.25, 6.63])
        clink = ring(t, hz * rng.uniform(0.99, 1.01, 4), (1, 0.7, 0.4, 0.3), t[-1] / np.sqrt([1, 2, 3, 4]))
        wave = mix(*((k * rng.uniform(0.05, 0.2), clink * 0.8**k) for k in range(pick(rng, (1, 1, 2)))))
        names = ("glass clink", "bottle", "wine glass", "clink")
    return sound(wave, "glass", "fx", names, ("glass", "foley"), ("bright", "brittle"))


def metal_hit(rng: Rng) -> Sound:
    """Hit a pipe, a plate, a pan, an anvil or a container; a clank, clang or scrape."""
    t = times(log_uniform(rng, 0.15, 3.0))
    low = log_uniform(rng, 120, 1500)
    modes = dense_modes(rng, int(rng.integers(8, 60)), low, low * rng.uniform(6, 25), rng.uniform(0.5, 1.0))
    t60s = rng.uniform(0.3, 1.2) * t[-1] * (low / modes) ** rng.uniform(0.1, 0.7)
    wave = ring(t, modes, rng.random(len(modes)) ** 2 / (modes / low) ** rng.uniform(0, 0.8), t60s)
    wave = wave / (np.max(np.abs(wave)) + 1e-9) + rng.uniform(0, 0.6) * white_noise(rng, len(t)) * decay(t, 0.02)
    wave = mix(*((k * rng.uniform(0.03, 0.3), wave * 0.7**k) for k in range(pick(rng, (1, 1, 1, 2, 3)))))
    wave = saturate(wave, log_uniform(rng, 0.5, 5))
    names = ("clang", "clank", "anvil", "metallic hit", "metal")
    return sound(wave, "metal hit", "fx", names, ("metal", "industrial"), ("metallic", "ringing"))


def coin(rng: Rng) -> Sound:
    """Drop, spin or shake coins."""
    parts, at, gap = [], 0.0, rng.uniform(0.1, 0.25)
    for _ in range(int(rng.integers(1, 12))):
        t = times(rng.uniform(0.05, 0.5))
        hz = log_uniform(rng, 4_000, 7_500) * np.array([1.0, 1.42, 2.1, 2.6])
        parts.append((at, ring(t, hz, (1, 0.8, 0.5, 0.3), np.full(4, t[-1])) * rng.uniform(0.5, 1)))
        at, gap = at + gap, gap * rng.uniform(0.6, 1.0)
    return sound(mix(*parts), "coin", "fx", ("coins", "money", "change"), ("metal", "foley"), ("metallic", "bright"))


def camera(rng: Rng) -> Sound:
    """Take a picture: mirror, shutter, and often the film's motor."""
    t = times(rng.uniform(0.03, 0.4))
    motor = bandpass(white_noise(rng, len(t)), 1000, 8000) * (0.5 + 0.5 * sine(rng.uniform(40, 180), t))
    gap = rng.uniform(0.02, 0.08)
    wave = mix((0.0, _click(rng)), (gap, log_uniform(rng, 0.005, 0.1) * motor), (gap + t[-1], 1.2 * _click(rng)))
    return sound(
        wave, "camera click", "fx", ("camera", "camera shutter", "photo"), ("camera", "foley"), ("mechanical",)
    )


def click(rng: Rng) -> Sound:
    """Click a switch, mouse, key, pen or metronome."""
    style = pick(rng, ("switch", "mouse", "key", "metronome", "pen"))
    if style == "metronome":
        t, hz = times(0.06), log_uniform(rng, 800, 3500)
        wave = ring(t, hz * np.array([1.0, 2.4]), (1.0, 0.3), (0.04, 0.02))
    else:
        gap = rng.uniform(0.03, 0.12)
        wave = mix((0.0, _click(rng, 900, 7000)), (gap, rng.uniform(0.0, 0.9) * _click(rng, 900, 7000)))
    return sound(wave, "click", "fx", (f"{style} click", "tick", "button"), (style, "foley"), ("dry", "tight"))


def clock_tick(rng: Rng) -> Sound:
    """Tick a watch or a grandfather clock."""
    tick, tock = _click(rng, 900, 6000), _click(rng, 700, 5000)
    if chance(rng, 0.4):
        tick = tick + 0.4 * _thud(rng, 250, len(tick) / SAMPLE_RATE_HZ)[: len(tick)]
    gap, n_ticks = pick(rng, (0.2, 0.5, 0.5, 1.0)), int(rng.integers(1, 9))
    wave = mix(*((k * gap, tock if k % 2 else tick) for k in range(n_ticks)))
    return sound(wave, "clock tick", "fx", ("clock", "ticking", "tick tock", "watch"), ("clock",), ("dry",))


def engine(rng: Rng) -> Sound:
    """Run an engine: cars, motorcycles, trucks, helicopters, electric motors; idle, rev or pass."""
    t = times(log_uniform(rng, 1.0, 6.0))
    style = pick(rng, ("car", "motorcycle", "truck", "helicopter", "motor"))
    base = {"car": 60.0, "motorcycle": 90.0, "truck": 28.0, "helicopter": 13.0, "motor": 320.0}[style]
    base *= log_uniform(rng, 0.6, 1.7)
    revs = pick(rng, (1.0, 1.0, rng.uniform(1.5, 3.5)))
    rate = base * breakpoints(t, (0.0, 1.0), (0.5 * t[-1], revs), (t[-1], 1.0)) * (1 + 0.02 * wander(rng, t, 6.0))
    phase_cycles = np.cumsum(rate) / SAMPLE_RATE_HZ
    bangs = np.exp(-((phase_cycles % 1.0) * rng.uniform(3, 14))) * (1 + 0.3 * np.sin(np.pi * phase_cycles))
    source = bangs * (0.6 + 0.5 * white_noise(rng, len(t))) + 0.4 * (phase_cycles % 1.0)
    wave = resonances(source, np.sort(rng.uniform(60, 900, 4)), (2, 3, 4, 4), (1, 0.8, 0.6, 0.4)) + 0.2 * source
    wave = lowpass(saturate(wave - np.mean(wave), log_uniform(rng, 1, 6)), log_uniform(rng, 900, 7000))
    names = ("motor", style, "vehicle")
    return sound(
        wave * adsr(t, 0.1, 9, 1, t[-1] - 0.25, 0.2), "engine", "fx", names, ("machine",), ("sustained", "rumbling")
    )


def cloth(rng: Rng) -> Sound:
    """Rustle paper, cloth, keys or a bag; rip it, zip it."""
    t = times(log_uniform(rng, 0.2, 2.5))
    style = pick(rng, ("paper", "cloth", "zip", "rip", "keys"))
    rate = {"paper": 900, "cloth": 6000, "zip": 400, "rip": 1500, "keys": 25}[style]
    swell = np.clip(0.4 + 0.8 * wander(rng, t, rng.uniform(2, 8)), 0.0, 1.0)
    if style == "zip":
        teeth = sine(log_uniform(rng, 60, 200) * (1 + 2 * t / t[-1]), t) > 0.6
        wave = bandpass(white_noise(rng, len(t)) * teeth, 1500, 9000) * rise(t, 0.1)
    elif style == "keys":
        strokes = sparse_impulses(rng, rate * (0.2 + swell), t)
        strokes[0] = 1.0
        wave = resonances(strokes, rng.uniform(3500, 12_000, 6), np.full(6, 90.0), np.ones(6))
    else:
        top = 5_000 if style == "cloth" else 13_000
        wave = bandpass(sparse_impulses(rng, rate * swell, t), 500, log_uniform(rng, 0.4 * top, top))
    names = (style, "rustle", f"{style} rustling", "texture")
    return sound(wave, "foley", "fx", names, ("household", "foley"), ("noisy", "acoustic"))


RECIPES: tuple[Recipe, ...] = (
    explosion,
    gunshot,
    door,
    footstep,
    glass,
    metal_hit,
    coin,
    camera,
    click,
    clock_tick,
    engine,
    cloth,
)
