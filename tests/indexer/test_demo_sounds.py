from pathlib import Path

import numpy as np
import soundfile

from indexer.demo_sounds import write_demo_sounds


def test_demo_sounds_are_audible_short_and_the_same_every_time(tmp_path: Path) -> None:
    first = write_demo_sounds(tmp_path / "a")
    second = write_demo_sounds(tmp_path / "b")
    assert [path.name for path in first] == [path.name for path in second]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))
    for path in first:
        wave, rate_hz = soundfile.read(path)
        assert 0.5 < np.abs(wave).max() <= 1
        assert len(wave) / rate_hz < 4


def test_names_tell_nothing(tmp_path: Path) -> None:
    assert {path.stem.rstrip("0123456789") for path in write_demo_sounds(tmp_path)} == {"audio_"}


def test_files_already_there_are_left_alone(tmp_path: Path) -> None:
    path = write_demo_sounds(tmp_path)[0]
    path.write_bytes(b"mine")
    write_demo_sounds(tmp_path)
    assert path.read_bytes() == b"mine"
