"""A folder of an object store in a library."""

from pathlib import Path

import pytest
from fsspec import AbstractFileSystem

from db.library import Library
from indexer.audio.remote import add_remote, remote_folder
from indexer.ingest.pipeline import IndexSummary, index
from indexer.ingest.scan_remote import scan_remote
from tests.fakes import FakeEncoder
from tests.sounds import kick, noise, tone, write_sound

URL = "memory://bucket/drums"


@pytest.fixture
def store(memory_store: AbstractFileSystem, tmp_path: Path) -> AbstractFileSystem:
    """Return a store in memory with two sounds and what is no sound."""
    memory_store.pipe("/bucket/drums/kick.wav", write_sound(tmp_path / "kick.wav", kick()).read_bytes())
    memory_store.pipe("/bucket/drums/Dusty/snare.wav", write_sound(tmp_path / "snare.wav", noise()).read_bytes())
    memory_store.pipe("/bucket/drums/Dusty/readme.md", b"# Dusty")
    memory_store.pipe("/bucket/drums/.trash/old.wav", b"")
    memory_store.pipe("/bucket/drums/._kick.wav", b"")
    memory_store.pipe("/bucket/other/hat.wav", b"")
    return memory_store


def update(library: Library, *folders: Path, has_remote: bool = True) -> IndexSummary:
    return index(library, folders, FakeEncoder(), has_remote=has_remote)


def paths(library: Library) -> set[str]:
    found = {path for sample in library.samples(library.sorted_ids().tolist()) for path in sample.paths}
    return {path.relative_to(remote_folder() / "memory" / "bucket").as_posix() for path in found}


def test_sounds_of_a_store_come_into_the_library_and_no_copy_stays(library: Library, store: AbstractFileSystem) -> None:
    place = add_remote(URL)
    summary = update(library, place)
    assert (summary.n_new, summary.n_failed, summary.n_embedded) == (2, 0, 2)
    assert paths(library) == {"drums/kick.wav", "drums/Dusty/snare.wav"}
    assert [path.name for path in place.rglob("*")] == ["about.txt"]
    assert [root.is_online for root in library.roots()] == [True]


def test_a_second_run_reads_only_what_is_new_or_changed(
    library: Library, store: AbstractFileSystem, tmp_path: Path
) -> None:
    place = add_remote(URL)
    update(library, place)
    assert update(library).n_unchanged == 2
    store.pipe("/bucket/drums/kick.wav", write_sound(tmp_path / "other.wav", tone()).read_bytes())
    store.rm("/bucket/drums/Dusty/snare.wav")
    summary = update(library)
    assert (summary.n_changed, summary.n_removed, summary.n_unchanged) == (1, 1, 0)


def test_a_store_that_does_not_answer_is_offline_and_loses_nothing(
    library: Library, store: AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(library, add_remote(URL))

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no route to host")

    with monkeypatch.context() as patch:
        patch.setattr(type(store), "ls", fail)
        summary = update(library)
    assert (summary.n_offline_roots, summary.n_removed) == (1, 0)
    store.rm("/bucket/drums", recursive=True)
    summary = update(library)
    assert (summary.n_offline_roots, summary.n_removed) == (1, 0)


def test_what_follows_local_folders_asks_no_store(
    library: Library, store: AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(library, add_remote(URL))
    monkeypatch.setattr("indexer.ingest.pipeline.scan_remote", None)
    summary = update(library, has_remote=False)
    assert (summary.n_offline_roots, summary.n_removed) == (0, 0)
    assert len(paths(library)) == 2


def test_bad_sounds_of_a_store_cost_one_line_each(library: Library, store: AbstractFileSystem) -> None:
    store.pipe("/bucket/drums/bad.wav", b"RIFF")
    assert update(library, add_remote(URL)).n_failed == 1
    assert [problem.path.name for problem in library.problems()] == ["bad.wav"]


def test_names_that_lead_elsewhere_are_left_out(store: AbstractFileSystem) -> None:
    for name in ("/bucket/drums/../../etc/x.wav", "/bucket/drums/a\\b.wav", "/bucket/drums/nul\0.wav"):
        store.store[name] = store.store["/bucket/drums/kick.wav"]
    found = scan_remote(URL, {})
    assert [file.relpath for file in found.to_embed] == [b"Dusty/snare.wav", b"kick.wav"]


def test_a_listing_that_was_stopped_says_of_nothing_that_it_is_gone(
    library: Library, store: AbstractFileSystem
) -> None:
    update(library, add_remote(URL))
    known = library.known_files(library.roots()[0].id, FakeEncoder().info, None)
    found = scan_remote(URL, known, cancelled=lambda: True)
    assert (found.is_online, found.vanished) == (True, [])
