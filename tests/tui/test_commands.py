"""Each command on a real library, through the same door as the shell."""

import json
import os
import re
from pathlib import Path
from shutil import copyfile, copytree

import pytest
import soundfile

from db.library import Library
from indexer.ingest import observe
from tests.trees import tree_hash
from tests.tui.conftest import EVIL_NAMES, Shelf, run

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def test_index_tells_what_it_did(shelf: Shelf) -> None:
    assert shelf.indexed.exit_code == 0
    summary = json.loads(shelf.indexed.stdout)
    n_files = sum(path.is_file() for path in shelf.sounds.rglob("*"))
    assert summary["n_duplicate"] == 1
    assert summary["n_failed"] == 1
    assert summary["n_new"] == n_files - 2
    assert "earmark problems" in shelf.indexed.stderr


def test_a_second_index_embeds_nothing_and_touches_nothing(shelf: Shelf, tmp_path: Path) -> None:
    library = tmp_path / "library"
    copytree(shelf.library, library)
    before = tree_hash(shelf.sounds)
    result = run("index", "--library", str(library), "--json")
    summary = json.loads(result.stdout)
    assert (summary["n_new"], summary["n_embedded"], summary["n_removed"]) == (0, 0, 0)
    assert tree_hash(shelf.sounds) == before
    assert "Add sounds" not in result.stderr


def test_where_there_is_nothing_to_index_one_is_told_how_to_add_sounds(tmp_path: Path) -> None:
    (tmp_path / "sounds").mkdir()
    empty = run("index", str(tmp_path / "sounds"), "--library", str(tmp_path / "library"))
    assert (empty.exit_code, "Add sounds with: earmark index FOLDER" in empty.stderr) == (0, True)


def test_index_of_what_is_no_folder_is_a_usage_error(tmp_path: Path) -> None:
    result = run("--library", str(tmp_path / "library"), "index", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert "not a folder" in result.stderr
    assert not (tmp_path / "library").exists()


def test_while_one_writes_another_may_search_but_not_index(shelf: Shelf, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    copytree(shelf.library, folder)
    with Library.open(folder) as library, library.writer():
        assert run("--library", str(folder), "search", "boomstick").exit_code == 0
        refused = run("--library", str(folder), "index")
    assert refused.exit_code == 3
    assert f"process {os.getpid()}" in refused.stderr


def test_a_sound_is_found_by_its_name(shelf: Shelf) -> None:
    hits = json.loads(shelf.run("search", "boomstick", "--json").stdout)["hits"]
    assert str(shelf.kick) in hits[0]["paths"]
    assert hits[0]["bpm"]["value"] == 120.0


def test_a_search_is_ordered_by_score_and_no_longer_than_asked(shelf: Shelf) -> None:
    result = shelf.run("search", "closed hi-hat", "-k", "7", "--json")
    scores = [hit["score"] for hit in json.loads(result.stdout)["hits"]]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)


def test_paths_are_the_bytes_of_the_hits(shelf: Shelf) -> None:
    hits = json.loads(shelf.run("search", "noise", "-k", "100", "--json").stdout)["hits"]
    paths = [os.fsencode(hit["path"]) for hit in hits]
    assert {os.fsencode(shelf.sounds / name) for name in EVIL_NAMES} <= set(paths)
    assert shelf.run("search", "noise", "-k", "100", "--paths").stdout_bytes.split(b"\n") == [*paths, b""]
    assert shelf.run("search", "noise", "-k", "100", "--null").stdout_bytes.split(b"\0") == [*paths, b""]


def test_no_name_brings_a_control_character_to_the_screen(shelf: Shelf) -> None:
    text = shelf.run("search", "noise", "-k", "100").stdout + shelf.run("problems").stdout
    assert "red [Am].wav" in text
    assert "[bold]120.wav" in text
    assert not CONTROL.search(text)


def test_nothing_found_is_said_and_is_an_exit_code(shelf: Shelf) -> None:
    result = shelf.run("search", "kick len:>3000")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "filters" in result.stderr
    assert json.loads(shelf.run("search", "kick len:>3000", "--json").stdout)["hits"] == []


def test_what_a_query_was_understood_as_is_said_first(shelf: Shelf) -> None:
    result = shelf.run("search", "boomstik type:kik 100-130", "--json")
    said = json.loads(result.stdout)
    assert said["unknown"][0] == {"text": "type:kik", "nearest": ["kick"]}
    assert said["filters"] == ["type:kik", "bpm:100..130"]
    assert "Read 100-130 as bpm:100..130" in result.stderr
    assert "There is no type 'kik'. Did you mean kick?" in result.stderr
    assert "Unknown word 'boomstik'. Did you mean boomstick" in shelf.run("search", "boomstik").stderr
    assert "Read in C as key:C" in shelf.run("search", "boomstick in C", "--paths").stderr


@pytest.mark.parametrize("command", [("export", "type:kik", "out"), ("slice", "type:kik"), ("duplicates", "type:kik")])
def test_every_command_that_takes_a_query_names_the_type_that_there_is_not(
    shelf: Shelf, command: tuple[str, ...]
) -> None:
    result = shelf.run(*command)
    assert result.exit_code == 1
    assert "There is no type 'kik'. Did you mean kick?" in result.stderr


def test_a_bad_filter_gets_the_right_form(shelf: Shelf) -> None:
    result = shelf.run("search", "kick bpm:fast")
    assert result.exit_code == 2
    assert "bpm:120..130" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [["search", "kick"], ["stats"], ["problems"], ["info", "1"], ["index"]])
