"""Onsets are found in a process of their own."""

from pathlib import Path

import pytest

from db.errors import SoundError, UsageError
from indexer.slicing import process
from indexer.slicing.process import SlicingProcess, _Request, answer
from tests.indexer.slicing.conftest import PLACES, MakeLoop

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_it_answers_and_stays_and_names_what_is_wrong(make_loop: MakeLoop, tmp_path: Path) -> None:
    loop, slicing = make_loop(), SlicingProcess()
    try:
        assert slicing.find_cuts(loop, loop.path, "4").by == "4"
        child = slicing._child
        with pytest.raises(SoundError, match="gone"):
            slicing.find_cuts(loop, tmp_path / "gone.wav", "4")
        with pytest.raises(UsageError, match="no cue points"):
            slicing.find_cuts(loop, loop.path, "cues")
        assert slicing._child is child
        child.kill()
        child.wait()
        assert len(slicing.find_cuts(loop, loop.path, "3").spans) == 3  # by another one
    finally:
        slicing.close()


def test_a_child_that_hangs_is_ended(make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_MOST_SECONDS", 0.01)
    loop, slicing = make_loop(), SlicingProcess()
    with pytest.raises(SoundError, match="could not be found"):
        slicing.find_cuts(loop, loop.path, "4")
    slicing.close()


def test_onsets_are_told_in_seconds(make_loop: MakeLoop) -> None:
    loop = make_loop()
    assert answer(_Request(loop, str(loop.path), "")) == pytest.approx(PLACES, abs=0.003)
