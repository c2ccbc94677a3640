"""``earmark slice``."""

import json
from pathlib import Path

import pytest
import soundfile as sf

from tests.indexer.slicing.conftest import PLACES, played
from tests.sounds import RATE_HZ, write_sound
from tests.tui.conftest import Shelf

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "my loop 120bpm.wav", played(), subtype="PCM_24")


def test_a_loop_outside_the_library_becomes_a_kit_and_a_midi_file(shelf: Shelf, loop: Path, tmp_path: Path) -> None:
    args = ["slice", str(loop), "--out", str(tmp_path / "out"), "--as", "sfz", "--midi"]
    planned = shelf.run(*args, "--dry-run")
    assert "8 slices by onsets, would be written" in planned.stderr
    assert "will become" in planned.stdout
    assert not (tmp_path / "out").exists()
    (done,) = json.loads(shelf.run(*args, "--json").stdout)["loops"]
    assert (done["by"], done["n_written"], done["failed"]) == ("onsets", 8, [])
    assert [part["start_seconds"] for part in done["slices"]] == pytest.approx(PLACES, abs=0.005)
    folder = tmp_path / "out" / "my loop 120bpm"
    names = {path.name for path in folder.iterdir()}
    assert {"my loop 120bpm 01.wav", "my loop 120bpm.sfz", "my loop 120bpm.mid"} < names
    assert sum(sf.info(path).frames for path in folder.glob("*.wav")) == 2 * RATE_HZ
    assert "0 sounds exported" in shelf.run(*args).stderr
    assert json.loads(shelf.run("exports", "undo", "--json").stdout)["n_removed"] == 10
    assert not folder.exists()


def test_hits_of_a_query_are_sliced_each_into_its_folder(shelf: Shelf, tmp_path: Path) -> None:
    done = shelf.run("slice", "len:>0.1", "-k", "2", "--by", "4", "--out", str(tmp_path / "out"), "--profile", "m8")
    assert done.exit_code == 0
    assert done.stderr.count("4 slices of equal length. 4 sounds exported to") == 2
    assert [len(list(folder.glob("*.wav"))) for folder in (tmp_path / "out").iterdir()] == [4, 4]
    assert len(shelf.run("search", "used:ever", "--paths").stdout.splitlines()) >= 2
    for _ in range(2):
        shelf.run("exports", "undo")


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (["LOOP", "--by", "1"], "Slice by onsets, beats, cues", 2),
        (["LOOP", "--by", "cues"], "has no cue points", 3),
        (["LOOP", "--as", "nope"], "no kit format nope", 2),
        (["LOOP", "--profile", "nope"], "no profile nope", 2),
        (["LOOP", "nowhere.wav"], "There is no file", 2),
        (["type:nothing"], "Nothing found", 1),
        (["FOLDER"], "is a folder. For the loops in it", 2),
        (["BROKEN"], "broken.wav", 3),
    ],
)
def test_what_cannot_be_sliced_is_a_sentence(
    args: list[str], said: str, code: int, shelf: Shelf, loop: Path, tmp_path: Path
) -> None:
    words = {"LOOP": str(loop), "BROKEN": str(shelf.broken), "FOLDER": str(loop.parent)}
    done = shelf.run("slice", *[words.get(arg, arg) for arg in args], "--out", str(tmp_path / "out"))
    assert said in done.stderr
    assert done.exit_code == code
    assert not (tmp_path / "out").exists()
