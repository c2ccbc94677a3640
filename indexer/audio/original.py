"""What a file held before it was mixed to mono and resampled."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Original:
    """The sound as it lies in its file, before it was mixed to mono and resampled.

    Attributes:
        n_frames: Length at ``sample_rate_hz``.
        subtype: libsndfile's name of the sample format, such as ``"PCM_16"``.
        format: Container, such as ``"wav"``.
        peak: Largest absolute value over all channels; 1.0 is full scale.
        power_over_mono: Power summed over the channels, divided by the power of the mono mix.
    """

    n_frames: int
    n_channels: int
    sample_rate_hz: int
    subtype: str
    format: str
    peak: float
    power_over_mono: float = 1.0
