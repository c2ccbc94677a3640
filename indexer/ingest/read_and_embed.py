"""What a worker does with a file for a light model: it embeds what it has decoded.

A waveform that stays where it was decoded costs no copies, and no other process.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from db.errors import ModelError, SoundError
from db.types import Vector
from indexer.encoders.base import Encoder
from indexer.encoders.child import EncoderFactory
from indexer.ingest.observe import DecodedSound, read_sound


@dataclass(frozen=True, slots=True)
class ReadAndEmbed:
    """Read one file and embed it, in a worker.

    Attributes:
        factory: Makes the encoder, once in each process.
        known_hashes: As of `read_sound`.
    """

    factory: EncoderFactory
    known_hashes: tuple[bytes, ...]

    def __call__(self, path: Path) -> "SoundWithVector | ModelError":
        """Return the sound and its vector, or why the model cannot embed any.

        Raises:
            SoundError: As `read_sound`, or the model refuses this sound: ``not-embedded``.
        """
        sound = read_sound(path, self.known_hashes)
        if sound.waveform is None:
            return SoundWithVector(sound, None)
        try:
            vector = _encoder(self.factory).embed_audio([sound.waveform])[0]
        except ModelError as error:
            return error
        except (ValueError, MemoryError) as error:
            raise refusal(error) from error
        return SoundWithVector(replace(sound, waveform=None), vector)


@dataclass(frozen=True, slots=True)
class SoundWithVector:
    """A sound without its waveform, and its vector; of a known one there is none."""

    sound: DecodedSound
    vector: Vector | None


def refusal(error: Exception) -> SoundError:
    """Return what is said of a sound that the model refuses."""
    return SoundError("not-embedded", f"The model cannot take this sound: {error}")


@cache
def _encoder(factory: EncoderFactory) -> Encoder:
    return factory(1)
