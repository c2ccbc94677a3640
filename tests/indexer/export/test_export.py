"""Exports: nothing is overwritten or lost, doing it twice changes nothing, and there is a way back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from db.errors import UsageError
from db.types import Provenance, Sample
from indexer.export import run
from indexer.export.plan import Action, ExportPlan, plan_export
from indexer.export.profile import AS_IT_IS, Profile, read_profile
from indexer.export.records import ExportedFile, ExportLog
from indexer.export.run import Exported, run_export, undo_export
from tests.indexer.export.conftest import Make
from tests.indexer.export.test_file_names import EVIL
from tests.trees import tree_hash
from tests.tui.samples import make_sample


def export(
    samples: list[Sample], target: Path, log: ExportLog, profile: Profile = AS_IT_IS, *, links: bool = False
) -> tuple[ExportPlan, Exported]:
    plan = plan_export(samples, target, profile, log.records(), links=links)
    return plan, run_export(plan, log, "hats")


def names(target: Path) -> list[str]:
    return sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir())


def journal_file(tmp_path: Path, export_id: int) -> Path:
    return tmp_path / "library" / "exports" / f"{export_id}.jsonl"


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """Let this process write no larger file, as on a full disk."""
    resource = pytest.importorskip("resource", reason="the system knows no limits")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


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


def test_without_a_number_undo_passes_over_what_was_deleted_by_hand(sounds: Make, target: Path, log: ExportLog) -> None:
    (kick,) = sounds("kick.wav")
    export([kick], target, log)
    export([kick], target.with_name("card"), log)
    (target.with_name("card") / "kick.wav").unlink()
    assert log.get(None).target == target
    with pytest.raises(UsageError, match="Connect its drive"):
        undo_export(log.get(2), log)


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


def test_undo_of_what_lies_on_a_card_that_is_out_forgets_nothing(sounds: Make, target: Path, log: ExportLog) -> None:
    export(sounds("a.wav"), target, log)
    card = target.rename(target.with_name("card"))
    with pytest.raises(UsageError, match=r"Connect its drive, then: earmark exports undo 1$"):
        undo_export(log.get(None), log)
    card.rename(target)
    assert undo_export(log.get(None), log).n_removed == 1


def test_what_cannot_be_removed_is_kept(
    sounds: Make, target: Path, log: ExportLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(1, "Operation not permitted", path)

    export(sounds("a.wav"), target, log)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        assert undo_export(log.get(None), log).kept == (target / "a.wav",)
    assert undo_export(log.get(None), log).n_removed == 1


@pytest.mark.parametrize(("step", "rules"), [("rename_new", "links"), ("hash_file", "copy"), ("convert", "digitakt")])
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


def test_a_disk_that_is_full_while_sounds_are_converted_is_a_sentence(
    target: Path, log: ExportLog, tmp_path: Path
) -> None:
    source = tmp_path / "long.wav"
    sf.write(source, np.full((44_100, 2), 0.1, np.float32), 44_100, "PCM_24")
    with files_of_at_most(50_000), pytest.raises(UsageError, match="cannot be written"):
        export([make_sample(str(source))], target, log, read_profile("digitakt", tmp_path))
    assert names(target) == []


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here fails to be read")
@pytest.mark.parametrize("rules", ["copy", "digitakt"])
def test_a_source_that_cannot_be_read_does_not_stop_the_others(
    rules: str, sounds: Make, target: Path, log: ExportLog, tmp_path: Path
) -> None:
    broken, other = sounds("a.wav", "b.wav")
    plan = plan_export([broken, other], target, read_profile(rules, tmp_path))
    broken.paths[0].unlink()
    broken.paths[0].symlink_to("/proc/self/mem")  # reading its start is an error of input and output
    done = run_export(plan, log, "hats")
    ((path, reason),) = done.failed
    assert path == broken.paths[0]
    assert reason.startswith("It could not be read: ")
    assert names(target) == ["b.wav"]


def test_a_target_that_vanishes_is_not_blamed_on_the_sound(
    sounds: Make, target: Path, log: ExportLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unplugged(_: Path, part: Path) -> None:
        raise FileNotFoundError(2, "No such file or directory", part)

    monkeypatch.setattr(run.shutil, "copyfile", unplugged)
    with pytest.raises(UsageError, match="cannot be written"):
        export(sounds("a.wav"), target, log)


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
    journal = journal_file(tmp_path, 1)
    line = b'{"name": "../victim", "sample": 1, "source": "", "size": 4, "hash": ""}\n'
    journal.write_bytes(journal.read_bytes() + line + b'{"name": "tor')
    assert [file.name for file in log.get(1).files] == ["a.wav"]


@pytest.mark.parametrize(
    "line",
    [
        b'{"name": "b.wav"}',
        b'{"name": "b.wav", "sample": [], "source": "", "size": 4, "hash": ""}',
        b'{"name": "b.wav", "sample": 1, "source": "", "size": Infinity, "hash": ""}',
        b'{"name": "b.wav", "sam',
    ],
)
def test_an_odd_line_of_a_record_is_passed_over(
    line: bytes, sounds: Make, target: Path, log: ExportLog, tmp_path: Path
) -> None:
    export(sounds("a.wav"), target, log)
    journal = journal_file(tmp_path, 1)
    journal.write_bytes(journal.read_bytes() + line)
    log.journal(1).add_file(ExportedFile("c.wav", 2, "", 4, ""))
    assert [file.name for file in log.get(1).files] == ["a.wav", "c.wav"]


@pytest.mark.parametrize("head", [b"", b"{}", b'{"target": 5}', b'{"target": "/out", "made_at": "now"}'])
def test_a_record_without_a_beginning_is_none(
    head: bytes, sounds: Make, target: Path, log: ExportLog, tmp_path: Path
) -> None:
    export(sounds("a.wav"), target, log)
    journal_file(tmp_path, 2).write_bytes(head)
    assert [record.id for record in log.records()] == [1]
    assert log.last_target() == target


def test_a_folder_that_cannot_be_made_is_not_that_of_the_last_export(
    sounds: Make, target: Path, log: ExportLog, tmp_path: Path
) -> None:
    found = sounds("a.wav", "b.wav")
    export(found[:1], target, log)
    plan = replace(plan_export(found[1:], tmp_path / "b", AS_IT_IS), target=tmp_path / "file" / "out")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        run_export(plan, log, "b")
    assert log.last_target() == target


def test_a_line_that_is_cut_off_is_an_error(sounds: Make, target: Path, log: ExportLog, tmp_path: Path) -> None:
    export(sounds("a.wav"), target, log)
    size_bytes = journal_file(tmp_path, 1).stat().st_size
    with files_of_at_most(size_bytes + 5), pytest.raises(OSError, match="No space left"):
        log.journal(1).add_undone("a.wav")
    log.journal(1).add_undone("a.wav")
    assert log.get(1).files == ()
