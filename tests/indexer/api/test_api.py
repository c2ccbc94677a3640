"""The public API: what docs/api.md shows, and what it promises."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import numpy as np
import pytest

import indexer
from db.errors import EarmarkError, LibraryError, ModelError, SoundError, UsageError
from indexer import Hits, OpenLibrary, blend, load_encoder, open_library, search, similar
from indexer.search.blending import BlendHit
from tests.sounds import write_demo_sounds

ROOT = Path(__file__).parents[3]
BLOCKS = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
N_SOUNDS = 12


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("api")
    for path in write_demo_sounds(place / "sounds")[N_SOUNDS:]:
        path.unlink()
    return place


@pytest.fixture(scope="module")
def examples(place: Path) -> Iterator[dict[str, Any]]:
    """Run all blocks of the document in order; return the names that they leave behind."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for block in BLOCKS:
            exec(compile(block, "docs/api.md", "exec"), names)
        yield names
        names["library"].close()


@pytest.fixture
def library(examples: dict[str, Any]) -> OpenLibrary:
    library: OpenLibrary = examples["library"]
    return library


def test_every_example_of_the_document_runs(examples: dict[str, Any]) -> None:
    assert len(examples["hits"]) == 5
    assert len(examples["everything"]) == N_SOUNDS
    assert all(isinstance(step, BlendHit) for step in examples["path"])
    assert len(examples["between"]) == len(examples["nearest"]) == len(examples["alike"]) == 3
    assert examples["summary"].n_unchanged == N_SOUNDS
    lengths = [hit.sample.features.duration_seconds for hit in examples["kicks"]]
    assert lengths == sorted(lengths, reverse=True)
    assert examples["cosines"].shape == (5, 2)


def test_records_and_table_say_what_the_hits_say(examples: dict[str, Any]) -> None:
    hits, records, table = (examples[name] for name in ("hits", "records", "table"))
    assert [record["path"] for record in records] == [str(hit.path) for hit in hits]
    assert [record["rank"] for record in records] == [1, 2, 3, 4, 5]
    assert records[0]["duration_seconds"] == hits[0].sample.features.duration_seconds
    assert [*table.columns] == [*records[0]]
    assert table["score"].tolist() == [hit.score for hit in hits]
    assert {"at", "distance_degrees", "is_between"} <= examples["path"].records()[0].keys()


def test_vectors_of_files_are_those_of_the_library(examples: dict[str, Any], library: OpenLibrary) -> None:
    hits = search(library, "bass drum", k=5)
    encoder = examples["encoder"]
    sounds = encoder.embed_files([str(hit.path) for hit in hits])
    stored = library.library.vectors(encoder.info).get(np.array([hit.sample.id for hit in hits]))
    assert sounds.dtype == np.float32
    assert (sounds * stored).sum(axis=1) == pytest.approx(1, abs=1e-3)  # they are stored as float16
    assert (sounds @ encoder.embed_texts(["bass drum"]).T).ravel() == pytest.approx(
        [hit.cosine for hit in hits], abs=2e-3
    )
    assert encoder.embed_files([]).shape == (0, encoder.info.dim)


def test_a_table_without_pandas_is_one_sentence(library: OpenLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="pip install pandas"):
        search(library, "kick").table()


def test_hits_are_a_sequence_and_print_their_paths(examples: dict[str, Any]) -> None:
    hits = examples["hits"]
    assert isinstance(hits[1:3], Hits)
    assert list(hits[1:3]) == [hits[1], hits[2]]
    assert repr(hits).splitlines()[0] == f"1. {hits[0].path}"
    assert repr(hits[:0]) == "<no hits>"


def test_a_sound_of_the_library_and_its_id_are_the_same_example(library: OpenLibrary) -> None:
    first = search(library, "kick", k=1)[0].sample
    by_path, by_id = (similar(library, sound, k=5) for sound in (first.path, first.id))
    assert list(by_path) == list(by_id)
    assert first.id not in {hit.sample.id for hit in by_id}


@pytest.mark.parametrize(
    ("kind", "ask"),
    [
        (UsageError, lambda library: search(library, order="beauty")),
        (UsageError, lambda library: search(library, "bpm:fast")),
        (UsageError, lambda library: similar(library, "gone.wav")),
        (UsageError, blend),
        (UsageError, lambda library: blend(library, "kick", "bass", weights=[1])),
        (UsageError, lambda library: blend(library, "kick", "bass", weights=[0, 0])),
        (UsageError, lambda library: blend(library, "kick", "bass", steps=1)),
        (UsageError, lambda library: blend(library, "type:kick", "bass")),
        (LibraryError, lambda _: open_library("nowhere")),
        (ModelError, lambda _: load_encoder("nobody")),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(kind: type[EarmarkError], ask: Any, library: OpenLibrary) -> None:
    with pytest.raises(kind) as error:
        ask(library)
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_sound_is_named(examples: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(SoundError, match=r"text\.wav"):
        examples["encoder"].embed_files([tmp_path / "text.wav"])


def test_the_search_function_stays_callable_beside_its_package() -> None:
    from indexer.search.request import SearchRequest

    assert SearchRequest
    assert callable(indexer.search)
    assert indexer.search is search
    assert set(indexer.__all__) <= {*dir(indexer), *indexer._MODULES}
    for name in indexer.__all__:
        assert callable(getattr(indexer, name))
    with pytest.raises(AttributeError):
        _ = indexer.nothing


def test_a_script_needs_no_main_guard_and_importing_costs_nothing(place: Path, tmp_path: Path) -> None:
    (tmp_path / "sounds").mkdir()
    for path in sorted((place / "sounds").iterdir())[:3]:
        copyfile(path, tmp_path / "sounds" / path.name)
    heavy = "import sys, indexer\nprint(sorted({'torch', 'faiss', 'numpy', 'sqlalchemy'} & set(sys.modules)))\n"
    script = tmp_path / "script.py"
    script.write_text(f"{heavy}{BLOCKS[0]}print(len(hits))\n")
    run = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.stdout.splitlines() == ["[]", "3"], run.stderr
