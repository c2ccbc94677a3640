"""Author and licence in the tags of files."""

from pathlib import Path

import numpy as np
import pytest

from db.types import UNKNOWN_PROVENANCE, Provenance
from indexer.ingest.observe import read_sound
from tests.containers import chunk, id3, ping, wave_of

FRAMES = (np.asarray(ping(seconds=0.1)) * 32_767).astype(np.int16)
KNOWN = Provenance("Acme", "cc-by-4.0")


def info(**texts: str) -> bytes:
    return chunk(
        b"LIST", b"INFO" + b"".join(chunk(name.encode(), text.encode() + b"\0") for name, text in texts.items())
    )


@pytest.mark.parametrize(
    ("chunks", "found"),
    [
        ([info(IART="Acme", ICOP="CC BY 4.0")], KNOWN),
        ([chunk(b"LIST", b"adtl"), info(IART="Acme", ICMT="licence: CC BY 4.0")], KNOWN),
        ([chunk(b"id3 ", id3((b"TPE1", "Acme"), (b"TCOP", "Creative Commons Attribution 4.0")))], KNOWN),
        ([chunk(b"bext", b"Field recording, CC0".ljust(602, b"\0"))], Provenance(None, "cc0")),
        ([info(IART="Unknown Artist", ICOP="(c) 2020 Acme")], UNKNOWN_PROVENANCE),
        ([chunk(b"LIST", b"INFOIART\xff\xff\xff\xffAc")], Provenance("Ac")),
        ([chunk(b"LIST", b"INFO\x00")], UNKNOWN_PROVENANCE),
        ([chunk(b"LIST", b"")] * 20, UNKNOWN_PROVENANCE),
    ],
)
def test_tags_say_who_made_a_sound(chunks: list[bytes], found: Provenance, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wave_of(FRAMES, *chunks))
    sound = read_sound(path)
    assert sound.provenance == found
    again = read_sound(path, [sound.file_hash])  # such as a file that moved
    assert (again.audio_hash, again.provenance) == (None, found)
