"""Struck wood: blocks, claves, castanets, drum sticks, log drums."""

import numpy as np

from training.recipes.dsp import Rng, add_at, log_uniform, lowpass, pick, saturate, times
from training.recipes.kinds import Kind
from training.recipes.modal import FREE_BAR_RATIOS, ring
from training.recipes.strikes import block, tick
from training.recipes.variants import sampled
from training.sound import Recipe, Sound

WOOD_BLOCK = Kind(
    "wood block",
    "percussion",
    ("woodblock", "wb", "wood", "perc"),
    hz=(700, 1700),
    seconds=(0.02, 0.045),
)
TEMPLE_BLOCK = Kind(
    "temple block",
    "percussion",
    ("mokugyo", "wood block", "wood", "perc"),
    hz=(370, 560),
    seconds=(0.062, 0.1),
)
CLAVES = Kind("claves", "percussion", ("clave", "cl", "wood", "perc"), hz=(2300, 2700), seconds=(0.03, 0.06))
CASTANETS = Kind("castanets", "percussion", ("castanet", "clacker", "perc"), hz=(3600, 4600), seconds=(0.015, 0.12))
STICKS = Kind(
    "drum sticks",
    "percussion",
    ("stick click", "sticks", "count-in"),
    hz=(2700, 4500),
    seconds=(0.011, 0.02),
)
LOG_DRUM = Kind("log drum", "percussion", ("slit drum", "tongue drum", "perc"), hz=(220, 430), seconds=(0.13, 0.22))


def wood_block(rng: Rng) -> Sound:
    """Hit a slotted block: one strong hollow mode, a few weak ones, gone at once."""
    t60 = log_uniform(rng, 0.035, 0.2)
    t = times(1.2 * t60 + 0.02)
    f0 = log_uniform(rng, 380, 1700)
    ratios = (1.0, rng.uniform(1.3, 1.9), rng.uniform(2.2, 3.0), 3.9, 5.1)
    x = block(rng, t, f0, ratios, t60, rng.uniform(0.2, 1.0), rng.uniform(0.2, 1.8)) + log_uniform(
        rng, 0.05, 0.6
    ) * tick(rng, t)
    words = ("acoustic", "wooden", "hollow", "high" if f0 > 900 else "low")
    return WOOD_BLOCK.sound(x, ("wood", "orchestral"), words)


def wood_block_machine(rng: Rng) -> Sound:
    """Ring one or two resonators, sine-like, with a click."""
    t60 = log_uniform(rng, 0.03, 0.12)
    t = times(1.3 * t60 + 0.02)
    f0 = log_uniform(rng, 500, 1900)
    x = ring(t, (f0, f0 * rng.uniform(1.4, 2.7)), (1, rng.uniform(0, 0.6)), (t60, 0.6 * t60)) + rng.uniform(
        0, 0.3
    ) * tick(rng, t)
    return WOOD_BLOCK.sound(x, ("drum machine", "synthesized"), ("electronic", "clean", "tight"))


def temple_block(rng: Rng) -> Sound:
    """Hit a round, hollowed block with a soft mallet: lower and rounder than a wood block."""
    t60 = log_uniform(rng, 0.06, 0.25)
    t = times(1.2 * t60)
    f0 = log_uniform(rng, 260, 850)
    x = block(rng, t, f0, (1.0, 2.4, 3.6, 5.2), t60, 0.9, rng.uniform(1.5, 3.0)) + log_uniform(rng, 0.02, 0.2) * tick(
        rng, t, 600
    )
    words = ("acoustic", "wooden", "hollow", "soft")
    return TEMPLE_BLOCK.sound(lowpass(x, log_uniform(rng, 2000, 7000)), ("wood", "orchestral", "asian"), words)


def claves(rng: Rng) -> Sound:
    """Strike two hardwood sticks: nearly one pure, high, very short tone."""
    t60 = log_uniform(rng, 0.04, 0.3)
    t = times(1.2 * t60 + 0.02)
    f0 = log_uniform(rng, 1700, 3300)
    x = block(rng, t, f0, (1.0, *FREE_BAR_RATIOS[1:3]), t60, 0.8, rng.uniform(1.5, 3.5)) + log_uniform(
        rng, 0.03, 0.4
    ) * tick(rng, t, 3000)
    return CLAVES.sound(x, ("hand percussion", "latin", "cuban"), ("acoustic", "wooden", "sharp", "pure"))


def claves_machine(rng: Rng) -> Sound:
    """Ring one filter at 2.5 kHz, as the TR-808 does."""
    t60 = log_uniform(rng, 0.025, 0.12)
    t = times(1.3 * t60 + 0.02)
    f0 = log_uniform(rng, 1700, 3200)
    x = ring(t, (f0, f0 * rng.uniform(0.4, 0.8)), (1, rng.uniform(0, 0.15)), (t60, 0.5 * t60))
    return CLAVES.sound(
        saturate(x, rng.uniform(0.1, 3)),
        ("808", "analog", "drum machine"),
        ("electronic", "clean", "tight"),
        ("808 clave",),
    )


def castanets(rng: Rng) -> Sound:
    """Clack two wooden shells once, twice or in a roll."""
    n_clacks = pick(rng, (1, 1, 2, 3, int(rng.integers(4, 12))))
    gap = log_uniform(rng, 0.03, 0.09)
    x = np.zeros(len(times(0.08 + n_clacks * gap)))
    f0 = log_uniform(rng, 1100, 2300)
    clack_t = times(0.07)
    for i in range(n_clacks):
        clack = block(rng, clack_t, f0, (1.0, 1.43, 1.9, 2.7, 3.6), rng.uniform(0.02, 0.05), 0.5, 0.2)
        add_at(x, rng.uniform(0.5, 1) * (clack + 0.6 * tick(rng, clack_t)), i * gap * rng.uniform(0.93, 1.07))
    words = ("acoustic", "wooden", "clicky", *(("roll",) if n_clacks > 3 else ()))
    return CASTANETS.sound(x, ("hand percussion", "spanish", "flamenco"), words)


def stick_click(rng: Rng) -> Sound:
    """Click two drum sticks together, as in a count-in."""
    t = times(0.12)
    x = block(rng, t, log_uniform(rng, 900, 2600), (1.0, 1.5, 2.3, 3.4, 4.8), log_uniform(rng, 0.015, 0.06), 0.4, 0.3)
    x = x + rng.uniform(0.3, 1) * tick(rng, t)
    return STICKS.sound(x, ("acoustic", "drum kit"), ("acoustic", "wooden", "dry", "clicky"))


def log_drum(rng: Rng) -> Sound:
    """Strike a tongue cut into a hollow log: round, woody, pitched."""
    t60 = log_uniform(rng, 0.12, 0.6)
    t = times(1.1 * t60)
    f0 = log_uniform(rng, 110, 480)
    x = block(rng, t, f0, (1.0, rng.uniform(2.5, 4.2), 6.1, 8.8), t60, 0.9, rng.uniform(1.2, 2.5)) + 0.15 * tick(
        rng, t, 500
    )
    return LOG_DRUM.sound(x, ("wood", "tuned percussion", "amapiano"), ("acoustic", "wooden", "round"))


WOOD: tuple[Recipe, ...] = (
    wood_block, wood_block_machine, sampled(wood_block), temple_block, claves, claves_machine, sampled(claves),
    castanets, stick_click, log_drum,
)  # fmt: skip
