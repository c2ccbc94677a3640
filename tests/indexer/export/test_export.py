"""Exports: nothing is overwritten or lost, doing it twice changes nothing, and there is a way back."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from db.errors import UsageError
from db.types import Provenance, Sample
from indexer.export import run
from indexer.export.plan import Action, ExportPlan, plan_export
from indexer.export.profile import AS_IT_IS, Profile, read_profile
from indexer.export.records import ExportLog
from indexer.export.run import Exported, run_export, undo_export
from tests.indexer.export.conftest import Make
from tests.indexer.export.test_file_names import EVIL
from tests.trees import tree_hash


def export(
    samples: list[Sample], target: Path, log: ExportLog, profile: Profile = AS_IT_IS, *, links: bool = False
) -> tuple[ExportPlan, Exported]:
    plan = plan_export(samples, target, profile, log.records(), links=links)
    return plan, run_export(plan, log, "hats")


def names(target: Path) -> list[str]:
    return sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir())


@pytest.mark.parametrize("rules", ["copy", "links", "m8", "sp404"])
def test_twice_changes_nothing_and_undo_leaves_nothing(
    rules: str, sounds: Make, target: Path, log: ExportLog, tmp_path: Path
) -> None:
    samples = sounds("Hat Closed.wav", "hat closed.wav", "HAT CLOSED.wav")
    before = tree_hash(tmp_path / "sounds")
    profile = AS_IT_IS if rules == "links" else read_profile(rules, tmp_path)
    _, first = export(samples, target, log, profile, links=rules == "links")
    written = tree_hash(target)
    _, second = export(samples, target, log, profile, links=rules == "links")
    assert (first.n_written, second.n_written, second.n_present) == (3, 0, 3)
    assert tree_hash(target) == written
    assert len(names(target)) == 3
    taken = undo_export(log.get(None), log)
    assert (taken.n_removed, taken.kept) == (3, ())
    assert not target.exists()
    assert tree_hash(tmp_path / "sounds") == before
    with pytest.raises(UsageError, match="no export"):
        log.get(None)


def test_names_are_numbered_in_banks(sounds: Make, target: Path, log: ExportLog, tmp_path: Path) -> None:
    samples = sounds(*[f"kick {number}.wav" for number in range(17)])
    export(samples, target, log, read_profile("sp404", tmp_path))
    assert names(target)[0] == "01/01 kick 0.wav"
    assert names(target)[-1] == "02/01 kick 16.wav"


def test_each_type_has_its_folder(sounds: Make, target: Path, log: ExportLog) -> None:
    export(sounds("a.wav"), target, log, replace(AS_IT_IS, folders="type"))
    assert names(target) == ["kick/a.wav"]


def test_evil_names_arrive_all_of_them(sounds: Make, target: Path, log: ExportLog) -> None:
    stems = [stem for stem in EVIL if stem and not {"/", "\0"} & set(stem) and len(os.fsencode(stem)) < 250]
    samples = sounds(*[f"{stem}.wav" for stem in stems])
    export(samples, target, log)
    contents = {(target / name).read_bytes() for name in names(target)}
    assert contents == {sample.paths[0].read_bytes() for sample in samples}


def test_what_is_there_is_never_overwritten(sounds: Make, target: Path, log: ExportLog) -> None:
    target.mkdir()
    (target / "KICK.WAV").write_bytes(b"mine")
    export(sounds("kick.wav"), target, log)
    assert (target / "KICK.WAV").read_bytes() == b"mine"
    assert names(target) == ["KICK.WAV", "kick 2.wav"]


def test_a_name_that_is_taken_after_the_plan_is_not_overwritten(sounds: Make, target: Path, log: ExportLog) -> None:
    plan = plan_export(sounds("kick.wav"), target, AS_IT_IS)
    target.mkdir()
    (target / "kick.wav").write_bytes(b"mine")
    run_export(plan, log, "kick")
    assert (target / "kick.wav").read_bytes() == b"mine"
    assert [file.name for file in log.get(None).files] == ["kick 2.wav"]


def test_undo_keeps_what_was_changed_since(sounds: Make, target: Path, log: ExportLog) -> None:
    export(sounds("a.wav", "b.wav"), target, log)
    (target / "a.wav").write_bytes(b"edited")
    taken = undo_export(log.get(None), log)
    assert (taken.n_removed, taken.kept) == (1, (target / "a.wav",))
    assert names(target) == ["a.wav"]


@pytest.mark.parametrize(("step", "rules"), [("_rename_new", "links"), ("_hash", "copy"), ("convert", "digitakt")])
def test_killed_at_any_step_no_half_file_has_a_name(
    step: str, rules: str, sounds: Make, target: Path, log: ExportLog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    samples = sounds("a.wav", "b.wav", "c.wav")
    profile = AS_IT_IS if rules == "links" else read_profile(rules, tmp_path)
    real, calls = getattr(run, step), iter(range(100))

    class KilledError(BaseException):
        pass

    def killed_at_second(*args: object, **options: object) -> object:
        if next(calls) == 1:
            raise KilledError
        return real(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(run, step, killed_at_second)
        with pytest.raises(KilledError):
            export(samples, target, log, profile, links=rules == "links")
    assert names(target) == ["a.wav"]
    (target / ".earmark-1.part").write_bytes(b"half")  # what a process that is killed does not clean up
    _, done = export(samples, target, log, profile, links=rules == "links")
    assert (done.n_written, done.n_present) == (2, 1)
    assert names(target) == ["a.wav", "b.wav", "c.wav"]


def test_a_full_disk_is_a_sentence(sounds: Make, target: Path, log: ExportLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run.shutil, "copyfile", full)
    with pytest.raises(UsageError, match="the disk is full"):
        export(sounds("a.wav"), target, log)
    assert names(target) == []


def test_a_sound_that_cannot_be_had_is_left_out_and_said(sounds: Make, target: Path, log: ExportLog) -> None:
    there, gone, broken = sounds("a.wav", "b.wav", "c.wav")
    gone.paths[0].unlink()
    broken.paths[0].write_bytes(b"RIFFnonsense")
    profile = Profile(name="x", title="X", format="wav", bits=16)
    plan, done = export([there, gone, broken], target, log, profile)
    assert [file.action for file in plan.files] == [Action.CONVERT, Action.LEAVE_OUT, Action.LEAVE_OUT]
    assert done.n_written == 1
    assert [path for path, _ in done.failed] == [gone.paths[0], broken.paths[0]]


def test_a_sound_that_fits_is_copied_as_it_is(sounds: Make, target: Path, log: ExportLog) -> None:
    (sample,) = sounds("a.wav")
    plan, _ = export([sample], target, log, Profile(name="x", title="X", format="wav", bits=24))
    assert plan.files[0].action == Action.COPY
    assert (target / "a.wav").read_bytes() == sample.paths[0].read_bytes()


def test_a_device_takes_so_many_files(sounds: Make, target: Path) -> None:
    plan = plan_export(sounds("a.wav", "b.wav"), target, replace(AS_IT_IS, max_files=1))
    assert [file.name for file in plan.files] == ["a.wav", ""]


def test_credits_name_the_authors_that_are_known(sounds: Make, target: Path, log: ExportLog) -> None:
    one, other = sounds("a.wav", "b.wav")
    export([replace(one, provenance=Provenance("InspectorJ", "cc-by-4.0")), other], target, log)
    assert (target / "CREDITS.txt").read_text() == "a.wav: by InspectorJ, cc-by-4.0\n"
    undo_export(log.get(None), log)
    assert not target.exists()


@pytest.mark.parametrize("where", ["sounds/1", "library/../sounds/1"])
def test_sounds_are_not_exported_among_themselves(where: str, sounds: Make, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="folder of one of the sounds"):
        plan_export(sounds("a.wav"), tmp_path / where, AS_IT_IS)


def test_a_record_cannot_lead_out_of_its_folder(sounds: Make, target: Path, log: ExportLog, tmp_path: Path) -> None:
    export(sounds("a.wav"), target, log)
    journal = tmp_path / "library" / "exports" / "1.jsonl"
    line = b'{"name": "../victim", "sample": 1, "source": "", "size": 4, "hash": ""}\n'
    journal.write_bytes(journal.read_bytes() + line + b'{"name": "tor')
    assert [file.name for file in log.get(1).files] == ["a.wav"]
