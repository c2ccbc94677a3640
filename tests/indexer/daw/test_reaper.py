"""Reaper's database against what its own and other people's files look like."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from db.types import Annotation, Provenance, Reading, Source, Tag
from indexer.daw.playlist import playlist
from indexer.daw.reaper import media_database, resource_folder, shortcut_lines
from tests.tui.samples import make_sample

# as in the files that DBAssistant is tested with
ENTRY = re.compile(rb'FILE ("[^"]*"|\'[^\']*\') (\d+) 0 (\d+)\nDATA((?: "[a-z]:[^"]*")*)\n')


def test_a_sound_has_its_tags_tempo_key_author_stars_and_note(tmp_path: Path) -> None:
    path = tmp_path / 'a "deep" kick \udcff.wav'
    path.write_bytes(b"12345")
    tags = (Tag("type", "kick", Source.MODEL, 0.9, "drums"), Tag("user", 'so "dusty"\n', Source.USER, 1.0))
    sample = replace(
        make_sample(str(path)),
        tags=tags,
        bpm=Reading("bpm", Source.FILENAME, 0.9, number=120.04),
        key=Reading("key", Source.ANALYSIS, 0.9, text="F#m"),
        provenance=Provenance(author="Ann", license="cc0"),
    )
    content = media_database([sample], {sample.id: Annotation(4, "for the bridge")})
    (entry,) = (ENTRY.fullmatch(content),)
    assert entry is not None
    assert entry[1] == b"'" + bytes(str(tmp_path), "utf-8") + b'/a "deep" kick \xff.wav\''
    assert (int(entry[2]), int(entry[3])) == (5, int(path.stat().st_mtime))
    assert re.findall(rb'"([a-z]:[^"]*)"', entry[4]) == [
        b"u:kick drums so 'dusty' 120bpm F#m 4 stars",
        b"g:kick",
        b"d:120bpm, F#m",
        b"a:Ann",
        b"c:for the bridge",
    ]


@pytest.mark.parametrize("name", ["line\nbreak.wav", "all ` of ' them \".wav", "away.wav"])
def test_what_no_line_can_hold_or_is_not_there_is_left_out(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name != "away.wav":
        path.write_bytes(b"1")
    assert media_database([make_sample(str(path))], {}) == b""


def test_the_lines_that_list_it_take_the_next_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr("sys.platform", "linux")
    assert resource_folder() is None
    folder = tmp_path / ".config/REAPER"
    folder.mkdir(parents=True)
    assert resource_folder() == folder
    assert shortcut_lines(folder, "earmark.ReaperFileList")[0] == "Shortcut0=earmark.ReaperFileList"
    ini = "[reaper_explorer]\nShortcut0=/x\nShortcutT0=x\nShortcut2=/y\n"
    (folder / "reaper.ini").write_text(ini)
    lines = shortcut_lines(folder, "earmark.ReaperFileList")
    assert lines == ["Shortcut1=earmark.ReaperFileList", "ShortcutT1=earmark"]
    (folder / "reaper.ini").write_text(ini + "\n".join(lines))
    assert shortcut_lines(folder, "earmark.ReaperFileList") == []


def test_a_playlist_keeps_every_byte_and_no_line_break() -> None:
    samples = [make_sample(path) for path in ("/packs/kick \udcff.wav", "/packs/line\nbreak.wav")]
    lines = playlist(samples).splitlines()
    assert lines[0] == b"#EXTM3U"
    assert lines[1].startswith(b"#EXTINF:")
    assert lines[2:] == [b"/packs/kick \xff.wav"]
