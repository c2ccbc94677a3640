"""Toms: skins from rack to floor, analog circuits, bent electronic ones."""

from training.recipes.dsp import (
    Rng,
    bandpass,
    chance,
    decay,
    fm,
    glide,
    log_uniform,
    lowpass,
    pick,
    saturate,
    sine,
    tilted_noise,
    times,
    triangle,
    unit,
    white_noise,
)
from training.recipes.kinds import Kind
from training.recipes.modal import membrane, ring
from training.recipes.strikes import contact
from training.recipes.variants import driven, flam, sampled
from training.sound import Recipe, Sound

TOM = Kind("tom", "drums", ("tom tom", "tom drum", "tm"), hz=(140, 360), seconds=(0.19, 0.5))
ELECTRONIC_TOM = Kind(
    "electronic tom", "drums", ("tom", "synth tom", "simmons tom", "disco tom"), hz=(290, 430), seconds=(0.21, 0.56)
)

_MID_HZ = (105.0, 165.0)  # between floor tom and high tom


def register(f0: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words and the names for a tom tuned to ``f0``."""
    if f0 < _MID_HZ[0]:
        return ("low",), ("floor tom", "low tom", "lt")
    if f0 > _MID_HZ[1]:
        return ("high",), ("high tom", "rack tom", "ht")
    return ("mid",), ("mid tom", "rack tom", "mt")


def acoustic(rng: Rng) -> Sound:
    """Hit a two-headed tom with a stick or a mallet, damped or singing."""
    f0 = log_uniform(rng, 62, 260)
    is_ringing = chance(rng, 0.45)
    t60 = (log_uniform(rng, 0.9, 3.2) if is_ringing else log_uniform(rng, 0.3, 1.0)) * (120 / f0) ** 0.3
    t = times(min(1.1 * t60, 2.5))
    velocity = rng.uniform(0.2, 1)
    hz = f0 * (1 + rng.uniform(0.0, 0.35) * velocity * decay(t, log_uniform(rng, 0.08, 0.5)))
    x = membrane(rng, t, hz, t60, slope=rng.uniform(0.3, 2.1), damping=rng.uniform(0.3, 1.2))
    x = x + log_uniform(rng, 0.05, 1.0) * velocity * contact(rng, t, (600, 2500), (4000, 14_000), (0.005, 0.03))
    skin = tilted_noise(rng, len(t), rng.uniform(-8, -2)) * decay(t, log_uniform(rng, 0.05, 0.4))
    x = x + log_uniform(rng, 0.01, 0.3) * unit(skin)
    if chance(rng, 0.3):  # the snare drum on the same kit buzzes along
        x = x + log_uniform(rng, 0.003, 0.04) * bandpass(white_noise(rng, len(t)), 1500, 8000) * decay(t, t60)
    words, aliases = register(f0)
    feel = "ringing" if is_ringing else pick(rng, ("dry", "tight", "muffled"))
    words = ("acoustic", *words, feel, "hard" if velocity > 0.65 else "soft")
    return TOM.sound(saturate(x, rng.uniform(0.1, 1.5)), ("acoustic", "drum kit"), words, aliases)


def single_headed(rng: Rng) -> Sound:
    """Hit a concert tom or rototom: one head, a clear bending pitch."""
    f0 = log_uniform(rng, 100, 420)
    t60 = log_uniform(rng, 0.25, 1.1)
    t = times(1.1 * t60)
    hz = f0 * (1 + rng.uniform(0.05, 0.5) * decay(t, log_uniform(rng, 0.05, 0.3)))
    x = membrane(rng, t, hz, t60, slope=rng.uniform(0.8, 1.8))
    x = x + log_uniform(rng, 0.03, 0.5) * contact(rng, t, (600, 2500), (4000, 14_000), (0.005, 0.03))
    words, aliases = register(0.75 * f0)
    return TOM.sound(x, ("acoustic", "drum kit", "rototom"), ("acoustic", "open", *words), ("rototom", *aliases))


def analog(rng: Rng) -> Sound:
    """Ring one resonator with a little pink noise, as the TR-808 does, or three as the TR-909 does."""
    f0 = log_uniform(rng, 70, 230)
    t60 = log_uniform(rng, 0.15, 1.0)
    t = times(1.1 * t60)
    hz = glide(t, f0 * rng.uniform(1.05, 1.9), f0, log_uniform(rng, 0.02, 0.12))
    is_909 = chance(rng, 0.45)
    x = sine(hz, t) * decay(t, t60)
    if is_909:
        x = (
            x
            + 0.4 * triangle(1.5 * hz, t, 0.25) * decay(t, 0.5 * t60)
            + 0.25 * sine(2.77 * hz, t) * decay(t, 0.3 * t60)
        )
    noise = lowpass(tilted_noise(rng, len(t), -3), log_uniform(rng, 500, 5000)) * decay(t, log_uniform(rng, 0.05, 0.5))
    x = x + log_uniform(rng, 0.01, 0.25) * unit(noise)
    words, aliases = register(f0)
    machine = "909" if is_909 else pick(rng, ("808", "606"))
    words = ("electronic", "clean", *words, pick(rng, ("round", "tight")))
    return TOM.sound(x, (machine, "analog", "drum machine"), words, (f"{machine} tom", *aliases))


def bent(rng: Rng) -> Sound:
    """Sweep a tone far down under a little noise: the hexagonal pads of the eighties, disco drums."""
    t60 = log_uniform(rng, 0.2, 1.2)
    t = times(1.1 * t60)
    end_hz = log_uniform(rng, 45, 190)
    hz = glide(t, end_hz * log_uniform(rng, 2, 9), end_hz, log_uniform(rng, 0.05, 0.35))
    if chance(rng, 0.35):
        tone = fm(hz, rng.uniform(0.5, 2.5), rng.uniform(0.3, 4) * decay(t, t60), t)
    else:
        tone = pick(rng, (sine, triangle))(hz, t)
    noise = lowpass(white_noise(rng, len(t)), log_uniform(rng, 600, 9000)) * decay(t, t60 * rng.uniform(0.1, 0.8))
    x = tone * decay(t, t60) + log_uniform(rng, 0.02, 0.5) * unit(noise)
    words = ("electronic", "falling", "80s", *register(end_hz * 1.3)[0])
    return ELECTRONIC_TOM.sound(saturate(x, rng.uniform(0.3, 3)), ("electronic drum pad", "synthesized"), words)


def mallet_roll_hit(rng: Rng) -> Sound:
    """Strike a big tom softly with a felt mallet: nearly no attack, deep and round."""
    f0 = log_uniform(rng, 50, 120)
    t60 = log_uniform(rng, 0.6, 2.2)
    t = times(min(1.1 * t60, 2.2))
    x = membrane(rng, t, f0 * (1 + 0.08 * decay(t, 0.2)), t60, slope=rng.uniform(1.6, 2.6), damping=1.0)
    x = x + 0.15 * unit(ring(t, (f0 * 0.5, f0 * 3.1), (1, 0.4), (0.2, 0.1)))
    words, aliases = register(f0)
    return TOM.sound(lowpass(x, 900), ("acoustic", "mallet", "drum kit"), ("acoustic", "soft", "deep", *words), aliases)


TOMS: tuple[Recipe, ...] = (
    acoustic, acoustic, acoustic, single_headed, analog, bent, bent, mallet_roll_hit, sampled(acoustic),
    sampled(analog), driven(acoustic), flam(acoustic),
)  # fmt: skip
