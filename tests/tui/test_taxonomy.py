import json
from pathlib import Path
from shutil import copytree

from indexer.tagging.user_taxonomy import EXAMPLE
from tests.tui.conftest import Shelf, run


def test_a_taxonomy_of_the_users_own_tags_the_library(shelf: Shelf, tmp_path: Path) -> None:
    folder = copytree(shelf.library, tmp_path / "library")
    library = str(folder)
    assert run("taxonomy", "--example").stdout == EXAMPLE
    assert str(folder) in run("taxonomy", "--library", library).stderr
    path = folder / "taxonomy.toml"
    path.write_text('[mood.rumbling]\nwords = ["boomstick"]\n')
    assert "is well" in run("taxonomy", "--library", library).stderr
    assert "rumbling" in run("taxonomy", "--library", library).stdout
    run("tag", "renew", "--library", library)
    hits = json.loads(run("search", "tag:rumbling", "--json", "--library", library).stdout)["hits"]
    assert [str(shelf.kick) in hit["paths"] for hit in hits] == [True]
    (facet,) = json.loads(run("taxonomy", "--json", "--library", library).stdout)["facets"]
    assert facet == {"facet": "mood", "tags": ["rumbling"]}
    tree = json.loads(run("tags", "mood", "--json", "--library", library).stdout)
    assert [tag["name"] for tag in tree["facets"][0]["tags"]] == ["rumbling"]


def test_a_fault_in_it_is_said_by_every_command_that_needs_it(shelf: Shelf, tmp_path: Path) -> None:
    folder = copytree(shelf.library, tmp_path / "library")
    (folder / "taxonomy.toml").write_text("[mood.happy]\nwrds = ['a']\n")
    for args in (["taxonomy"], ["tag", "renew"], ["index"], ["tag", "add", "x", "--where", "len:<1"]):
        result = run(*args, "--library", str(folder))
        assert result.exit_code == 2
        assert "taxonomy.toml: [mood.happy] has a line 'wrds' that is not known" in result.stderr
