"""Parts of sounds become files of their own."""

from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import soundfile as sf

from db.errors import SoundError
from indexer.export import plan as module
from indexer.export import source_reader
from indexer.export.plan import Document, Excerpt, ExportPlan, plan_export
from indexer.export.profile import AS_IT_IS
from indexer.export.records import ExportLog
from indexer.export.run import run_export, undo_export
from indexer.export.source_reader import SourceReader
from tests.indexer.export.conftest import Make

_MIDI = Document("loop.mid", b"MThd")


def plan(sounds: list[Excerpt], target: Path, log: ExportLog) -> ExportPlan:
    return plan_export(sounds, target, AS_IT_IS, log.records(), documents=[_MIDI])


def excerpts(sounds: Make) -> list[Excerpt]:
    (sample,) = sounds("loop.wav")
    frames = np.linspace(0.1, 0.9, 44_100, dtype=np.float32)
    sf.write(sample.path, frames, 44_100, "PCM_24")
    return [Excerpt(sample, 0, 22_050, "loop 01"), Excerpt(sample, 22_050, 44_100, "loop 02")]


def test_an_excerpt_is_what_lies_between_its_ends(sounds: Make, log: ExportLog, target: Path) -> None:
    run_export(plan(excerpts(sounds), target, log), log, "loop")
    assert sorted(path.name for path in target.iterdir()) == ["loop 01.wav", "loop 02.wav", "loop.mid"]
    second, rate_hz = sf.read(target / "loop 02.wav", dtype="float32")
    assert (len(second), rate_hz) == (22_050, 44_100)
    assert np.abs(second[100:-100] - np.linspace(0.1, 0.9, 44_100)[22_150:-100]).max() < 1e-6
    assert second[0] == 0  # fades in and out within a millisecond
    assert abs(second[-1]) < 0.05


def test_the_same_again_writes_nothing_and_another_cut_is_another_file(
    sounds: Make, log: ExportLog, target: Path
) -> None:
    wanted = excerpts(sounds)
    run_export(plan(wanted, target, log), log, "loop")
    again = plan(wanted, target, log)
    assert not again.to_write
    assert not again.documents
    moved = [wanted[0], Excerpt(wanted[1].sample, 20_000, 44_100, "loop 02")]
    assert [file.name for file in plan(moved, target, log).to_write] == ["loop 01 2.wav", "loop 02 2.wav"]


def test_undo_removes_it_with_what_goes_with_it(sounds: Make, log: ExportLog, target: Path) -> None:
    run_export(plan(excerpts(sounds), target, log), log, "loop")
    record = log.get(None)
    assert [file.span for file in record.files] == [(0, 22_050), (22_050, 44_100), None]
    assert undo_export(record, log).n_removed == 3
    assert not target.exists()


def test_the_plan_says_which_part_it_is(sounds: Make, log: ExportLog, target: Path) -> None:
    files = plan(excerpts(sounds), target, log).files
    assert "0.50 to 1.00 s" in files[1].reasons
    assert files[1].after is not None
    assert files[1].after.seconds == 0.5


def test_excerpts_of_one_file_are_one_pass_over_it(
    sounds: Make, log: ExportLog, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = excerpts(sounds)
    opened = Mock(wraps=source_reader.open_audio)
    monkeypatch.setattr(source_reader, "open_audio", opened)
    headers = Mock(wraps=module.read_shape)
    monkeypatch.setattr(module, "read_shape", headers)
    run_export(plan(wanted, target, log), log, "loop")
    assert (opened.call_count, headers.call_count) == (1, 1)


def test_what_lies_before_or_behind_is_read_as_if_alone(tmp_path: Path) -> None:
    path = tmp_path / "ramp.wav"
    ramp = np.arange(1_000, dtype=np.float32) / 1_000
    sf.write(path, ramp, 44_100, "FLOAT")
    with SourceReader() as reader:
        for first, last in ((10, 20), (20, 400), (100, 110), (990, 2_000), (500, 501)):
            assert reader.read(path, (first, last)).frames[:, 0].tolist() == ramp[first:last].tolist()
        assert len(reader.read(path, None).frames) == 1_000
        with pytest.raises(SoundError, match="no sound"):
            reader.read(path, (2_000, 3_000))
        assert reader.read(path, (0, 5)).frames[:, 0].tolist() == ramp[:5].tolist()


def test_what_is_missing_beside_a_kit_is_written_without_another_kit(
    sounds: Make, log: ExportLog, target: Path
) -> None:
    wanted = excerpts(sounds)

    def export() -> list[str]:
        planned = plan_export(wanted, target, AS_IT_IS, log.records(), kit_format="sfz", documents=[_MIDI])
        run_export(planned, log, "loop")
        return sorted(path.name for path in target.iterdir())

    written = export()
    (target / "loop.mid").unlink()
    assert export() == written


@pytest.mark.parametrize("kit_format", ["op1", "octatrack", "sfz"])
def test_of_sounds_that_all_fail_there_is_no_kit(kit_format: str, sounds: Make, log: ExportLog, target: Path) -> None:
    (broken,) = sounds("a.wav")
    planned = plan_export([broken], target, AS_IT_IS, kit_format=kit_format)
    broken.path.unlink()
    assert len(run_export(planned, log, "kit").failed) == 1
    assert not list(target.iterdir())
