"""The vectors in the database are the truth: whatever becomes of the cache file, the answers are the same."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from db.library import Library
from db.types import Root
from db.vectors import store
from db.vectors.flat_index import VectorIndex
from tests.db.conftest import ONLY_IN_FOLDERS
from tests.db.factories import ENCODER, OTHER_ENCODER, get_id, observed, record, vector_of

N = 12


@pytest.fixture(autouse=True)
def _eager_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_MIN_STALE", 3)


@pytest.fixture
def filled(library: Library, root: Root) -> Library:
    record(library, root, *[observed(f"{i}.wav", str(i)) for i in range(N)])
    assert library.vectors(ENCODER).n == N
    return library


def cache_of(library: Library) -> Path:
    (path,) = library.folder.glob("vectors-*.cache")
    return path


def reopened(library: Library) -> Library:
    library.close()
    return Library.open(library.folder)


def assert_finds_all(index: VectorIndex, n: int = N) -> None:
    assert index.n == n
    for i in range(n):
        assert index.search(vector_of(str(i)), 1)[0].tolist() == [i + 1]


@ONLY_IN_FOLDERS
def test_the_cache_is_read_and_not_written_again(filled: Library) -> None:
    before = cache_of(filled).stat()
    with reopened(filled) as library:
        assert_finds_all(library.vectors(ENCODER))
        after = cache_of(library).stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)  # reading may move st_atime
        assert library.check() == []


@ONLY_IN_FOLDERS
@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_cache_is_noticed_and_replaced(filled: Library, seed: int) -> None:
    rng = np.random.default_rng(seed)
    path = cache_of(filled)
    whole = path.read_bytes()
    damaged = bytearray(whole)
    if seed % 2:
        damaged[rng.integers(len(whole))] ^= 1 << rng.integers(8)
    else:
        del damaged[rng.integers(len(whole)) :]
    path.write_bytes(damaged)
    with reopened(filled) as library:
        assert [path.name in fault for fault in library.check()] == [True]
        assert_finds_all(library.vectors(ENCODER))
        assert path.read_bytes() == whole


@ONLY_IN_FOLDERS
def test_a_missing_cache_is_made_again(filled: Library) -> None:
    cache_of(filled).unlink()
    with reopened(filled) as library:
        assert_finds_all(library.vectors(ENCODER))
        assert cache_of(library).exists()


@ONLY_IN_FOLDERS
def test_new_vectors_are_added_to_a_cache_that_is_behind(filled: Library, root: Root) -> None:
    before = cache_of(filled).read_bytes()
    record(filled, root, observed("more.wav", str(N)))
    with reopened(filled) as library:
        assert_finds_all(library.vectors(ENCODER), N + 1)
        assert cache_of(library).read_bytes() == before
        record(library, root, *[observed(f"{i}.wav", str(i)) for i in range(N + 1, N + 6)])
        assert_finds_all(library.vectors(ENCODER), N + 6)
        assert cache_of(library).read_bytes() != before


@ONLY_IN_FOLDERS
def test_a_cache_of_another_history_is_not_used(filled: Library, root: Root, tmp_path: Path) -> None:
    """An older copy of the database is put back, and grows again with other sounds."""
    filled.close()
    copy = tmp_path / "copy.db"
    shutil.copy(filled.folder / "earmark.db", copy)
    with Library.open(filled.folder) as library:
        record(library, root, *[observed(f"lost{i}.wav") for i in range(N)])
        library.vectors(ENCODER)
    shutil.copy(copy, filled.folder / "earmark.db")
    with Library.open(filled.folder) as library:
        record(library, root, *[observed(f"{i}.wav", str(i)) for i in range(N, 2 * N)])
        assert_finds_all(library.vectors(ENCODER), 2 * N)


def test_a_held_index_is_extended_when_the_library_grows(filled: Library, root: Root) -> None:
    index = filled.vectors(ENCODER)
    record(filled, root, observed("more.wav", str(N)))
    assert filled.vectors(ENCODER) is index
    assert_finds_all(index, N + 1)


def test_sounds_whose_files_are_gone_are_not_found_until_they_return(filled: Library, root: Root) -> None:
    gone = get_id(filled, root, "3.wav")
    record(filled, root, vanished=["3.wav"])
    index = filled.vectors(ENCODER)
    assert index.n == N - 1
    assert gone not in index.search(vector_of("3"), N)[0]
    record(filled, root, observed("back.wav", "3", features=None, vector=None))
    assert_finds_all(filled.vectors(ENCODER))


def test_vectors_of_two_encoders_never_meet(filled: Library, root: Root) -> None:
    with filled.writer() as writer:
        writer.store(root.id, OTHER_ENCODER, [observed("0.wav", "0", vector=-vector_of("0"))], [], set())
    assert filled.vectors(OTHER_ENCODER).n == 1
    assert filled.vectors(OTHER_ENCODER).search(vector_of("0"), 5)[1].tolist() == pytest.approx([-1], abs=1e-3)
    assert_finds_all(filled.vectors(ENCODER))
    assert [(found.fingerprint, found.n_vectors) for found in filled.encoders()] == [
        (ENCODER.fingerprint, N),
        (OTHER_ENCODER.fingerprint, 1),
    ]


def test_an_encoder_without_vectors_has_an_empty_index(library: Library) -> None:
    assert library.vectors(ENCODER).n == 0


def test_threads_search_while_the_library_grows(filled: Library, root: Root) -> None:
    faults: list[BaseException] = []
    is_over = threading.Event()

    def search() -> None:
        try:
            while not is_over.is_set():
                assert filled.vectors(ENCODER).search(vector_of("0"), 1)[0].tolist() == [1]
        except BaseException as fault:  # handed to the test
            faults.append(fault)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(N, N + 30):
        record(filled, root, observed(f"{i}.wav", str(i)))
    is_over.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert_finds_all(filled.vectors(ENCODER), N + 30)
