"""The waveform type of all of earmark: mono float32 at one rate."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Waveform: TypeAlias = npt.NDArray[np.float32]  # mono, shape (n_frames,), nominally within [-1, 1]

SAMPLE_RATE_HZ = 48_000  # of every waveform that is measured or embedded
