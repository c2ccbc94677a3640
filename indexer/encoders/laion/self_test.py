"""Self-test of a model: different sounds and texts must get different vectors."""

from collections.abc import Callable, Sequence

import numpy as np

from db.errors import ModelError
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.encoders.laion.frontend import WINDOW_FRAMES

TEXTS = ("kick drum", "a warm and slowly moving pad", "somebody speaks", "glass breaking on the floor")
_TOO_ALIKE = 0.9  # cosine of texts; a broken tokenizer or text tower gives every text the same vector
_SAME = 1e-5  # largest difference of one sound's vector in two batches
_NEAR = 0.9995  # cosine of a vector in bfloat16 with the one in float32


def check_texts(embed: Callable[[Sequence[str]], Matrix]) -> None:
    """Check that a text tower tells texts apart.

    Raises:
        ModelError: Some texts get nearly the same vector, or none that is finite.
    """
    rows = embed(TEXTS)
    if not np.isfinite(rows).all():
        raise ModelError("The model gives descriptions no finite vector. Fetch it again with: earmark model get")
    largest = float((rows @ rows.T)[np.triu_indices(len(rows), 1)].max())
    if largest >= _TOO_ALIKE:
        raise ModelError(
            f"The model does not tell descriptions apart (cosine {largest:.2f} of two), "
            "so every search would find the same. Fetch it again with: earmark model get"
        )


def check_audio(
    embed: Callable[[Sequence[Waveform]], Matrix], exact: Callable[[Sequence[Waveform]], Matrix] | None = None
) -> None:
    """Check that a sound has the same vector in any batch, and nearly the same in float32.

    Args:
        embed: Embeds windows as in use, however many at once.
        exact: The same in float32, where ``embed`` is not.

    Raises:
        ModelError: It has not.
    """
    windows = _probes()
    together = embed(windows)
    alone = np.concatenate([embed([window]) for window in windows])
    if not np.isfinite(together).all() or np.abs(together - alone).max() > _SAME:
        raise ModelError("The model gives one sound two vectors on this machine. Try: earmark doctor --deep")
    if exact is not None and (together * exact(windows)).sum(axis=1).min() < _NEAR:
        raise ModelError("The model's vectors in bfloat16 are not those in float32.")


def _probes() -> list[Waveform]:
    """Return a click, a falling tone and noise."""
    rng = np.random.default_rng(0)
    click = np.zeros(4_800, np.float32)
    click[:32] = 0.5
    t = np.arange(48_000) / 48_000
    tone = (0.5 * np.sin(2 * np.pi * (400 * t - 100 * t**2)) * np.exp(-4 * t)).astype(np.float32)
    noise = (0.1 * rng.standard_normal(WINDOW_FRAMES)).astype(np.float32)
    return [click, tone, noise]
