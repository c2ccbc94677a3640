"""Names on disk are data: they come back as they were, and show nothing that harms a terminal."""

import os
import shlex
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.paths import (
    display_text,
    extension,
    find_obstacle,
    from_stored,
    relative_to,
    shell_text,
    split_display,
    to_stored,
)

parts = st.binary(min_size=1, max_size=12).filter(lambda raw: not {0, ord("/")} & set(raw) and raw not in {b".", b".."})
relpaths = st.lists(parts, min_size=1, max_size=4).map(b"/".join)


@given(root=relpaths, relpath=relpaths)
def test_a_stored_path_leads_back_to_its_bytes(root: bytes, relpath: bytes) -> None:
    stored = b"/" + root
    path = from_stored(stored, relpath)
    assert os.fsencode(path) == stored + b"/" + relpath
    assert relative_to(stored, to_stored(path)) == relpath
    assert relative_to(b"/", to_stored(path)) == root + b"/" + relpath


def test_a_file_is_in_the_way_of_a_folder_in_its_place_or_below_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert find_obstacle(tmp_path / "file") == find_obstacle(tmp_path / "file" / "a" / "b") == tmp_path / "file"
    assert find_obstacle(tmp_path) is None
    assert find_obstacle(tmp_path / "a" / "b") is None
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    assert find_obstacle(tmp_path / "broken") == tmp_path / "broken"


def test_a_root_is_not_below_itself_and_no_neighbour_is_below_it() -> None:
    assert relative_to(b"/a", b"/a") is None
    assert relative_to(b"/a", b"/ab/c") is None


@given(name=st.one_of(st.text(), st.binary()))
def test_shown_names_hold_no_controls_and_stay_the_same_when_shown_again(name: str | bytes) -> None:
    shown = display_text(name)
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in shown)
    assert display_text(shown) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"kick \xff.wav", "kick \ufffd.wav"),
        ("a\x1b[31m\x9b\x7f\nb.wav", "a[31mb.wav"),
        ("abc\u202egnp.wav", "abcgnp.wav"),
        ("e\u0301.wav", "\u00e9.wav"),
        ("[Am] 120.wav", "[Am] 120.wav"),
    ],
)
def test_display_text(name: str | bytes, shown: str) -> None:
    assert display_text(name) == shown


def test_a_name_in_a_command_is_one_word_to_a_shell() -> None:
    assert (
        shell_text("postgresql+psycopg://ann@db.studio:5432/sounds") == "postgresql+psycopg://ann@db.studio:5432/sounds"
    )
    for name in ("my sounds", "sounds?sslmode=require&a=b", "it's"):
        assert shlex.split(f"earmark --library {shell_text(name)}")[2:] == [name]
    assert shell_text(Path("a\x1b[31m b")) == "'a[31m b'"


def test_a_path_is_split_into_folder_and_name() -> None:
    assert split_display(b"Packs/Kicks/808.wav") == ("Packs/Kicks", "808.wav")
    assert split_display(b"808.wav") == ("", "808.wav")


@pytest.mark.parametrize(("relpath", "ext"), [(b"a/b.WAV", "wav"), (b"a.b/c", ""), (b".wav", ""), (b"x.tar.gz", "gz")])
def test_extension(relpath: bytes, ext: str) -> None:
    assert extension(relpath) == ext
