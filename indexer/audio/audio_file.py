"""A sound file that is open: its frames, and what else it says."""

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
    """What opening a file gives.

    Attributes:
        format: Container, such as ``"wav"``.
        reader: Gives its frames.
        n_claimed: Frames that the header promises; 0 where it promises nothing.
        bit_depth: Of the data; None for lossy codecs.
        payload: Gives, once, the encoded sound without the tags around it, where the format is lossy: a tagger leaves
            it as it is.
        embedded: Tempo, key, root note, loop and slices that it names.
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
    """The sound is in a codec that only another program on this machine may read.

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
    """The header of a file makes no sense."""

    def __init__(self, message: str = "Its header is damaged or incomplete.") -> None:
        super().__init__("damaged", message)


def check_header(n_channels: int, sample_rate_hz: float) -> None:
    """Refuse what no sound has.

    Raises:
        SoundError: ``damaged``, ``too-many-channels`` or ``odd-rate``.
    """
    if n_channels < 1:
        raise DamagedError
    if n_channels > _MAX_CHANNELS:
        raise SoundError("too-many-channels", f"It claims {n_channels} channels; at most {_MAX_CHANNELS} are read.")
    if not _MIN_RATE_HZ <= sample_rate_hz <= _MAX_RATE_HZ:
        raise SoundError("odd-rate", f"It claims a sample rate of {sample_rate_hz:.15g} Hz, which no sound has.")
