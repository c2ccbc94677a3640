"""An open sound file: its frames and its metadata."""

from collections.abc import Callable
from dataclasses import dataclass

from db.errors import SoundError
from indexer.audio.embedded import NOTHING_EMBEDDED, Embedded
from indexer.audio.frame_reader import FrameReader
from indexer.audio.spliced_file import SplicedFile

_MAX_CHANNELS = 64
_MIN_RATE_HZ, _MAX_RATE_HZ = 1_000, 768_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFile:
    """An open sound file.

    Attributes:
        format: Container, such as ``"wav"``.
        reader: Reads its frames.
        n_claimed: Number of frames by the header; 0 if it does not say.
        bit_depth: Of the data; None for lossy codecs.
        payload: Gives, once, the encoded sound without the tags around it, where the format is lossy: a tagger leaves
            it as it is.
        embedded: Tempo, key, root note, loop and slices in its metadata.
        notes: What of it could not be read, in sentences.
    """

    format: str
    reader: FrameReader
    n_claimed: int = 0
    bit_depth: int | None = None
    payload: Callable[[], SplicedFile] | None = None
    embedded: Embedded = NOTHING_EMBEDDED
    notes: tuple[str, ...] = ()


class ForeignCodecError(SoundError):
    """The codec is one that only an external program, if installed, can decode.

    Args:
        codec: Its name, such as ``"AAC"``.
        format_name: As in `AudioFile`.
    """

    def __init__(self, codec: str, format_name: str) -> None:
        codec = "".join(character if character.isprintable() else "?" for character in codec.strip())
        super().__init__(
            "needs-ffmpeg",
            f"It holds {codec} audio. Install ffmpeg, which earmark then reads it with, or convert it to WAV or FLAC.",
        )
        self.format = format_name


class DamagedError(SoundError):
    """The header of the file is invalid."""

    def __init__(self, message: str = "Its header is damaged or incomplete.") -> None:
        super().__init__("damaged", message)


def check_header(n_channels: int, sample_rate_hz: float) -> None:
    """Reject impossible channel counts and sample rates.

    Raises:
        SoundError: ``damaged``, ``too-many-channels`` or ``odd-rate``.
    """
    if n_channels < 1:
        raise DamagedError
    if n_channels > _MAX_CHANNELS:
        raise SoundError("too-many-channels", f"It claims {n_channels} channels; at most {_MAX_CHANNELS} are read.")
    if not _MIN_RATE_HZ <= sample_rate_hz <= _MAX_RATE_HZ:
        raise SoundError("odd-rate", f"It claims a sample rate of {sample_rate_hz:.15g} Hz, which no sound has.")
