"""Properties of a file before it was mixed to mono and resampled."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Original:
    """The sound as it lies in its file, before it was mixed to mono and resampled.

    Attributes:
        n_frames: Length at ``sample_rate_hz``.
        bit_depth: Of the data; None for lossy codecs.
        format: Container, such as ``"wav"``.
        peak: Largest absolute value over all channels; 1.0 is full scale.
        power_over_mono: Power summed over the channels, divided by the power of the mono mix.
        audio_hash: SHA-256 of the sound without the tags around it, 16 bytes: of its frames as float32, so that WAV and
            FLAC of one sound have one hash, or of the encoded data where decoders differ (MP3, Vorbis, Opus).
        notes: What could not be read or was not analysed, in sentences.
    """

    n_frames: int
    n_channels: int
    sample_rate_hz: int
    bit_depth: int | None
    format: str
    peak: float
    power_over_mono: float = 1.0
    audio_hash: bytes = b""
    notes: tuple[str, ...] = ()
