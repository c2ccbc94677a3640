"""Clicks before a sound, so that one comes in on its beat."""

import numpy as np

from tui.app.player.clip import RATE_HZ, Frames

N_BEATS = 4
_CLICK_SECONDS, _DECAY_SECONDS = 0.03, 0.006
_FIRST_HZ, _OTHER_HZ = 1_600.0, 1_200.0
_LEVEL = 0.4


def count_in(tempo_bpm: float) -> Frames:
    """Return four beats of clicks, the first of them higher, shape ``(n_frames, 2)``."""
    n_beat = round(60 / tempo_bpm * RATE_HZ)
    beats = np.zeros((N_BEATS, n_beat), np.float32)
    times = np.arange(min(round(_CLICK_SECONDS * RATE_HZ), n_beat)) / RATE_HZ
    decay = _LEVEL * np.exp(-times / _DECAY_SECONDS)
    for number, frequency_hz in enumerate([_FIRST_HZ] + [_OTHER_HZ] * (N_BEATS - 1)):
        beats[number, : len(times)] = decay * np.sin(2 * np.pi * frequency_hz * times)
    return np.repeat(beats.reshape(-1, 1), 2, axis=1)
