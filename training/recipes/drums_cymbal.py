"""Crash, splash, china and ride cymbals."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    attack_decay,
    banded_noise,
    chance,
    decay,
    fm,
    highpass,
    hold_decay,
    log_uniform,
    lowpass,
    pick,
    sparse_impulses,
    tilted_noise,
    times,
    unit,
)
from training.recipes.kinds import Kind
from training.recipes.metal import metal_squares, plate
from training.recipes.modal import jittered, ring
from training.recipes.strikes import tick
from training.recipes.variants import sampled
from training.sound import Recipe, Sound

CRASH = Kind("crash cymbal", "drums", ("crash", "cymbal", "cr", "crsh"), hz=(4400, 7700), seconds=(1.1, 2.4))
SPLASH = Kind("splash cymbal", "drums", ("splash", "cymbal"), hz=(5300, 9400), seconds=(0.28, 0.64))
CHINA = Kind("china cymbal", "drums", ("china", "chinese cymbal", "cymbal"), hz=(6700, 8300), seconds=(0.53, 1.2))
RIDE = Kind("ride cymbal", "drums", ("ride", "rd", "cymbal"), hz=(3700, 6300), seconds=(0.66, 1.4))

_LONGEST_SECONDS = 4.0


def _wash(rng: Rng, t: Signal, t60: float, brightness: float, bloom: float) -> Signal:
    """Return the noise-like roar of a plate driven hard, peak 1; it brightens, then darkens."""
    bands = (300, 800, 2000, 5000, 10_000, 16_000)
    levels = [brightness * place + rng.normal(0, 2) for place in range(len(bands))]
    t60s = [t60 * rng.uniform(0.8, 1.2) * 0.86**place for place in range(len(bands))]
    return unit(banded_noise(rng, t, bands, levels, t60s, attack=bloom))


def _crashed(rng: Rng, t: Signal, low_hz: float, t60: float, bloom: float) -> Signal:
    """Return a thin cymbal hit on its edge, peak 1: plate modes, wash, stick."""
    modes = plate(
        rng, t, (low_hz, rng.uniform(13_000, 19_000)), (t60, t60 * log_uniform(rng, 0.2, 0.6)),
        center_hz=log_uniform(rng, 2500, 11_000), octaves=rng.uniform(1.0, 2.0), bloom_seconds=bloom,
    )  # fmt: skip
    x = rng.uniform(0.4, 1) * modes + rng.uniform(0.2, 0.8) * _wash(rng, t, t60 * 0.9, rng.uniform(-4, 2), bloom)
    return unit(x + log_uniform(rng, 0.02, 0.4) * tick(rng, t))


def crash(rng: Rng) -> Sound:
    """Hit a crash cymbal, let it ring, or grab it."""
    t60 = log_uniform(rng, 1.5, 8.0)
    is_choked = chance(rng, 0.12)
    t = times(rng.uniform(0.4, 1.0) if is_choked else min(rng.uniform(0.5, 0.9) * t60, _LONGEST_SECONDS))
    x = _crashed(rng, t, log_uniform(rng, 180, 600), t60, log_uniform(rng, 0.003, 0.07))
    words = ["acoustic", "metallic", "washy"]
    if is_choked:
        x = x * hold_decay(t, rng.uniform(0.15, 0.5) * t[-1], rng.uniform(0.05, 0.25))
        words.append("choked")
    return CRASH.sound(highpass(x, log_uniform(rng, 60, 400)), ("acoustic", "drum kit"), words)


def crash_swell(rng: Rng) -> Sound:
    """Roll a crash cymbal with mallets: it swells, then rings."""
    t = times(rng.uniform(1.5, 4.0))
    peak_at = rng.uniform(0.3, 0.75) * t[-1]
    x = _crashed(rng, t, log_uniform(rng, 150, 500), 20.0, 0.05)
    swell = np.minimum(t / peak_at, 1.0) ** rng.uniform(1.5, 4) * hold_decay(t, peak_at, rng.uniform(1, 5))
    words = ("acoustic", "soft", "rising", "swelling")
    return CRASH.sound(
        x * swell, ("acoustic", "mallets", "orchestral"), words, ("cymbal roll", "suspended cymbal", "cymbal swell")
    )


def crash_electronic(rng: Rng) -> Sound:
    """Ring six squares or coloured noise for long: drum machines and synthesizers."""
    t60 = log_uniform(rng, 0.8, 5.0)
    t = times(min(0.9 * t60, 3.0))
    if chance(rng, 0.5):
        machine, metal = pick(rng, ("808", "606", "cr-78")), metal_squares(rng, t, log_uniform(rng, 0.6, 2.0))
    else:
        machine, metal = (
            "synthesized",
            unit(fm(log_uniform(rng, 900, 4000), 1.4142, rng.uniform(4, 20), t, feedback=2.0)),
        )
    noise = highpass(tilted_noise(rng, len(t), rng.uniform(-3, 3)), log_uniform(rng, 1000, 6000))
    x = (rng.uniform(0.2, 1) * metal + rng.uniform(0.1, 0.8) * unit(noise)) * decay(t, t60)
    return CRASH.sound(x, (machine, "drum machine"), ("electronic", "metallic", "noisy"), (f"{machine} cymbal",))


def splash(rng: Rng) -> Sound:
    """Hit a small thin cymbal: bright and quickly gone."""
    t60 = log_uniform(rng, 0.5, 2.2)
    t = times(min(t60, 2.0))
    x = _crashed(rng, t, log_uniform(rng, 500, 1200), t60, log_uniform(rng, 0.002, 0.015))
    return SPLASH.sound(
        highpass(x, log_uniform(rng, 200, 1200)), ("acoustic", "drum kit"), ("acoustic", "metallic", "splashy")
    )


def china(rng: Rng) -> Sound:
    """Hit a cymbal with an upturned edge: trashy, fast, more noise than tone."""
    t60 = log_uniform(rng, 0.9, 4.0)
    t = times(min(0.8 * t60, 3.0))
    x = _crashed(rng, t, log_uniform(rng, 150, 450), t60, log_uniform(rng, 0.002, 0.02))
    trash = _wash(rng, t, 0.5 * t60, rng.uniform(-5, 1), 0.003) + 0.5 * unit(
        sparse_impulses(rng, 4000, t) * decay(t, t60)
    )
    x = np.tanh(rng.uniform(1, 3) * (x + rng.uniform(0.4, 1.2) * trash))
    return CHINA.sound(x, ("acoustic", "drum kit"), ("acoustic", "metallic", "trashy", "noisy"))


def ride(rng: Rng) -> Sound:
    """Ping a ride cymbal with the tip of a stick: a clear tick and a few clear partials over a quiet, long wash."""
    t60 = log_uniform(rng, 1.2, 7.0)
    t = times(min(rng.uniform(0.5, 0.9) * t60, _LONGEST_SECONDS))
    low_hz = log_uniform(rng, 220, 500)
    wash = plate(
        rng, t, (low_hz, rng.uniform(12_000, 18_000)), (t60, t60 * log_uniform(rng, 0.25, 0.7)),
        center_hz=log_uniform(rng, 3500, 13_000), octaves=rng.uniform(0.8, 2.0), bloom_seconds=rng.uniform(0.01, 0.1),
    )  # fmt: skip
    n_partials = int(rng.integers(4, 14))
    partials = np.exp(rng.uniform(np.log(900), np.log(9000), n_partials))
    ping = ring(t, partials, rng.uniform(0.3, 1, n_partials), t60 * rng.uniform(0.1, 0.6, n_partials))
    is_washy = chance(rng, 0.3)
    x = rng.uniform(0.5, 1.0 if is_washy else 0.7) * wash + log_uniform(rng, 0.1, 0.9) * unit(ping)
    x = x + log_uniform(rng, 0.2, 1.2) * tick(rng, t)
    words = ("acoustic", "metallic", "washy" if is_washy else pick(rng, ("pinging", "dry", "clear")))
    return RIDE.sound(highpass(x, log_uniform(rng, 80, 600)), ("acoustic", "drum kit"), words)


def ride_bell(rng: Rng) -> Sound:
    """Hit the bell of a ride cymbal: strong, nearly pitched partials."""
    t60 = log_uniform(rng, 1.0, 6.0)
    t = times(min(0.7 * t60, _LONGEST_SECONDS))
    f0 = log_uniform(rng, 420, 950)
    ratios = jittered(rng, (1.0, 1.52, 2.05, 2.71, 3.48, 4.3, 5.4, 6.9, 8.6), 0.05)
    bell = ring(t, f0 * ratios, jittered(rng, ratios**-0.3, 0.4), jittered(rng, t60 * ratios**-0.5, 0.2))
    wash = plate(rng, t, (300, 16_000), (t60, 0.3 * t60), log_uniform(rng, 2500, 8000), 1.5, 200, 0.03)
    x = unit(bell) + rng.uniform(0.1, 0.6) * wash + rng.uniform(0.1, 0.8) * tick(rng, t)
    words = ("acoustic", "metallic", "ringing", "bell-like")
    return RIDE.sound(x, ("acoustic", "drum kit"), words, ("ride bell", "bell of the ride"))


def ride_machine(rng: Rng) -> Sound:
    """Loop a coarse recording of a ride under an envelope, as the TR-909 does, or ring squares."""
    t60 = log_uniform(rng, 0.6, 3.0)
    t = times(min(0.9 * t60, 2.5))
    squares = metal_squares(rng, t, rng.uniform(0.8, 2))
    metal = (
        plate(rng, t, (400, 16_000), (2 * t60, t60), log_uniform(rng, 3500, 8000), 1.2, 120)
        if chance(rng, 0.6)
        else squares
    )
    x = metal * attack_decay(t, 0.001, t60) + log_uniform(rng, 0.1, 0.6) * tick(rng, t)
    x = np.round(lowpass(unit(x), rng.uniform(7000, 16_000)) * 31) / 31
    return RIDE.sound(x, ("909", "drum machine"), ("electronic", "metallic", "vintage"), ("909 ride",))


CYMBALS: tuple[Recipe, ...] = (
    crash, crash, crash_swell, crash_electronic, sampled(crash), splash, splash, china, china,
    ride, ride, ride_bell, ride_machine, sampled(ride),
)  # fmt: skip
