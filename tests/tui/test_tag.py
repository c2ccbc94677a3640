"""Teaching and bulk tagging from the shell, on a real library."""

import json
from pathlib import Path

import pytest
import soundfile as sf

from db.library import Library
from db.query.parser import parse_query
from tests.trees import tree_hash
from tests.tui.conftest import Shelf, run


def found(library: str, query: str) -> set[str]:
    result = run("search", query, "-k", "1000", "--json", "--library", library)
    return {hit["path"] for hit in json.loads(result.stdout)["hits"]}


def matching(library: str, filters: str) -> set[str]:
    """Every sound that passes, also those that a search folds behind another."""
    with Library.open(Path(library)) as opened:
        ids = opened.filter_ids(parse_query(filters).filters)
        assert ids is not None
        return {str(path) for sample in opened.samples(ids.tolist()) for path in sample.paths}


def count(library: str, query: str) -> int:
    hits = json.loads(run("search", query, "-k", "1000", "--json", "--library", library).stdout)["hits"]
    return sum(1 + hit["n_folded"] for hit in hits)


def test_a_tag_is_learned_exported_and_undone(library: str, shelf: Shelf, tmp_path: Path) -> None:
    paths = sorted(shelf.sounds.glob("*.wav"))
    yes, no = [str(path) for path in paths if path != shelf.broken][:3], str(paths[-1])
    before = tree_hash(shelf.sounds)
    learned = run("tag", "learn", "dusty", "--yes", *yes, "--no", no, "--json", "--library", library)
    assert (json.loads(learned.stdout)["n_yes"], json.loads(learned.stdout)["n_no"]) == (3, 1)
    assert set(yes) <= found(library, "tag:dusty")
    assert no not in found(library, "tag:dusty")
    examples = tmp_path / "dusty.json"
    examples.write_text(run("tag", "export", "dusty", "--library", library).stdout)
    assert run("tag", "undo", "--library", library).stderr == "Undone: Learned dusty\n"
    assert found(library, "tag:dusty") == set()
    assert "3 examples and 1 counterexample." in run("tag", "import", str(examples), "--library", library).stderr
    assert tree_hash(shelf.sounds) == before


def test_a_tag_is_added_renamed_and_removed_across_a_query(library: str) -> None:
    short = found(library, "len:<1")
    assert run("tag", "add", "brief", "--where", "len:<1", "--library", library).exit_code == 0
    assert found(library, "tag:brief") == short
    assert run("tag", "rename", "brief", "tiny", "--library", library).exit_code == 0
    assert found(library, "tag:tiny") == short
    assert run("tag", "remove", "tiny", "--where", "tag:tiny", "--library", library).exit_code == 0
    assert found(library, "tag:tiny") == set()


def test_words_tag_as_many_sounds_as_they_find(library: str) -> None:
    run("tag", "add", "thud", "--where", "deep kick", "-k", "5", "--library", library)
    assert len(found(library, "tag:thud")) == 5


def test_a_file_of_examples_that_is_not_there_is_said_with_the_way_to_make_one(library: str, tmp_path: Path) -> None:
    refused = run("tag", "import", str(tmp_path / "dusty.json"), "--library", library)
    assert "no such file" in refused.stderr
    assert "earmark tag export NAME > FILE" in refused.stderr


@pytest.mark.parametrize(
    ("args", "exit_code"),
    [
        (["add", "dusty"], 2),
        (["add", "dusty", "nowhere.wav"], 2),
        (["add", "dusty", "--where", "len:>9999"], 1),
        (["learn", "dusty"], 2),
        (["export", "dusty"], 2),
        (["rename", "kick", "boom"], 2),
        (["merge", "nothing", "boom"], 2),
        (["import", "nowhere.json"], 2),
        (["undo"], 1),
    ],
)
def test_what_cannot_be_done_is_said(library: str, args: list[str], exit_code: int) -> None:
    result = run("tag", *args, "--library", library)
    assert result.exit_code == exit_code
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_tags_count_every_sound_once(library: str) -> None:
    tree = json.loads(run("tags", "--json", "--library", library).stdout)
    facets = {facet["facet"]: facet for facet in tree["facets"]}
    forms = facets["form"]
    assert sum(tag["n"] for tag in forms["tags"]) + forms["n_unsure"] == tree["n_samples"]
    for family in facets["type"]["tags"]:
        assert family["n"] == count(library, f"type:{family['name']}")
        assert family["n"] >= sum(tag["n"] for tag in family["tags"])
    assert run("tags", "--library", library).stdout.count("\n") > len(facets)


def test_tags_of_a_part_are_no_more_than_of_all(library: str) -> None:
    tree = json.loads(run("tags", "--json", "--where", "len:<0.5", "--library", library).stdout)
    assert tree["n_samples"] == count(library, "len:<0.5")
    assert run("tags", "--where", "len:>9999", "--library", library).exit_code == 1


def test_the_tree_of_categories_is_browsed(library: str) -> None:
    for place, query in (("drums", "type:drums"), ("type/drums", "type:drums"), ("Drums/Kick", "type:kick")):
        shelf = json.loads(run("tags", place, "--json", "--library", library).stdout)
        assert shelf["n_samples"] == count(library, query)
        assert set(shelf["sounds"]) <= matching(library, query)
        assert "form" in {facet["facet"] for facet in shelf["facets"]}
    paths = run("tags", "drums/kick", "--paths", "--library", library).stdout.splitlines()
    assert len(paths) == count(library, "type:kick")
    facet = json.loads(run("tags", "form", "--json", "--library", library).stdout)
    assert ([facet["facet"] for facet in facet["facets"]], facet["sounds"]) == (["form"], [])
    assert str(paths[0]) in run("tags", "kick", "--library", library).stdout


def test_a_place_that_is_not_in_the_tree_is_said(library: str) -> None:
    result = run("tags", "drums/unicorn", "--library", library)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no drums/unicorn among the tags" in result.stderr


def test_every_change_answers_in_json(library: str) -> None:
    def said(*args: str) -> object:
        return json.loads(run("tag", *args, "--json", "--library", library).stdout)

    n = count(library, "len:<1")
    assert said("add", "brief", "--where", "len:<1") == {"n_changed": n}
    assert said("rename", "brief", "tiny") == {"n_changed": n}
    assert said("merge", "tiny", "small") == {"n_changed": n}
    assert said("undo") == {"undone": "Renamed tiny to small"}
    assert said("remove", "tiny", "--where", "tag:tiny") == {"n_changed": n}
    assert run("tag", "remove", "tiny", "--where", "len:<1", "--json", "--library", library).exit_code == 1
    n_tagged = said("renew")
    assert n_tagged == {"n_tagged": json.loads(run("tags", "--json", "--library", library).stdout)["n_samples"]}


def test_renewing_tags_keeps_what_the_user_said(library: str) -> None:
    run("tag", "add", "cowbell", "--where", "len:<0.5", "--library", library)
    before = found(library, "type:cowbell")
    assert "sounds tagged" in run("tag", "renew", "--library", library).stderr
    assert before <= found(library, "type:cowbell")


def test_new_sounds_get_the_tags_that_were_taught(folder: Path, tmp_path: Path) -> None:
    library, late = str(tmp_path / "library"), tmp_path / "late.wav"
    example = next(folder.rglob("*.wav"))
    run("index", str(folder), "--library", library)
    run("tag", "learn", "dusty", "--yes", str(example), "--library", library)
    frames, rate = sf.read(example)
    sf.write(late, frames * 0.9, rate, "PCM_24")
    late.rename(folder / "late.wav")
    run("index", "--library", library)
    assert count(library, "tag:dusty name:late") == 1
