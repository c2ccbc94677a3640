"""The interface of an encoder, which searching, tagging and indexing rely on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from db.types import EncoderInfo, Matrix, Vector
from indexer.audio.waveform import Waveform


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the cosines of one encoder become confidences.

    The default is for an uncalibrated encoder: cosines of CLAP-like models differ by a few hundredths.

    Attributes:
        scale: Log odds per unit of cosine between a sound and a type.
        offsets: Added to the log odds of each type, by name: corrects the mean cosine of all sounds with it.
        characters: For each pair of opposites, by its first name: slope and offset from the difference of cosines to
            the log odds of the first. Pairs that could not be told apart on held-out sounds are missing.
    """

    scale: float = 12.0
    offsets: Mapping[str, float] = field(default_factory=dict)
    characters: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Background:
    """Varied sounds that a library is compared with, to tell whether it holds what is described (`indexer.search`).

    Attributes:
        rows: Vectors of the sounds, with zeros where texts have them, shape ``(n, dim)``.
        slope: Log odds per unit of `indexer.search.relevance.level`.
        threshold: The level at which a library is as likely to hold it as not.
    """

    rows: Matrix
    slope: float
    threshold: float


def _all_columns() -> slice:
    return slice(None)


@dataclass(frozen=True, slots=True)
class EncoderTraits:
    """Properties of an encoder's vectors that searching and tagging depend on; the defaults suit a plain CLAP.

    Attributes:
        duplicate_columns: Columns by whose cosine copies of one sound are told from sounds that are merely alike.
        calibration: From cosines to confidences.
        background: Reference sounds for relevance; None if relevance cannot be judged.
    """

    duplicate_columns: slice = field(default_factory=_all_columns)
    calibration: Calibration = Calibration()
    background: Background | None = None


class EncoderFacts(Protocol):
    """Facts about a model that need not start it."""

    @property
    def info(self) -> EncoderInfo: ...

    @property
    def traits(self) -> EncoderTraits: ...

    @property
    def text_center(self) -> Vector:
        """Mean text embedding over everyday descriptions (not unit norm): the axis of the text cone."""
        ...

    @property
    def audio_center(self) -> Vector:
        """Mean audio embedding over varied sounds (not unit norm): the axis of the audio cone."""
        ...


class TextEncoder(EncoderFacts, Protocol):
    """The half of a model that a search needs; the screen's process never loads torch for it."""

    def embed_text(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; unit rows, shape ``(len(texts), dim)``."""
        ...


class Encoder(TextEncoder, Protocol):
    """A whole model: sounds and descriptions into one space."""

    def warm_up(self) -> None:
        """Start loading in the background, since sounds will follow soon. Returns at once."""
        ...

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        """Embed sounds; unit rows, shape ``(len(waveforms), dim)``.

        Args:
            waveforms: Mono float32 at ``info.sample_rate_hz``, each of at least one finite frame. Long sounds are cut
                in fixed windows and pooled by the encoder, by ``info.window_rule``.

        Raises:
            ValueError: A waveform is empty or holds NaN or infinity.
        """
        ...
