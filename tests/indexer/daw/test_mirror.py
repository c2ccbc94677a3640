"""What is kept in step with the library: nothing of anybody else's is ever touched."""

import json
from pathlib import Path

import pytest

from db.errors import UsageError
from indexer.daw import mirror as module
from indexer.daw.mirror import Content, Mirror, MirrorLog, update


@pytest.fixture
def log(tmp_path: Path) -> MirrorLog:
    (tmp_path / "library").mkdir()
    return MirrorLog(tmp_path / "library")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "kick \udcff.wav"
    path.write_bytes(b"RIFF")
    return path


def bring(tmp_path: Path, log: MirrorLog, wanted: dict[str, Content]) -> tuple[int, int, int, list[str]]:
    target = tmp_path / "out"
    done = update(log.find(target, "collections", []), wanted, log)
    kept = [path.relative_to(target).as_posix() for path in done.kept]
    return done.n_written, done.n_same, done.n_removed, kept


def test_twice_changes_nothing_and_what_is_no_more_goes(tmp_path: Path, log: MirrorLog, sound: Path) -> None:
    wanted: dict[str, Content] = {"Best/kick.wav": sound, "Best.m3u8": b"#EXTM3U\n"}
    assert bring(tmp_path, log, wanted) == (2, 0, 0, [])
    assert (tmp_path / "out/Best/kick.wav").readlink() == sound
    assert bring(tmp_path, log, wanted) == (0, 2, 0, [])
    assert bring(tmp_path, log, {"Best.m3u8": b"#EXTM3U\nkick\n"}) == (1, 0, 1, [])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["Best.m3u8"]
    assert bring(tmp_path, log, {}) == (0, 0, 1, [])
    assert log.all() == []
    assert sound.read_bytes() == b"RIFF"


def test_what_is_anothers_or_was_changed_stays_and_is_named(tmp_path: Path, log: MirrorLog, sound: Path) -> None:
    target = tmp_path / "out"
    (target / "Best").mkdir(parents=True)
    (target / "Best/mine.wav").write_bytes(b"mine")
    wanted: dict[str, Content] = {"Best/mine.wav": sound, "Best/kick.wav": sound, "list": b"a"}
    assert bring(tmp_path, log, wanted) == (2, 0, 0, ["Best/mine.wav"])
    (target / "list").write_bytes(b"edited")
    assert bring(tmp_path, log, {**wanted, "list": b"b"}) == (0, 1, 0, ["Best/mine.wav", "list"])
    (target / "Best/kick.wav").unlink()
    (target / "Best/kick.wav").write_bytes(b"a take")
    assert bring(tmp_path, log, {})[2] == 0
    assert (target / "Best/kick.wav").read_bytes() == b"a take"
    assert (target / "Best/mine.wav").read_bytes() == b"mine"
    assert (target / "list").read_bytes() == b"edited"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_anywhere_the_next_run_knows_its_own(
    moment: str, tmp_path: Path, log: MirrorLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(tmp_path, log, {"list": b"a"})
    place = module._place

    def killed(path: Path, content: Content) -> None:
        if moment == "after":
            place(path, content)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_place", killed)
    with pytest.raises(KeyboardInterrupt):
        bring(tmp_path, log, {"list": b"b"})
    monkeypatch.undo()
    assert bring(tmp_path, log, {"list": b"c"}) == (1, 0, 0, [])
    assert (tmp_path / "out/list").read_bytes() == b"c"


def test_without_symbolic_links_hard_ones_stand_in_and_never_lose_the_last_copy(
    tmp_path: Path, log: MirrorLog, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refused)
    assert bring(tmp_path, log, {"kick.wav": sound}) == (1, 0, 0, [])
    assert bring(tmp_path, log, {"kick.wav": sound}) == (0, 1, 0, [])
    sound.unlink()
    assert bring(tmp_path, log, {}) == (0, 0, 0, ["kick.wav"])
    assert (tmp_path / "out/kick.wav").read_bytes() == b"RIFF"
    with pytest.raises(UsageError, match="cannot be written"):
        bring(tmp_path, log, {"gone.wav": sound})


@pytest.mark.parametrize("content", ["no json", "[1]", '[{"target": "/x"}]', '{"a": 1}'])
def test_a_record_that_cannot_be_read_owns_nothing(content: str, tmp_path: Path, log: MirrorLog) -> None:
    bring(tmp_path, log, {"list": b"a"})
    (tmp_path / "library/exports/mirrors.json").write_text(content)
    assert log.all() == []
    assert bring(tmp_path, log, {"list": b"b"})[3] == ["list"]


def test_a_record_that_leads_elsewhere_is_not_followed(tmp_path: Path, log: MirrorLog) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"a")
    bring(tmp_path, log, {"victim": b"a"})
    record = tmp_path / "library/exports/mirrors.json"
    (one,) = json.loads(record.read_text())
    one["entries"] = {"../victim": one["entries"]["victim"]}
    record.write_text(json.dumps([one]))
    bring(tmp_path, log, {})
    assert victim.exists()
    assert Mirror(tmp_path, "collections").is_own("victim") is False
