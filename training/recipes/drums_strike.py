"""Short strikes of a kit that are not drums: rims and cross sticks, hand claps, finger snaps, sticks."""

import numpy as np

from training.recipes.drums_snare import acoustic
from training.recipes.dsp import (
    Rng,
    Signal,
    add_at,
    attack_decay,
    bandpass,
    chance,
    decay,
    highpass,
    log_uniform,
    lowpass,
    pick,
    resonate,
    saturate,
    sine,
    tilted_noise,
    times,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind
from training.recipes.modal import MEMBRANE_RATIOS, jittered, ring
from training.recipes.strikes import tick
from training.recipes.variants import driven, flam, layered, sampled
from training.sound import Recipe, Sound

RIMSHOT = Kind("rimshot", "drums", ("rim", "rim shot", "rs"), hz=(1200, 2300), seconds=(0.03, 0.085))
CLAP = Kind("hand clap", "drums", ("clap", "cp", "handclap", "clp"), hz=(1800, 3200), seconds=(0.099, 0.21))
SNAP = Kind("finger snap", "drums", ("snap", "finger click", "fingersnap"), hz=(2800, 3900), seconds=(0.04, 0.06))


def side_stick(rng: Rng) -> Sound:
    """Knock a stick, laid across the head, on the rim: a dry wooden click with a hollow body."""
    t60, body_t60, buzz_t60 = log_uniform(rng, 0.03, 0.2), log_uniform(rng, 0.05, 0.4), log_uniform(rng, 0.06, 0.5)
    t = times(1.2 * max(t60, body_t60, buzz_t60) + 0.02)
    f0 = log_uniform(rng, 420, 1400)
    stick = jittered(rng, f0 * np.array((1.0, 1.62, 2.3, 3.1, 4.4, 6.2)), 0.12)
    knock = ring(t, stick, jittered(rng, (1, 0.9, 0.7, 0.5, 0.35, 0.2), 0.6), jittered(rng, np.full(6, t60), 0.35))
    ratios = jittered(rng, MEMBRANE_RATIOS[:6], 0.04)
    head = ring(t, log_uniform(rng, 140, 330) * ratios, jittered(rng, ratios**-0.5, 0.4), body_t60 * ratios**-0.4)
    wires = bandpass(white_noise(rng, len(t)), log_uniform(rng, 400, 2000), 11_000, order=1) * decay(t, buzz_t60)
    x = unit(knock) + log_uniform(rng, 0.03, 1.0) * unit(head) + rng.uniform(0.1, 1) * tick(rng, t)
    x = x + log_uniform(rng, 0.005, 0.4) * unit(wires)  # the snares answer, as they do on a kit
    words = ("acoustic", "dry", pick(rng, ("wooden", "clicky", "tight")))
    return RIMSHOT.sound(x, ("acoustic", "drum kit"), words, ("side stick", "cross stick", "sidestick"))


def loud_rimshot(rng: Rng) -> Sound:
    """Hit head and rim together: a crack with ringing overtones and a little of the wires."""
    t60 = log_uniform(rng, 0.08, 0.45)
    t = times(1.2 * t60)
    rim = ring(t, np.sort(rng.uniform(350, 3800, 10)), rng.uniform(0.2, 1, 10), t60 * rng.uniform(0.2, 0.9, 10))
    ratios = jittered(rng, MEMBRANE_RATIOS[:8], 0.03)
    head = ring(t, log_uniform(rng, 180, 420) * ratios, jittered(rng, ratios**-0.4, 0.4), t60 * ratios**-0.5)
    wires = bandpass(white_noise(rng, len(t)), 1500, 11_000) * decay(t, rng.uniform(0.05, 0.3))
    x = unit(rim) + rng.uniform(0.2, 0.9) * unit(head) + rng.uniform(0.3, 1) * tick(rng, t)
    x = x + log_uniform(rng, 0.02, 0.3) * unit(wires)
    words = ("acoustic", "hard", "ringing", "cracking")
    return RIMSHOT.sound(saturate(x, rng.uniform(0.5, 3)), ("acoustic", "drum kit"), words, ("snare rimshot",))


def snare_and_rim(rng: Rng) -> Sound:
    """Hit a whole snare drum on head and rim: the crack and the wires, as rimshots are played on a backbeat."""
    drum, rim = acoustic(rng).waveform, loud_rimshot(rng).waveform
    x = np.zeros(max(len(drum), len(rim)))
    add_at(x, rng.uniform(0.3, 1) * drum, 0.0)
    add_at(x, rng.uniform(0.5, 1.2) * rim, rng.uniform(0, 0.003))
    words = ("acoustic", "hard", "ringing", pick(rng, ("cracking", "loud", "snappy")))
    return RIMSHOT.sound(saturate(x, rng.uniform(0.5, 2)), ("acoustic", "drum kit"), words, ("snare rimshot",))


def analog_rim(rng: Rng) -> Sound:
    """Ring two or three resonators with one pulse and clip them, as the TR-808 and TR-909 do."""
    t60 = log_uniform(rng, 0.015, 0.08)
    t = times(1.5 * t60 + 0.02)
    is_909 = chance(rng, 0.5)
    tuning = log_uniform(rng, 0.7, 1.5)
    hz = np.array((220, 500, 950) if is_909 else (455, 1667, 1810)) * tuning
    x = ring(t, jittered(rng, hz, 0.05), rng.uniform(0.4, 1, 3), jittered(rng, np.full(3, t60), 0.3))
    x = saturate(x, log_uniform(rng, 1, 12))
    x = highpass(x + rng.uniform(0, 0.4) * tick(rng, t), log_uniform(rng, 80, 500))
    machine = "909" if is_909 else "808"
    words = ("electronic", "clicky", pick(rng, ("tight", "sharp", "dry")))
    return RIMSHOT.sound(x, (machine, "analog", "drum machine"), words, (f"{machine} rimshot",))


def digital_rim(rng: Rng) -> Sound:
    """Click a few inharmonic partials with a hard edge: digital machines and minimal techno."""
    t60 = log_uniform(rng, 0.02, 0.12)
    t = times(1.3 * t60 + 0.02)
    n_modes = int(rng.integers(2, 7))
    hz = np.exp(rng.uniform(np.log(350), np.log(4200), n_modes))
    x = ring(
        t, hz, rng.uniform(0.3, 1, n_modes), t60 * rng.uniform(0.3, 1, n_modes), rng.uniform(0, 2 * np.pi, n_modes)
    )
    x = unit(x) + rng.uniform(0, 0.8) * tick(rng, t)
    return RIMSHOT.sound(x, ("digital", "drum machine"), ("electronic", "clicky", "hard"))


def _palm(rng: Rng, hz: float, t60: float) -> Signal:
    """Return one pair of hands, peak 1: a burst of noise through the resonance of the hollow between them."""
    t = times(1.2 * t60 + 0.01)
    q = rng.uniform(0.7, 2.5)
    noise = lowpass(white_noise(rng, len(t)), log_uniform(rng, 3500, 18_000), order=1)
    x = unit(resonate(noise, hz, q)) + rng.uniform(0.03, 0.4) * unit(highpass(noise, 3500))
    return unit(x * attack_decay(t, rng.uniform(0.0003, 0.002), t60))


def analog_clap(rng: Rng) -> Sound:
    """Gate filtered noise three or four times, then let it ring: the claps of the TR-808 and TR-909."""
    tail_t60 = log_uniform(rng, 0.12, 0.8)
    t = times(min(1.05 * tail_t60 + 0.05, 1.0))
    hz, width = log_uniform(rng, 800, 1700), rng.uniform(1.25, 2.4)
    noise = bandpass(white_noise(rng, len(t)), hz / width, hz * width) + rng.uniform(0, 0.15) * white_noise(rng, len(t))
    gap, n_bursts = rng.uniform(0.007, 0.014), int(rng.integers(2, 5))
    last = gap * n_bursts
    saws = decay(np.remainder(t, gap), rng.uniform(1.0, 2.5) * gap) * (t < last)
    tail = (t >= last) * decay(np.maximum(t - last, 0), tail_t60)
    x = unit(noise * (saws + rng.uniform(0.3, 1.0) * tail))
    machine = pick(rng, ("808", "909", "606"))
    words = ("electronic", pick(rng, ("snappy", "crisp", "tight")))
    return CLAP.sound(highpass(x, 300), (machine, "analog", "drum machine"), words, (f"{machine} clap",))


def one_pair(rng: Rng) -> Sound:
    """Clap once: cupped hands are low, flat ones bright."""
    hz = log_uniform(rng, 600, 2800)
    clap = _palm(rng, hz, log_uniform(rng, 0.025, 0.18))
    x = np.pad(clap, (0, 4800))
    room_t = times(len(x) / 48_000 - 0.004)
    room = bandpass(white_noise(rng, len(room_t)), 500, 7000) * decay(room_t, log_uniform(rng, 0.08, 0.4))
    add_at(x, log_uniform(rng, 0.01, 0.25) * unit(room), 0.004)
    words = ("acoustic", "dry", "single", pick(rng, ("natural", "tight")))
    return CLAP.sound(x, ("hands", "recorded"), words, ("single clap",))


def group(rng: Rng) -> Sound:
    """Let several people clap almost together."""
    n_people = int(rng.integers(3, 24))
    looseness = log_uniform(rng, 0.006, 0.035)
    x = np.zeros(len(times(0.2 + 6 * looseness)))
    for _ in range(n_people):
        clap = _palm(rng, log_uniform(rng, 700, 2500), log_uniform(rng, 0.03, 0.1))
        add_at(
            x, rng.uniform(0.3, 1) * clap, 2.2 * looseness + np.clip(rng.normal(0, looseness), -2.2 * looseness, None)
        )
    room_t = times(len(x) / 48_000)
    room = bandpass(white_noise(rng, len(x)), 400, 6000) * attack_decay(
        room_t, 3 * looseness, log_uniform(rng, 0.1, 0.5)
    )
    x = unit(x) + log_uniform(rng, 0.02, 0.3) * unit(room)
    return CLAP.sound(
        x, ("hands", "people", "recorded"), ("acoustic", "group", "loose", "natural"), ("group clap", "claps")
    )


def layered_clap(rng: Rng) -> Sound:
    """Stack bursts of differing colour with a short bright room: house, pop, hip hop."""
    x = np.zeros(len(times(rng.uniform(0.2, 0.6))))
    t = times(len(x) / 48_000)
    for _ in range(int(rng.integers(2, 6))):
        add_at(
            x,
            rng.uniform(0.4, 1) * _palm(rng, log_uniform(rng, 800, 3500), log_uniform(rng, 0.03, 0.15)),
            rng.uniform(0, 0.03),
        )
    tail = bandpass(
        tilted_noise(rng, len(t), rng.uniform(-3, 3)), log_uniform(rng, 400, 1200), log_uniform(rng, 5000, 16_000)
    )
    x = unit(x) + rng.uniform(0.1, 0.6) * unit(tail * attack_decay(t, 0.012, log_uniform(rng, 0.1, 0.5)))
    style = pick(rng, ("house", "pop", "hip hop", "trap", "techno"))
    x = saturate(x, rng.uniform(0.5, 4))
    return CLAP.sound(
        x, (style, "layered", "processed"), ("electronic", pick(rng, ("snappy", "bright", "fat"))), (f"{style} clap",)
    )


def digital_clap(rng: Rng) -> Sound:
    """Chop a single noise with a fast tremolo: cheap keyboards and early digital machines."""
    t60 = log_uniform(rng, 0.08, 0.35)
    t = times(1.1 * t60)
    noise = bandpass(white_noise(rng, len(t)), log_uniform(rng, 500, 1500), log_uniform(rng, 2500, 9000))
    chop = np.where(t < 0.04, 0.5 + 0.5 * sine(rng.uniform(60, 120), t, np.pi / 2), 1.0)
    return CLAP.sound(noise * chop * decay(t, t60), ("digital", "drum machine"), ("electronic", "vintage", "noisy"))


def snap(rng: Rng) -> Sound:
    """Snap fingers: a sharp, narrow resonance of the palm, a faint slide before it."""
    t60 = log_uniform(rng, 0.02, 0.09)
    t = times(0.3)
    hz = log_uniform(rng, 1500, 3600)
    x = np.zeros(len(t))
    strike_t = times(0.15)
    noise = white_noise(rng, len(strike_t)) * decay(strike_t, log_uniform(rng, 0.006, 0.03))
    strike = resonate(noise, hz, rng.uniform(2, 8)) + rng.uniform(0.2, 0.7) * resonate(
        noise, hz * rng.uniform(1.5, 2.2), 3
    )
    strike = unit(strike) + rng.uniform(0.1, 0.7) * unit(ring(strike_t, (hz,), (1,), (t60,)))
    onset = rng.uniform(0, 0.03) if chance(rng, 0.4) else 0.0
    add_at(x, strike, onset)
    slide = bandpass(white_noise(rng, len(t)), 2500, 9000) * (t < onset) * t
    x = x + rng.uniform(0.02, 0.12) * unit(slide)
    room = bandpass(white_noise(rng, len(t)), 1000, 8000) * decay(t, log_uniform(rng, 0.06, 0.35)) * (t > onset)
    x = highpass(x + log_uniform(rng, 0.005, 0.12) * unit(room), 700)
    return SNAP.sound(x, ("fingers", "recorded"), ("acoustic", "dry", pick(rng, ("tight", "sharp", "natural"))))


def snap_group(rng: Rng) -> Sound:
    """Snap several fingers at once, or stack snaps as pop producers do."""
    x = np.zeros(len(times(0.45)))
    for _ in range(int(rng.integers(2, 8))):
        add_at(x, snap(rng).waveform * rng.uniform(0.3, 1), rng.uniform(0, 0.03))
    return SNAP.sound(x, ("fingers", "layered"), ("group", pick(rng, ("wide", "crisp"))), ("snaps",))


def electronic_snap(rng: Rng) -> Sound:
    """Ping a resonator with a noise burst: the snaps of trap and r'n'b kits."""
    t60 = log_uniform(rng, 0.04, 0.25)
    t = times(1.1 * t60)
    hz = log_uniform(rng, 1400, 3200)
    x = resonate(white_noise(rng, len(t)), hz, rng.uniform(1.5, 6)) * decay(t, t60)
    x = unit(x) + rng.uniform(0, 0.5) * tick(rng, t) + rng.uniform(0, 0.5) * sine(hz, t) * decay(t, 0.03)
    return SNAP.sound(
        lowpass(x, 14_000), ("trap", "drum machine", "synthesized"), ("electronic", "crisp"), ("808 snap",)
    )


RIMS: tuple[Recipe, ...] = (
    side_stick, side_stick, loud_rimshot, snare_and_rim, snare_and_rim, analog_rim, digital_rim,
    sampled(side_stick), sampled(loud_rimshot), driven(analog_rim), layered(side_stick, loud_rimshot),
)  # fmt: skip
CLAPS: tuple[Recipe, ...] = (
    analog_clap, analog_clap, one_pair, group, layered_clap, digital_clap, sampled(group), sampled(analog_clap),
    sampled(one_pair), driven(layered_clap), layered(analog_clap, group), flam(one_pair),
)  # fmt: skip
SNAPS: tuple[Recipe, ...] = (snap, snap, snap_group, electronic_snap, sampled(snap))
