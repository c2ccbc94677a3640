"""Sounds in object stores: where they have their places, how copies come there, and what is refused."""

from pathlib import Path
from threading import Barrier

import pytest
from fsspec import AbstractFileSystem

from db.errors import SoundError, UsageError
from indexer.audio.decode import decode
from indexer.audio.remote import (
    add_remote,
    fetch_here,
    fetch_missing,
    is_here,
    is_url,
    place_of,
    remote_folder,
    temporary_copy,
    url_of,
)
from tests.sounds import kick, write_sound


@pytest.fixture
def store(memory_store: AbstractFileSystem, tmp_path: Path) -> AbstractFileSystem:
    """Return a store in memory with one kick in a bucket."""
    memory_store.pipe("/bucket/drums/Kick [Am].wav", write_sound(tmp_path / "kick.wav", kick()).read_bytes())
    return memory_store


def test_addresses_and_places_belong_to_each_other(store: AbstractFileSystem) -> None:
    place = place_of("s3://bucket/drums/")
    assert place == remote_folder() / "s3" / "bucket" / "drums"
    assert url_of(place / "Kick [Am].wav") == "s3://bucket/drums/Kick [Am].wav"
    assert url_of(Path("/samples/kick.wav")) is None
    assert url_of(remote_folder()) is None
    assert [is_url(text) for text in ("s3://bucket", "C:\\Sounds", "/a://b", "gs://b/c")] == [True, False, False, True]


@pytest.mark.parametrize(
    "url", ["s3://bucket/../other", "s3://bucket//x", "file:///etc", "local:///etc", "s3://", "s3://a/./b", "s3://a/\0"]
)
def test_what_is_no_address_of_a_folder_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"no address of a folder, such as s3://"):
        place_of(url)


def test_passwords_do_not_belong_into_an_address() -> None:
    with pytest.raises(UsageError, match="Leave user names and passwords out") as refused:
        place_of("sftp://me:secret@host/sounds")
    assert "secret" not in str(refused.value)


def test_a_sound_is_fetched_when_it_is_opened(store: AbstractFileSystem, tmp_path: Path) -> None:
    place = add_remote("memory://bucket/drums") / "Kick [Am].wav"
    assert not place.exists()
    assert decode(place).original == decode(tmp_path / "kick.wav").original
    assert place.read_bytes() == (tmp_path / "kick.wav").read_bytes()
    assert sorted(path.name for path in place.parent.iterdir()) == ["Kick [Am].wav", "about.txt"]


def test_a_copy_that_is_here_is_not_fetched_again(store: AbstractFileSystem) -> None:
    place = add_remote("memory://bucket/drums") / "Kick [Am].wav"
    assert is_here(place)
    store.rm_file("/bucket/drums/Kick [Am].wav")
    assert is_here(place)
    place.unlink()
    assert not is_here(place)


def test_a_file_of_no_store_is_gone_as_ever(tmp_path: Path) -> None:
    assert not fetch_here(tmp_path / "gone.wav")
    with pytest.raises(SoundError) as gone:
        decode(tmp_path / "gone.wav")
    assert gone.value.code == "gone"


def test_a_copy_for_analysis_leaves_nothing_behind(store: AbstractFileSystem) -> None:
    with temporary_copy("memory://bucket/drums/Kick [Am].wav") as copy:
        assert copy.suffix == ".wav"
        assert copy.stat().st_size == store.size("/bucket/drums/Kick [Am].wav")
    assert not copy.parent.exists()


def test_a_sound_that_cannot_be_fetched_is_one_sentence(
    store: AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("AccessDenied\nwith a long trace")

    monkeypatch.setattr(type(store), "get_file", fail)
    with (
        pytest.raises(SoundError, match=r"^It could not be fetched: AccessDenied$") as failed,
        temporary_copy("memory://bucket/drums/Kick [Am].wav"),
    ):
        pass
    assert failed.value.code == "unreadable"


def test_a_store_without_the_folder_is_told(store: AbstractFileSystem) -> None:
    with pytest.raises(UsageError, match="memory://bucket/nothing is no folder with sounds"):
        add_remote("memory://bucket/nothing")
    assert not place_of("memory://bucket/nothing").exists()


def test_a_scheme_that_nobody_knows_and_a_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="Protocol not known: nosuch"):
        add_remote("nosuch://bucket")

    def missing(*_: object) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    with pytest.raises(UsageError, match="takes one more package: Install s3fs"):
        add_remote("s3://bucket")


def test_missing_sounds_are_fetched_several_at_a_time(
    store: AbstractFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        store.pipe(f"/bucket/drums/{name}.wav", b"RIFF")
    folder = add_remote("memory://bucket/drums")
    (folder / "here.wav").write_bytes(b"RIFF")
    both, get_file = Barrier(2, timeout=5), store.get_file

    def get_together(path: str, target: str) -> None:
        both.wait()
        get_file(path, target)

    monkeypatch.setattr(store, "get_file", get_together)
    told: list[tuple[int, int]] = []
    sounds = [[folder / "a.wav"], [tmp_path / "gone.wav", folder / "b.wav"], [folder / "a.wav"], [folder / "here.wav"]]
    fetch_missing([*sounds, [tmp_path / "gone.wav"]], lambda *counts: told.append(counts))
    assert told == [(1, 2), (2, 2)]
    assert sorted(path.name for path in folder.glob("*.wav")) == ["a.wav", "b.wav", "here.wav"]


def test_what_a_store_does_not_give_is_left_out(store: AbstractFileSystem) -> None:
    folder = add_remote("memory://bucket/drums")
    told: list[tuple[int, int]] = []
    fetch_missing([[folder / "never.wav"], [folder / "Kick [Am].wav"]], lambda *counts: told.append(counts))
    assert told == [(1, 2), (2, 2)]
    assert [path.name for path in folder.glob("*.wav")] == ["Kick [Am].wav"]
