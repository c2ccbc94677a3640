"""The copies that the benchmark of duplicates makes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from benchmarks.duplicate_copies import KINDS, LOSSY, Copy, make_copies, make_neighbours
from indexer.audio.waveform import Waveform
from indexer.duplicates.null_test import compare
from indexer.duplicates.prepare import prepare
from indexer.duplicates.verdict import proof_of
from tests.db.factories import FEATURES
from tests.sounds import RATE_HZ, decaying, kick, noise, tone


def ringing() -> Waveform:
    """Make a drum that rings in stereo."""
    body = np.pad(kick(), (0, 9600)) + decaying(tone(330, 0.6), 0.3)
    sides = (decaying(noise(0.6, 0.05, seed), 0.2) for seed in (1, 2))
    return (0.4 * np.stack([body + side for side in sides], axis=1)).astype(np.float32)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Copy]:
    folder = tmp_path_factory.mktemp("copies")
    sf.write(folder / "original.wav", ringing(), RATE_HZ, subtype="PCM_24")
    made = make_copies([folder / "original.wav"] * len(KINDS), folder / "made", len(KINDS))
    return {copy.kind: copy for copy in made}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_another_file_of_the_same_sound(kind: str, copies: dict[str, Copy]) -> None:
    copy = copies[kind]
    assert copy.is_lossless == (kind not in LOSSY)
    assert copy.path.read_bytes() != copy.original.read_bytes()
    features = FEATURES if copy.is_lossless else replace(FEATURES, bit_depth=None)
    assert proof_of(compare(prepare(copy.original), prepare(copy.path)), FEATURES, features)


def test_a_neighbouring_note_is_another_sound(tmp_path: Path, copies: dict[str, Copy]) -> None:
    original = copies["level"].original
    (neighbour,) = make_neighbours([original], tmp_path, 1)
    assert not proof_of(compare(prepare(original), prepare(neighbour)), FEATURES, FEATURES)


def test_what_cannot_be_read_or_is_nearly_silent_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"RIFF, but not really")
    sf.write(tmp_path / "silent.wav", np.zeros(RATE_HZ), RATE_HZ)
    assert make_copies([tmp_path / "bad.wav", tmp_path / "silent.wav"], tmp_path / "made", 3) == []
