"""Where files would go."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from db.errors import UsageError
from db.query.parser import parse_query
from indexer.organize.plan import Removal, plan_removals
from indexer.organize.plan_file import read_plan, write_plan
from indexer.organize.steps import Action, Plan
from tests.indexer.organize.conftest import Shelf, write_sound


def moves(shelf: Shelf, plan: Plan) -> dict[str, str]:
    return {
        step.source.relative_to(shelf.sounds).as_posix(): os.path.relpath(step.target or "", shelf.sounds)
        for step in plan.steps
    }


def reasons(plan: Plan) -> dict[str, str]:
    return {one.path.name: one.reason for one in plan.stays}


def test_names_that_are_taken_get_a_number_and_nothing_moves_for_nothing(shelf: Shelf) -> None:
    plan = shelf.plan("{length}")
    assert moves(shelf, plan) == {
        "Drums/Deep/Snare.WAV": "short.WAV",
        "Drums/kick 1.wav": "short 2.wav",
        "Drums/kick 2.wav": "short 3.wav",
        "Loops/break_120bpm.wav": "short 4.wav",
        "pad.wav": "short 5.wav",
    }
    assert plan.n_numbered == 4
    for number in range(2, 13):
        write_sound(shelf.sounds / "short" / f"short {number}.wav", 100 + number)
    write_sound(shelf.sounds / "short" / "short.wav", 100)
    shelf.index()
    plan = shelf.plan("short/{length}")
    assert (len(plan.steps), plan.n_in_place, plan.n_numbered) == (5, 12, 5)
    assert moves(shelf, plan)["pad.wav"] == "short/short 17.wav"
    for path in (shelf.sounds / "short").iterdir():
        path.unlink()
    shelf.index()
    again = shelf.plan("{folder?}/{name}")
    assert (again.steps, again.n_in_place) == ((), 5)


def test_a_folder_that_is_there_is_used_in_its_spelling(shelf: Shelf) -> None:
    (shelf.sounds / "SHORT").mkdir()
    (shelf.sounds / "wav").write_text("a file")
    assert moves(shelf, shelf.plan("{length}/{name}"))["pad.wav"] == "SHORT/pad.wav"
    assert moves(shelf, shelf.plan("{format}/{name}"))["pad.wav"] == "wav 2/pad.wav"


def test_names_are_valid_everywhere_and_in_one_folder_whatever_their_case(shelf: Shelf) -> None:
    write_sound(shelf.sounds / "CON.wav", 10)
    write_sound(shelf.sounds / 'what? "x".wav', 11)
    write_sound(shelf.sounds / "A" / "PAD.wav", 12)
    shelf.index()
    found = moves(shelf, shelf.plan("out/{name}"))
    assert found["CON.wav"] == "out/_CON.wav"
    assert found['what? "x".wav'] == "out/what_ _x_.wav"
    assert {found["A/PAD.wav"], found["pad.wav"]} == {"out/PAD.wav", "out/pad 2.wav"}


def test_what_cannot_be_moved_stays_with_its_reason(shelf: Shelf, tmp_path: Path) -> None:
    kick, second = shelf.sounds / "Drums" / "kick 1.wav", shelf.sounds / "Drums" / "kick 2.wav"
    (shelf.sounds / "Loops" / "song.RPP").touch()
    write_sound(tmp_path / "elsewhere" / "linked.wav", 20)
    (shelf.sounds / "linked").symlink_to(tmp_path / "elsewhere")
    (shelf.sounds / "link.wav").symlink_to(tmp_path / "elsewhere" / "linked.wav")
    shelf.index()
    kick.unlink()
    os.utime(second, ns=(1, 1))
    plan = shelf.plan("out/{name}")
    assert reasons(plan) == {
        "kick 1.wav": "it is missing now",
        "kick 2.wav": "it was changed since it was indexed; first: earmark index",
        "break_120bpm.wav": "it is in the folder of a project (song.RPP)",
        "linked.wav": "it is in a folder behind a link",
        "link.wav": "it is a link",
    }
    assert "Loops/break_120bpm.wav" in moves(shelf, shelf.plan("out/{name}", takes_projects=True))
    assert "Loops/break_120bpm.wav" in moves(shelf, shelf.plan("out/{name}", action=Action.COPY))
    assert reasons(shelf.plan("Loops/{name}"))["pad.wav"] == "its new place would be in the folder of a project"
    assert reasons(shelf.plan("{author}/{name}"))["pad.wav"] == "no author is known"


def test_filters_on_places_choose_among_the_files_of_a_sound(shelf: Shelf) -> None:
    write_sound(shelf.sounds / "Copies" / "same.wav", 4)  # as pad.wav
    shelf.index()
    filters = parse_query("in:Copies").filters
    assert moves(shelf, shelf.plan("out/{name}", filters=filters)).keys() == {"Copies/same.wav"}
    copies = shelf.plan("out/{name}", action=Action.COPY).steps
    assert len(copies) == 5  # one of each sound


def test_a_target_outside_of_the_library_becomes_one_of_its_folders(shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.plan("{name}", target=tmp_path / "new").new_root == tmp_path / "new"
    assert shelf.plan("{name}", target=shelf.sounds / "in").new_root is None
    assert shelf.plan("{name}", target=tmp_path / "new", action=Action.COPY).new_root is None


def test_removals_go_to_the_trash_or_to_a_folder(shelf: Shelf, tmp_path: Path) -> None:
    copy, pad = shelf.sounds / "Drums" / "pad copy.wav", shelf.sounds / "pad.wav"
    write_sound(copy, 4)
    shelf.index()
    (step,) = plan_removals(shelf.library, [Removal(copy, pad)]).steps
    assert (step.action, step.target, step.keeper) == (Action.REMOVE, None, pad)
    (step,) = plan_removals(shelf.library, [Removal(copy, pad)], target=tmp_path / "old").steps
    assert step.target == tmp_path / "old" / "sounds" / "Drums" / "pad copy.wav"
    (stays,) = plan_removals(shelf.library, [Removal(tmp_path / "nowhere.wav", pad)]).stays
    assert stays.reason == "it is not in the library"


def test_a_plan_survives_its_file(shelf: Shelf, tmp_path: Path) -> None:
    evil = os.fsdecode(b"evil \xff\n.wav")
    write_sound(shelf.sounds / evil, 30)
    shelf.index()
    plan = shelf.plan("{author|x}/{bpm?}/{name}", target=tmp_path / "new")
    plan = replace(plan, made_at=plan.made_at.replace(microsecond=0))
    path = tmp_path / "a.plan"
    write_plan(plan, path)
    assert read_plan(path) == plan
    assert any(step.source.name == evil for step in plan.steps)
    write_plan(plan, path)  # another plan may be replaced
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not a plan"):
        write_plan(plan, tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"eat": "/a"}', "says none of"),
        ("nonsense", "says none of"),
        ('{"move": "/a", "size": 1, "mtime_ns": 1, "hash": ""}', "lacks something"),
        ('{"move": "a.wav", "to": "/b", "size": 1, "mtime_ns": 1, "hash": ""}', "not absolute"),
        ('{"move": "/a", "to": "/b/../c", "size": 1, "mtime_ns": 1, "hash": ""}', "not absolute and plain"),
        ('{"move": "/a", "to": "/b", "size": "x", "mtime_ns": 1, "hash": ""}', "lacks something"),
    ],
)
def test_a_line_that_says_nothing_is_named(shelf: Shelf, tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "a.plan"
    write_plan(shelf.plan("x/{name}"), path)
    with path.open("a") as file:
        file.write(f"\n{line}\n")
    with pytest.raises(UsageError, match=f"Line 8 .*{said}"):
        read_plan(path)


@pytest.mark.parametrize("text", ["", "hello", "[]", '{"kind": "earmark-plan"}', "\x00\xff"])
def test_what_is_no_plan_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.plan").write_text(text)
    with pytest.raises(UsageError, match="plan"):
        read_plan(tmp_path / "a.plan")


def test_files_of_a_drive_that_is_not_connected_stay(shelf: Shelf) -> None:
    shelf.sounds.rename(shelf.sounds.with_name("unplugged"))
    plan = shelf.plan("out/{name}")
    assert (plan.steps, set(reasons(plan).values())) == ((), {"its folder is offline; is the drive connected?"})
