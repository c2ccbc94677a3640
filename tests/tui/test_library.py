"""``earmark library``: a library on a server, made and shared, without a password in sight."""

import json
import sys
from pathlib import Path

import pytest

import db.storage
from db.engines.postgres.database import PostgresDatabase
from db.engines.postgres.place import ServerPlace
from db.schema.postgres.roles import role_of
from tests.postgres import Server
from tests.tui.conftest import Shelf, run

ADDRESS = "postgresql+psycopg://ann:hunter2@db.studio/sounds"


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def role(place: ServerPlace, user: str) -> str:
    database = PostgresDatabase(ServerPlace(place.url.replace("postgres@", f"{user}@"), place.local_folder))
    try:
        with database.read() as transaction:
            return role_of(transaction.connection)
    finally:
        database.close()


def test_a_library_is_made_once_and_roles_are_given_and_taken(postgres: Server, data_folder: Path) -> None:
    with postgres.connect() as server:
        for user in ("ann", "bob", "studio", 'od"d %s'):
            name = user.replace('"', '""')
            server.execute(f'DROP ROLE IF EXISTS "{name}"')
            server.execute(f'CREATE ROLE "{name}" LOGIN')
    with postgres.empty_database() as place:
        none = run("stats", "--library", place.url)
        assert (none.exit_code, "There is no library at postgresql+psycopg://" in none.stderr) == (3, True)
        made = run("library", "init", place.url, "--reader", "ann", "--editor", "bob", "--json")
        shown = json.loads(made.stdout)
        assert shown["roles"] == {"ann": "reader", "bob": "editor"}
        assert shown["role"] == "indexer"
        assert Path(shown["folder"]) == data_folder / "earmark" / "servers" / shown["library"]
        assert [role(place, user) for user in ("ann", "bob", "studio")] == ["reader", "editor", "none"]
        again = run(
            "library", "init", place.url, "--indexer", "bob", "--indexer", 'od"d %s', "--remove", "ann", "--json"
        )
        assert json.loads(again.stdout)["library"] == shown["library"]
        assert [role(place, user) for user in ("ann", "bob")] == ["none", "indexer"]
        back = run("library", "init", "--library", place.url, "--reader", "bob")
        assert "bob is a reader." in back.stderr
        assert role(place, "bob") == "reader"
        assert "index FOLDER" in back.stderr
        bob = place.url.replace("postgres@", "bob@")
        looked = run("library", "init", bob).stderr
        assert "You may search. Tagging takes the role of an editor" in " ".join(looked.split())
        assert "index FOLDER" not in looked
        refused = run("library", "init", bob, "--reader", "ann")
        assert (refused.exit_code, "Only who made the library" in refused.stderr) == (3, True)
        unknown = run("library", "init", place.url, "--reader", "bob", "--reader", "nobody_else")
        assert (unknown.exit_code, "no user nobody_else" in unknown.stderr) == (2, True)
        with postgres.connect(place.url.partition("@/")[2].partition("?")[0]) as server:
            server.execute('DROP OWNED BY ann, bob, studio, "od""d %s"')


@pytest.mark.parametrize(
    "args",
    [
        ("library", "init", ADDRESS),
        ("stats", "--library", ADDRESS),
        ("--library", ADDRESS, "stats"),
        ("library", "init", "postgresql+psycopg://db.studio/sounds?user=ann&password=hunter2"),
    ],
)
def test_a_password_in_an_address_is_refused_and_never_repeated(args: tuple[str, ...]) -> None:
    refused = run(*args)
    assert refused.exit_code == 2
    said = " ".join(refused.output.replace("│", " ").split())
    assert "~/.pgpass" in said
    assert "hunter2" not in said


def test_so_is_one_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARMARK_LIBRARY", ADDRESS)
    refused = run("stats")
    assert (refused.exit_code, "~/.pgpass" in refused.stderr, "hunter2" in refused.output) == (2, True, False)


def test_one_user_has_one_role_and_a_folder_needs_no_init(shelf: Shelf) -> None:
    address = "postgresql+psycopg://owner@db.studio/sounds"
    two = run("library", "init", address, "--reader", "ann", "--editor", "ann")
    assert (two.exit_code, "ann is to be reader and editor" in two.stderr) == (2, True)
    both = run("library", "init", address, "--reader", "ann", "--remove", "ann")
    assert (both.exit_code, "to have a role and to lose it" in both.stderr) == (2, True)
    folder = shelf.run("library", "init")
    assert (folder.exit_code, "Give the address of a database" in folder.stderr) == (2, True)


def test_what_only_folders_have_says_what_servers_do(data_folder: Path) -> None:
    for command in (["backup"], ["restore"], ["doctor", "--repair"]):
        refused = run(*command, "--library", "postgresql+psycopg://owner@db.studio/sounds")
        assert (refused.exit_code, "pg_restore" in refused.stderr) == (2, True)


def test_without_the_driver_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(db.storage, "server", raising=False)
    monkeypatch.setitem(sys.modules, "db.storage.server", None)
    without = run("stats", "--library", "postgresql+psycopg://owner@db.studio/sounds")
    assert (without.exit_code, "pip install 'earmark[server]'" in without.stderr) == (3, True)
    monkeypatch.setitem(sys.modules, "db.storage.copying.servers", None)
    copied = run("library", "copy", "postgresql+psycopg://owner@db.studio/sounds", "copy")
    assert (copied.exit_code, "pip install 'earmark[server]'" in copied.stderr) == (3, True)


def test_an_id_larger_than_any_is_nothing_found_on_a_server_too(server_library: ServerPlace) -> None:
    none = run("info", "99999999999999999999", "--library", server_library.url)
    assert (none.exit_code, "There is no sound 99999999999999999999" in none.stderr) == (1, True)


def test_a_library_is_copied_to_a_server_and_back(shelf: Shelf, server_library: ServerPlace, tmp_path: Path) -> None:
    here, there = str(shelf.library), str(tmp_path / "back again")
    copied = run("library", "copy", server_library.url, "--library", here, "--json")
    assert copied.exit_code == 0, copied.stderr  # which holds progress where the machine is busy
    shown = json.loads(copied.stdout)
    assert shown["library"] == server_library.url
    assert shown["rows"]["samples"] == shown["sounds"] > 0
    assert not shown["resumed"]
    back = run("library", "copy", server_library.url, there)
    assert (back.exit_code, "and compared all rows" in back.stderr) == (0, True)
    assert f"earmark --library '{there}'" in back.stderr
    answers = [run("search", "kick", "--library", place, "--json").stdout for place in (here, there)]
    assert json.loads(answers[0])["hits"] == json.loads(answers[1])["hits"] != []
    again = run("library", "copy", here, server_library.url)
    assert (again.exit_code, "There is a library at postgresql" in again.stderr) == (3, True)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("one", "two", "three"), "Give one or two places"),
        (("same", "same"), "FROM and TO are the same place."),
        (("nothing", "copy"), "There is no library in"),
        ((ADDRESS, "copy"), "Leave the password out"),
    ],
)
def test_what_cannot_be_copied_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("library", "copy", *args)
    assert result.exit_code in {2, 3}
    assert says in result.stderr
    assert "hunter2" not in result.stderr
    assert not (tmp_path / "copy").exists()
