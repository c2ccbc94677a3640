"""Decide from a comparison whether two sounds are the same, and state the proof in words."""

import math

from db.measurements import Features, channels_text
from indexer.duplicates.groups import DuplicateClass, Proof
from indexer.duplicates.null_test import Comparison

# Chosen on copies of the sounds of lmms and sonic-pi, and on takes and velocities in kits that
# `benchmarks.duplicates` leaves out; none of them is between -32 and -20 dB. Lossy codecs leave larger residuals.
# Precision and recall: python -m benchmarks duplicates
_RESIDUAL_DB = -27.0
_LOSSY_RESIDUAL_DB = -10.5  # of a lossy file against one that is not
_BOTH_LOSSY_RESIDUAL_DB = -12.5
_COARSE_BITS = 8
_NOTHING_DB = -80.0  # below it are rounding errors of single precision, which depend on the processor
_SHARED = 0.6  # of the energy of each; half a loop is another loop

_ODD = (0.02, 0.1, 0.1)  # largest share of odd moments, by the number of lossy files
_WORST = (0.05, 1.0, 1.0)  # largest residual of one moment: more is a click laid over. A codec may leave all of one

_SAME_DB = 0.1
_SAME_SECONDS = 0.005


def proof_of(found: Comparison, one: Features, other: Features) -> Proof | None:
    """Return the proof that two sounds are the same; None if they are not.

    Args:
        found: Their comparison.
        one: Measurements of the first sound.
        other: Measurements of the second sound.
    """
    if found.is_same_audio:
        return Proof(DuplicateClass.AUDIO, "same audio, with other silence at the ends", ("length",))
    n_lossy = is_lossy(one) + is_lossy(other)
    most_db = (_RESIDUAL_DB, _LOSSY_RESIDUAL_DB, _BOTH_LOSSY_RESIDUAL_DB)[n_lossy]
    if found.residual_db > most_db or min(found.shared) < _SHARED or found.odd > _ODD[n_lossy]:
        return None
    if found.worst > _WORST[n_lossy]:
        return None
    differs = _differences(found, one, other)
    left_db = max(found.residual_db, _NOTHING_DB)
    below = "below " if found.residual_db < _NOTHING_DB else ""
    parts = [f"null test {below}{left_db:.0f} dB", *differs.values()]
    return Proof(DuplicateClass.SOUND, ", ".join(parts), tuple(differs), round(left_db, 1))


def is_lossy(features: Features) -> bool:
    """Say whether a sound has lost information to its codec or to a low bit depth."""
    return features.bit_depth is None or features.bit_depth <= _COARSE_BITS


def _differences(found: Comparison, one: Features, other: Features) -> dict[str, str]:
    """Return how the second of two files of one sound differs from the first, with figures."""
    differs = {}
    if abs(found.gain_db) > _SAME_DB:
        differs["level"] = f"{found.gain_db:+.1f} dB"
    if one.sample_rate_hz != other.sample_rate_hz:
        differs["rate"] = f"{other.sample_rate_hz / 1000:g} kHz"
    if one.bit_depth != other.bit_depth and other.bit_depth is not None:
        differs["depth"] = f"{other.bit_depth} bit"
    if (one.bit_depth is None or other.bit_depth is None) and one.format != other.format:
        differs["codec"] = other.format
    if found.has_silent_channel == (False, True):
        differs["channels"] = f"{channels_text(other.n_channels)}, one side silent"
    elif one.n_channels != other.n_channels:
        differs["channels"] = channels_text(other.n_channels)
    seconds, other_seconds = one.audible_seconds, other.audible_seconds
    if not math.isclose(seconds, other_seconds, rel_tol=0.02, abs_tol=_SAME_SECONDS):
        differs["length"] = (
            f"{other_seconds:.2f} of {seconds:.2f} s" if seconds > other_seconds else f"{other_seconds:.2f} s"
        )
    return differs
