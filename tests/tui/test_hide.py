"""``earmark hide`` and ``earmark unhide``."""

import json

from tests.tui.conftest import Shelf, run


def paths(library: str, line: str) -> list[str]:
    return run("search", line, "--paths", "--library", library).stdout.splitlines()


def test_what_is_hidden_is_found_only_where_it_is_asked_for(library: str, shelf: Shelf) -> None:
    kick = str(shelf.kick)
    hidden = run("hide", kick, "--json", "--library", library)
    assert json.loads(hidden.stdout) == {"n_changed": 1}
    assert kick not in paths(library, "ext:wav")
    assert kick not in run("search", "kick", "--library", library).stdout
    assert kick in paths(library, "hidden:yes")
    assert json.loads(run("info", kick, "--json", "--library", library).stdout)["is_hidden"] is True
    assert "0 sounds" in run("hide", kick, "--library", library).stderr
    assert run("unhide", "--where", "hidden:yes", "--library", library).stderr.startswith("1 sound listed again")
    assert kick in paths(library, "ext:wav")


def test_hide_asks_for_sounds(library: str) -> None:
    result = run("hide", "--library", library)
    assert result.exit_code == 2
    assert "files, or --where" in result.stderr
