"""Hi-hats: closed, open, choked, played with the foot; metal plates, six squares, plain noise, modulated tones."""

import numpy as np

from training.recipes.dsp import (
    Rng,
    Signal,
    add_at,
    attack_decay,
    bandpass,
    chance,
    decay,
    fm,
    highpass,
    hold_decay,
    log_uniform,
    lowpass,
    pick,
    saturate,
    sparse_impulses,
    tilted_noise,
    times,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind
from training.recipes.metal import metal_squares, plate
from training.recipes.modal import ring
from training.recipes.variants import driven, layered, sampled
from training.sound import Recipe, Sound

CLOSED = Kind(
    "closed hi-hat",
    "drums",
    ("hi-hat", "hihat", "hat", "ch", "chh", "closed hat"),
    hz=(6700, 9900),
    seconds=(0.041, 0.16),
)
OPEN = Kind(
    "open hi-hat", "drums", ("open hat", "oh", "ohh", "hi-hat", "hihat", "hat"), hz=(6500, 9600), seconds=(0.26, 0.67)
)
PEDAL = Kind(
    "pedal hi-hat",
    "drums",
    ("foot hi-hat", "hi-hat pedal", "ph", "hi-hat", "hat"),
    hz=(5600, 7700),
    seconds=(0.049, 0.074),
)


def _stick(rng: Rng, t: Signal) -> Signal:
    """Return the wooden tick of a stick on metal, peak 1."""
    tick = ring(t, rng.uniform(900, 6000, 5), rng.uniform(0.3, 1, 5), rng.uniform(0.004, 0.03, 5))
    return unit(tick) + unit(highpass(white_noise(rng, len(t)), 3000) * decay(t, 0.006))


def _cymbals(rng: Rng, t: Signal, t60: float) -> Signal:
    """Return two cymbals that ring for ``t60`` seconds at the bottom, less at the top; some noise of their contact."""
    x = plate(
        rng, t, (log_uniform(rng, 250, 1500), rng.uniform(13_000, 21_000)), (t60, t60 * log_uniform(rng, 0.5, 1.2)),
        center_hz=log_uniform(rng, 4000, 15_000), octaves=rng.uniform(0.8, 1.9), n_modes=int(rng.integers(120, 320)),
    )  # fmt: skip
    hiss = tilted_noise(rng, len(t), rng.uniform(-3, 3)) * decay(t, t60 * rng.uniform(0.5, 1))
    x = x + rng.uniform(0, 0.6) * unit(
        bandpass(hiss, log_uniform(rng, 1500, 6000), log_uniform(rng, 9000, 23_000), order=1)
    )
    # Recorded hats keep some of the low bands: the stand, the stick, the rest of the kit.
    return highpass(x, log_uniform(rng, 80, 2500), order=int(rng.integers(1, 3)))


def closed_acoustic(rng: Rng) -> Sound:
    """Hit closed cymbals with a stick's tip or shoulder, tight or a little loose."""
    is_tight = chance(rng, 0.65)
    t60 = log_uniform(rng, 0.05, 0.28) if is_tight else log_uniform(rng, 0.25, 0.7)
    t = times(1.3 * t60 + 0.02)
    x = unit(_cymbals(rng, t, t60)) + log_uniform(rng, 0.03, 0.8) * _stick(rng, t)
    words = ("acoustic", "tight" if is_tight else "loose", "metallic", "crisp" if is_tight else "sizzling")
    return CLOSED.sound(x, ("acoustic", "drum kit"), words, ("acoustic hat",))


def closed_squares(rng: Rng) -> Sound:
    """Gate six filtered squares: TR-808, TR-606 and their kin."""
    t60 = log_uniform(rng, 0.035, 0.25)
    t = times(1.2 * t60 + 0.01)
    x = metal_squares(rng, t, log_uniform(rng, 0.7, 2.2)) * decay(t, t60)
    x = x + rng.uniform(0, 0.3) * highpass(white_noise(rng, len(t)), 7000) * decay(t, t60)
    machine = pick(rng, ("808", "606", "cr-78"))
    words = ("electronic", "metallic", pick(rng, ("tight", "thin", "crisp")))
    return CLOSED.sound(x, (machine, "analog", "drum machine"), words, (f"{machine} hat",))


def closed_noise(rng: Rng) -> Sound:
    """Gate high noise: house and techno hats, white, narrow or with a formant."""
    t60 = log_uniform(rng, 0.03, 0.25)
    t = times(1.2 * t60 + 0.01)
    x = _shaped_noise(rng, len(t)) * hold_decay(t, rng.uniform(0, 0.01), t60)
    words = ("electronic", pick(rng, ("crisp", "tight", "clean", "airy")))
    return CLOSED.sound(x, ("noise", "synthesized", "drum machine"), words)


def closed_modulated(rng: Rng) -> Sound:
    """Modulate the phase of high tones far beyond their pitch: digital, glassy hats."""
    t60 = log_uniform(rng, 0.03, 0.22)
    t = times(1.2 * t60 + 0.01)
    x = _modulated(rng, t) * decay(t, t60)
    return CLOSED.sound(
        x, ("fm", "digital", "drum machine"), ("electronic", "metallic", pick(rng, ("glassy", "sharp")))
    )


def closed_trap(rng: Rng) -> Sound:
    """Play the very short, bright tick of trap and hip hop hats."""
    t60 = log_uniform(rng, 0.02, 0.08)
    t = times(1.3 * t60 + 0.02)
    x = metal_squares(rng, t, rng.uniform(1, 2.5)) if chance(rng, 0.5) else _cymbals(rng, t, t60)
    x = highpass(unit(x) * decay(t, t60) + 0.5 * _stick(rng, t), log_uniform(rng, 3000, 8000))
    return CLOSED.sound(
        saturate(x, rng.uniform(0.5, 4)), ("trap", "hip hop", "processed"), ("electronic", "tight", "crisp")
    )


def _shaped_noise(rng: Rng, n_frames: int) -> Signal:
    noise = white_noise(rng, n_frames)
    low_hz = log_uniform(rng, 2500, 9000)
    if chance(rng, 0.5):
        dulled = lowpass(noise, log_uniform(rng, 10_000, 23_000), order=1)
        return unit(highpass(dulled, low_hz, order=int(rng.integers(2, 5))))
    return unit(bandpass(noise, low_hz, low_hz * rng.uniform(1.4, 3)))


def _modulated(rng: Rng, t: Signal) -> Signal:
    hz = log_uniform(rng, 1500, 6000)
    x = fm(hz, rng.uniform(1.2, 3.8), rng.uniform(2, 20), t, feedback=rng.uniform(0, 3))
    x = x * fm(log_uniform(rng, 400, 4000), rng.uniform(1.3, 2.7), rng.uniform(0, 6), t) + 0.3 * x
    return unit(lowpass(highpass(x, log_uniform(rng, 2500, 7000)), log_uniform(rng, 7000, 20_000), order=1))


def _open_shape(rng: Rng, t: Signal, t60: float) -> tuple[Signal, tuple[str, ...]]:
    """Return the envelope of an open hat that rings out, or is closed by the foot before."""
    if chance(rng, 0.6):
        return decay(t, t60), ("ringing",)
    close_at = rng.uniform(0.25, 0.75) * t[-1]
    return decay(t, 1.5 * t60) * hold_decay(t, close_at, log_uniform(rng, 0.03, 0.12)), ("choked",)


def open_acoustic(rng: Rng) -> Sound:
    """Hit open cymbals; half open ones sizzle against each other."""
    is_half_open = chance(rng, 0.35)
    t60 = log_uniform(rng, 0.4, 1.3) if is_half_open else log_uniform(rng, 1.0, 7.0)
    t = times(min(1.1 * t60, rng.uniform(1.5, 5.0)))
    x = unit(_cymbals(rng, t, t60))
    if chance(rng, 0.5):  # loud while the plates beat against each other, then they ring alone
        x = x * (rng.uniform(0.1, 0.6) + decay(t, t60 * rng.uniform(0.1, 0.5)))
    x = unit(x) + log_uniform(rng, 0.02, 0.4) * _stick(rng, t)
    if is_half_open or chance(rng, 0.3):
        rattle = highpass(sparse_impulses(rng, rng.uniform(800, 6000), t), 3500) * decay(t, t60)
        x = x + rng.uniform(0.2, 0.8) * unit(rattle)
    shape, words = _open_shape(rng, t, t60)
    kind_words = ("half-open", "sizzling") if is_half_open else ("washy",)
    aliases = ("half open hat",) if is_half_open else ()
    return OPEN.sound(unit(x) * shape, ("acoustic", "drum kit"), ("acoustic", "metallic", *kind_words, *words), aliases)


def open_squares(rng: Rng) -> Sound:
    """Let six filtered squares ring: TR-808, TR-606."""
    t60 = log_uniform(rng, 0.25, 1.6)
    t = times(min(1.1 * t60, 1.6))
    shape, words = _open_shape(rng, t, t60)
    hiss = highpass(white_noise(rng, len(t)), 7000)
    x = (metal_squares(rng, t, log_uniform(rng, 0.7, 2.2)) + rng.uniform(0, 0.15) * hiss) * shape
    machine = pick(rng, ("808", "606"))
    return OPEN.sound(
        x, (machine, "analog", "drum machine"), ("electronic", "metallic", *words), (f"{machine} open hat",)
    )


def open_sampled_machine(rng: Rng) -> Sound:
    """Play cymbals recorded at 6 bits, swept by an analog envelope, as the TR-909 does."""
    t60 = log_uniform(rng, 0.25, 1.3)
    t = times(min(1.1 * t60, 1.4))
    shape, words = _open_shape(rng, t, t60)
    cymbal = unit(_cymbals(rng, t, rng.uniform(1, 3)))
    x = highpass(np.round(cymbal * 31) / 31, log_uniform(rng, 2000, 6000)) * shape
    return OPEN.sound(x, ("909", "drum machine"), ("electronic", "sizzling", "crisp", *words), ("909 open hat",))


def open_noise(rng: Rng) -> Sound:
    """Let high noise fall slowly: the off-beat hats of house and disco, chiptune ones too."""
    t60 = log_uniform(rng, 0.2, 1.2)
    t = times(min(1.1 * t60, 1.4))
    shape, words = _open_shape(rng, t, t60)
    x = (_modulated(rng, t) if chance(rng, 0.3) else _shaped_noise(rng, len(t))) * shape
    return OPEN.sound(x, ("noise", "synthesized", "drum machine"), ("electronic", "airy", *words))


def pedal(rng: Rng) -> Sound:
    """Close the cymbals with the foot: a soft chick without a stick; quickly reopened, a splash."""
    is_splash = chance(rng, 0.15)
    t60 = log_uniform(rng, 0.4, 1.2) if is_splash else log_uniform(rng, 0.05, 0.3)
    t = times(1.2 * t60 + 0.03)
    x = unit(_cymbals(rng, t, t60)) * attack_decay(t, rng.uniform(0.001, 0.008), 3 * t60)
    clap_of_air = bandpass(white_noise(rng, len(t)), 300, 2500) * attack_decay(t, 0.003, rng.uniform(0.02, 0.06))
    x = x + log_uniform(rng, 0.03, 0.4) * unit(clap_of_air)
    if chance(rng, 0.4):  # the rims touch twice
        first = np.zeros_like(x)
        add_at(first, x, rng.uniform(0.004, 0.02))
        x = 0.5 * x + first
    x = lowpass(x, log_uniform(rng, 6000, 21_000), order=1)
    words = ("acoustic", "soft", "splashy" if is_splash else "tight")
    return PEDAL.sound(x, ("acoustic", "drum kit", "foot"), words)


HIHATS: tuple[Recipe, ...] = (
    closed_acoustic, closed_acoustic, closed_squares, closed_noise, closed_modulated, closed_trap,
    sampled(closed_acoustic), sampled(closed_squares), driven(closed_acoustic), layered(closed_noise, closed_acoustic),
    open_acoustic, open_acoustic, open_acoustic, open_squares, open_sampled_machine, open_noise,
    sampled(open_acoustic), driven(open_squares), layered(open_noise, open_acoustic), pedal, sampled(pedal),
)  # fmt: skip
