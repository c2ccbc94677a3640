"""Read one audio file: its hashes, a mono waveform and measurements, or one sentence why not."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from db.errors import SoundError
from db.measurements import Features
from db.types import UNKNOWN_PROVENANCE, Provenance, Reading
from indexer.audio.decode import decode
from indexer.audio.file_hash import hash_of
from indexer.audio.open_audio import open_audio, open_regular, os_failure
from indexer.audio.waveform import SAMPLE_RATE_HZ, Waveform
from indexer.features.analysis import analyse
from indexer.features.envelope import measure_closely
from indexer.provenance.file_tags import provenance_of_tags


@dataclass(frozen=True, slots=True)
class DecodedSound:
    """One file that was read.

    Attributes:
        file_hash: BLAKE2b of the whole file, 16 bytes.
        audio_hash: Hash of the sound in it (`indexer.audio.original.Original`); None, as all that follows, if these
            bytes were known.
        waveform: Mono float32 at ``SAMPLE_RATE_HZ``, shape ``(n_frames,)``, finite.
        caveats: What could not be read or was not analysed, in sentences.
        features: Measurements.
        readings: Tempo and key that lie in the file itself, and those that its analysis found.
        provenance: What the tags in the file say of its origin, also of known bytes.
    """

    file_hash: bytes
    audio_hash: bytes | None = None
    waveform: Waveform | None = None
    caveats: tuple[str, ...] = ()
    features: Features | None = None
    readings: tuple[Reading, ...] = ()
    provenance: Provenance = UNKNOWN_PROVENANCE


def read_sound(path: Path, known_hashes: Collection[bytes] = ()) -> DecodedSound:
    """Hash a file and, unless the hash is known, decode and measure it.

    The same content gives the same waveform bit for bit; a sound at 48 kHz is not resampled. Of a sound over five
    minutes, evenly spaced parts are analysed; its true duration is in the features.

    Raises:
        SoundError: It cannot be read. Codes: ``gone``, ``not-a-file``, ``unreadable``, ``empty``,
            ``not-audio``, ``damaged``, ``too-many-channels``, ``odd-rate``, ``not-finite``, ``silent``, ``too-large``.
    """
    try:
        with open_regular(path) as file:
            file_hash = hash_of(file)
        if file_hash in known_hashes:
            return DecodedSound(file_hash, provenance=_read_provenance(path))
        decoded = decode(path)
        waveform = decoded.resampled(SAMPLE_RATE_HZ)
    except OSError as error:
        raise os_failure(error) from error
    except MemoryError as error:
        raise SoundError("too-large", "It needs more memory than there is.") from error
    features, band_power = measure_closely(waveform, SAMPLE_RATE_HZ, decoded.original, decoded.mono)
    n_slices = len(decoded.embedded.slices)
    readings = (
        *decoded.embedded.readings(features.duration_seconds),
        *analyse(waveform, SAMPLE_RATE_HZ, features, band_power),
    )
    original = decoded.original
    return DecodedSound(
        file_hash,
        original.audio_hash,
        waveform,
        original.notes,
        replace(features, n_slices=n_slices or None),
        readings,
        provenance_of_tags(decoded.embedded),
    )


def _read_provenance(path: Path) -> Provenance:
    """Read the tags of a file whose sound is known."""
    with suppress(SoundError), open_audio(path) as audio:
        return provenance_of_tags(audio.embedded)
    return UNKNOWN_PROVENANCE
