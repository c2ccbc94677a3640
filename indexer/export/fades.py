"""Fades."""

import numpy as np

from indexer.audio.frame_reader import Frames


def cut(frames: Frames, n_frames: int, n_fade: int) -> Frames:
    """Return the first ``n_frames`` of a sound; if it is longer, the last ``n_fade`` of them fade out."""
    if len(frames) <= n_frames:
        return frames
    kept = frames[:n_frames].copy()
    n_fade = min(n_fade, n_frames)
    kept[n_frames - n_fade :] *= np.linspace(1, 0, n_fade, dtype=np.float32)[:, None]
    return kept