def test_without_a_library_the_next_step_is_said(command: list[str], tmp_path: Path) -> None:
    result = run("--library", str(tmp_path), *command)
    assert result.exit_code == 3
    assert "earmark index FOLDER" in result.stderr


def test_what_is_like_a_sound_of_the_library_is_not_embedded_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "read_sound", None)
    hits = json.loads(shelf.run("similar", str(shelf.kick), "-k", "5", "--json").stdout)["hits"]
    assert len(hits) == 5
    assert str(shelf.kick) not in [hit["path"] for hit in hits]


def test_what_is_like_a_sound_from_outside_begins_with_itself(shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path / "idea.wav"
    copyfile(shelf.kick, outside)
    hits = json.loads(shelf.run("similar", str(outside), "--json").stdout)["hits"]
    assert str(shelf.kick) in hits[0]["paths"]
    assert hits[0]["cosine"] > 0.999


def test_a_file_that_is_no_sound_is_refused_in_one_line(shelf: Shelf, tmp_path: Path) -> None:
    text = tmp_path / "notes.wav"
    text.write_text("not a sound")
    result = shelf.run("similar", str(text))
    assert result.exit_code == 3
    assert result.stderr.startswith(f"earmark: {text}: ")
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_a_usage_error(shelf: Shelf) -> None:
    result = shelf.run("similar", "/nowhere/idea.wav")
    assert (result.exit_code, result.stderr) == (
        2,
        "earmark: There is no file /nowhere/idea.wav. To find sounds by words, try: earmark search\n",
    )


@pytest.mark.parametrize("query", [("--where", "in:again"), ("in:again",), ("-in:again", "--where", "in:again")])
def test_similar_takes_filters(shelf: Shelf, query: tuple[str, ...]) -> None:
    result = shelf.run("similar", str(shelf.kick), *query, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["n_searched"] == (len(query) < 3)


def test_similar_takes_words_that_choose_among_what_is_alike(shelf: Shelf) -> None:
    def lengths(word: str) -> list[float]:
        hits = json.loads(shelf.run("similar", str(shelf.kick), word, "--json").stdout)["hits"]
        return [hit["features"]["duration_seconds"] for hit in hits]

    shorter, longer = lengths("shorter"), lengths("longer")
    assert sum(shorter[:3]) < sum(longer[:3])


def test_info_names_every_place_of_a_sound(shelf: Shelf) -> None:
    by_path = json.loads(shelf.run("info", str(shelf.copy), "--json").stdout)
    assert set(by_path["paths"]) == {str(shelf.kick), str(shelf.copy)}
    by_id = json.loads(shelf.run("info", str(by_path["id"]), "--json").stdout)
    assert by_id == by_path
    text = shelf.run("info", str(by_path["id"])).stdout
    assert str(shelf.kick) in text
    assert str(shelf.copy) in text


def test_info_on_an_unknown_sound_is_nothing_found(shelf: Shelf) -> None:
    assert shelf.run("info", "999999").exit_code == 1
    assert shelf.run("info", "/nowhere/kick.wav").exit_code == 1


def test_stats_add_up(shelf: Shelf) -> None:
    stats = json.loads(shelf.run("stats", "--json").stdout)
    assert sum(stats["lengths"].values()) == stats["n_samples"]
    assert sum(stats["formats"].values()) == stats["n_files"] == stats["n_samples"] + 1
    assert stats["roots"][0]["path"] == str(shelf.sounds)
    assert "wav" in shelf.run("stats").stdout


def test_eval_takes_folder_names_as_the_truth(shelf: Shelf, tmp_path: Path) -> None:
    paths = sorted(shelf.sounds.glob("audio_*.wav"))[:12]
    for number, path in enumerate(paths):
        folder = tmp_path / ("kick drum", "hi-hat")[number % 2]
        folder.mkdir(exist_ok=True)
        copyfile(path, folder / path.name)
    result = run("--library", str(shelf.library), "eval", str(tmp_path), "--json")
    figures = json.loads(result.stdout)
    assert (figures["n_sounds"], figures["n_labels"]) == (12, 2)
    assert [entry["label"] for entry in figures["per_label"]] == ["hi-hat", "kick drum"]
    assert sum(map(sum, figures["confusion"])) == 12


def test_eval_with_a_bad_table_is_a_usage_error(shelf: Shelf, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("file,kind\na.wav,kick\n")
    result = run("eval", str(shelf.sounds), "--labels", str(table))
    assert result.exit_code == 2
    assert "path,label" in result.stderr


def test_the_model_in_use_is_marked(shelf: Shelf) -> None:
    entry, *_ = json.loads(shelf.run("model", "list", "--json").stdout)["models"]
    assert (entry["name"], entry["is_active"]) == ("compact", True)
    assert "in use" in shelf.run("model", "list").stdout


def test_a_model_that_is_not_there_is_refused(shelf: Shelf) -> None:
    result = shelf.run("model", "use", "huge")
    assert result.exit_code == 3
    assert "earmark model list" in result.stderr


def test_the_library_can_be_named_before_the_command_after_it_or_in_the_environment(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = str(shelf.library)
    monkeypatch.setenv("EARMARK_LIBRARY", str(tmp_path / "none"))
    assert run("stats").exit_code == 3
    assert run("--library", library, "stats").exit_code == 0
    assert run("stats", "--library", library).exit_code == 0
    assert run("--library", str(tmp_path / "none"), "stats", "--library", library).exit_code == 0
    monkeypatch.setenv("EARMARK_LIBRARY", library)
    assert run("stats").exit_code == 0


def test_earmark_alone_says_what_to_do_next(shelf: Shelf, tmp_path: Path) -> None:
    with_library, without = shelf.run(), run("--library", str(tmp_path))
    assert with_library.exit_code == without.exit_code == 0
    assert "holds" in with_library.stdout
    for text in (with_library.stdout, without.stdout):
        assert all(command in text for command in ("earmark demo", "earmark index", "earmark search"))


def test_the_demo_finds_sounds_and_says_what_comes_next(tmp_path: Path) -> None:
    result = run("demo", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert result.stdout.count("earmark search") >= 6
    assert result.stdout.count("audio_") >= 15
    assert {path.name for path in tmp_path.iterdir()} == {"sounds", "library"}


def test_filters_alone_give_scripts_every_place_of_every_sound(shelf: Shelf) -> None:
    every = {path for path in shelf.sounds.rglob("*.wav") if path != shelf.broken}
    assert len(every) > 20
    for args in (("search", "ext:wav"), ("search", "len:>0", "-k", "500")):
        found = [os.fsdecode(path) for path in shelf.run(*args, "--null").stdout_bytes.split(b"\0") if path]
        assert len(found) == len(set(found))
        assert set(map(Path, found)) == every
    assert shelf.run("search", "name:boomstick", "--paths").stdout == f"{shelf.kick}\n"
    assert shelf.run("search", "in:Again", "--paths").stdout == f"{shelf.copy}\n"
    (hit,) = json.loads(shelf.run("search", "in:Again", "--json").stdout)["hits"]
    assert (hit["path"], set(hit["paths"])) == (str(shelf.copy), {str(shelf.copy), str(shelf.kick)})
    assert str(shelf.copy) not in shelf.run("search", "ext:wav -in:Again", "--paths").stdout


def test_folded_sounds_are_counted_and_can_be_listed(shelf: Shelf, tmp_path: Path) -> None:
    sounds, library = tmp_path / "sounds", tmp_path / "library"
    sounds.mkdir()
    frames, rate_hz = soundfile.read(shelf.kick)
    for name, level in (("loud.wav", 0.9), ("soft.wav", 0.5), ("softer.wav", 0.4)):
        soundfile.write(sounds / name, level * frames, rate_hz)
    run("--library", str(library), "index", str(sounds))
    folded = run("--library", str(library), "search", "kick")
    assert "2 near-identical sounds hidden behind these; list them with --all" in folded.stderr
    result = json.loads(run("--library", str(library), "search", "kick", "--json").stdout)
    assert (len(result["hits"]), result["n_folded"], result["hits"][0]["n_folded"]) == (1, 2, 2)
    unfolded = run("--library", str(library), "search", "kick", "--all", "--paths")
    assert (len(unfolded.stdout.splitlines()), "folded" in unfolded.stderr) == (3, False)
    assert len(run("--library", str(library), "search", "kick", "--paths").stdout.splitlines()) == 1


def test_hits_are_sorted_on_request(shelf: Shelf) -> None:
    lengths = [
        hit["features"]["duration_seconds"]
        for hit in json.loads(shelf.run("search", "kick", "--sort", "-length", "--json").stdout)["hits"]
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert shelf.run("search", "kick", "--sort", "shoe").exit_code == 2


def test_info_of_a_file_that_could_not_be_read_says_why(shelf: Shelf) -> None:
    result = shelf.run("info", str(shelf.broken))
    assert result.exit_code == 3
    assert str(shelf.broken) in result.stderr
    assert json.loads(shelf.run("problems", "--json").stdout)["problems"][0]["message"] in result.stderr


def test_more_than_one_example_and_one_to_avoid(shelf: Shelf) -> None:
    others = sorted(shelf.sounds.glob("audio_*.wav"))[:2]
    args = ("similar", str(shelf.kick), "--like", str(others[0]), "--unlike", str(others[1]), "--all", "-k", "100")
    found = shelf.run(*args, "--paths").stdout
    assert not any(str(path) in found for path in (shelf.kick, *others))
    assert shelf.run(*args[:2], "--unlike", "/nowhere.wav").exit_code == 2


def test_a_kit_is_printed_in_each_form(shelf: Shelf) -> None:
    sound = json.loads(shelf.run("search", "", "--json", "-k", "1").stdout)["hits"][0]["path"]
    args = ("kit", "new", "dusty", "--slots", "kick,snare", "--lock", f"snare={sound}")
    slots = json.loads(shelf.run(*args, "--json").stdout)["slots"]
    assert [(one["slot"], one["is_locked"]) for one in slots] == [("kick", False), ("snare", True)]
    assert slots[1]["sound"]["path"] == sound
    assert shelf.run(*args, "--paths").stdout.splitlines() == [one["sound"]["path"] for one in slots]
    assert "locked" in shelf.run(*args).stdout
    assert shelf.run("kit", "new", "len:>9999").exit_code == 1
    refused = shelf.run("kit", "new", "--lock", "gong=x.wav")
    assert (refused.exit_code, "SLOT=FILE" in refused.stderr) == (2, True)
