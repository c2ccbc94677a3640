"""The small interface behind which every model stands."""

from collections.abc import Sequence
from typing import Protocol

from db.types import EncoderInfo, Matrix, Vector
from indexer.audio.waveform import Waveform


class EncoderFacts(Protocol):
    """What is known of a model without starting it."""

    @property
    def info(self) -> EncoderInfo: ...

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
        """Say that sounds will come soon; whatever can be loaded elsewhere meanwhile is. Returns at once."""
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
