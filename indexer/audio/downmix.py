"""Mix any number of channels to two, as a pair of loudspeakers plays them."""

from functools import cache

import numpy as np
import numpy.typing as npt

from indexer.audio.frame_reader import Frames

_HALF_POWER = 2**-0.5
# Left and right gain of channels in the order of WAV, by their number. The middle goes to both sides at half its power,
# as in ITU-R BS.775. What is behind is not attenuated, and the bass channel not left out, as there: of samples, they
# may be all that a file holds.
_LEFT, _RIGHT, _CENTRE = (1.0, 0.0), (0.0, 1.0), (_HALF_POWER, _HALF_POWER)
_LAYOUTS = {
    3: (_LEFT, _RIGHT, _CENTRE),
    4: (_LEFT, _RIGHT, _LEFT, _RIGHT),
    5: (_LEFT, _RIGHT, _CENTRE, _LEFT, _RIGHT),
    6: (_LEFT, _RIGHT, _CENTRE, _CENTRE, _LEFT, _RIGHT),
    7: (_LEFT, _RIGHT, _CENTRE, _CENTRE, _CENTRE, _LEFT, _RIGHT),
    8: (_LEFT, _RIGHT, _CENTRE, _CENTRE, _LEFT, _RIGHT, _LEFT, _RIGHT),
}


def to_stereo(frames: Frames) -> Frames:
    """Mix frames to two channels, shape ``(n_frames, 2)``.

    Args:
        frames: Shape ``(n_frames, n_channels)``. Of one channel, both sides play it; beyond eight, sides take turns.
    """
    if frames.shape[1] == 2:
        return frames
    if frames.shape[1] == 1:
        return np.repeat(frames, 2, axis=1)
    mixed: Frames = frames @ _gains(frames.shape[1])
    return mixed


@cache
def _gains(n_channels: int) -> npt.NDArray[np.float32]:
    layout = _LAYOUTS.get(n_channels) or [(_LEFT, _RIGHT)[channel % 2] for channel in range(n_channels)]
    return np.array(layout, np.float32)
