"""The checks of exports see what they are there to see."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.export_kill import n_false, n_half
from benchmarks.export_names import NAMES, faults_on_windows, n_alike
from indexer.export.records import ExportedFile, ExportRecord


def record(content: bytes) -> ExportRecord:
    file = ExportedFile("a.wav", 1, "/a.wav", len(content), hashlib.blake2b(content, digest_size=16).hexdigest())
    return ExportRecord(1, datetime.now(UTC), "all", Path("/out"), "m8", "", is_new_folder=True, files=(file,))


def test_half_files_and_false_records_are_counted() -> None:
    assert (n_half({"a.wav": b"whole"}, {"a.wav": b"whole", "b.wav": b"b"}), n_half({}, {"a.wav": b"whole"})) == (0, 0)
    assert (n_half({"a.wav": b"who"}, {"a.wav": b"whole"}), n_half({"c.wav": b""}, {})) == (1, 1)
    assert n_false({"a.wav": b"whole"}, [record(b"whole")]) == 0
    assert n_false({}, [record(b"whole")]) == 0  # noted before it takes its place
    assert n_false({"a.wav": b"whole"}, []) == 1
    assert n_false({"a.wav": b"whole"}, [record(b"other")]) == 1


@pytest.mark.parametrize(
    "name", ["con", "AUX.wav", "a:b.wav", "kick .wav/", "kick.", "x" * 256, "😀" * 128, "a/nul.wav"]
)
def test_names_that_windows_refuses_are_seen(name: str) -> None:
    assert list(faults_on_windows(name))
    assert not list(faults_on_windows("Kick [Am] 120%.wav"))


def test_names_that_are_one_elsewhere_are_counted() -> None:
    assert n_alike(["Kick.wav", "kick.WAV", "Caf\u00e9", "Cafe\u0301", "snare.wav"]) == 2
    assert len(NAMES) >= 40
