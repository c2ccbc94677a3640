"""Embed what was decoded: in the worker that has decoded it, where the model is light.

A waveform that stays where it was decoded costs no copies, and no other process.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from db.errors import ModelError
from db.types import Vector
from indexer.audio.waveform import Waveform
from indexer.encoders.base import Encoder
from indexer.encoders.child import EncoderFactory
from indexer.ingest.worker import Result

SoundErrors = dict[int, tuple[str, str]]  # code and sentence, by key


@dataclass(frozen=True, slots=True)
class EmbedDecoded:
    """What a worker does with the sounds of a pack; its `Result.value` is a vector, or why the model can embed none.

    Attributes:
        factory: Makes the encoder, once in each process.
    """

    factory: EncoderFactory

    def __call__(self, results: list[Result]) -> list[Result]:
        """Embed sounds and drop their waveforms; what has none, such as a known sound, stays as it is."""
        waveforms = waveforms_of(results)
        if not waveforms:
            return results
        try:
            vectors, errors = embed_each(_encoder(self.factory), waveforms)
        except ModelError as error:
            return [Result(result.key, None, value=error) for result in results]
        return [
            replace(
                result,
                sound=None if result.sound is None or result.key in errors else replace(result.sound, waveform=None),
                error=errors.get(result.key, result.error),
                value=vectors.get(result.key),
            )
            for result in results
        ]


def waveforms_of(results: list[Result]) -> dict[int, Waveform]:
    """Return the waveforms that there are, by key."""
    return {
        result.key: result.sound.waveform
        for result in results
        if result.sound is not None and result.sound.waveform is not None
    }


def embed_each(encoder: Encoder, waveforms: Mapping[int, Waveform]) -> tuple[dict[int, Vector], SoundErrors]:
    """Embed sounds together; when that fails, one by one, so that only the sound that fails is lost.

    Raises:
        ModelError: The encoder can embed nothing.
    """
    try:
        return dict(zip(waveforms, encoder.embed_audio(list(waveforms.values())), strict=True)), {}
    except (ValueError, MemoryError) as error:
        if len(waveforms) == 1:
            sentence = f"The model cannot take this sound: {error}"
            return {}, dict.fromkeys(waveforms, ("not-embedded", sentence))
    vectors: dict[int, Vector] = {}
    errors: SoundErrors = {}
    for key, waveform in waveforms.items():
        vector, error_of_one = embed_each(encoder, {key: waveform})
        vectors |= vector
        errors |= error_of_one
    return vectors, errors


@cache
def _encoder(factory: EncoderFactory) -> Encoder:
    return factory(1)
