"""Blends of real library rows; the encoder is small, the laws are the same."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from db.errors import UsageError
from db.library import Library
from db.measurements import Features
from db.types import FileStat, Vector
from db.write.records import Observation
from indexer.encoders.prompts import describe, unit
from indexer.latent.interpolation import slerp
from indexer.latent.sphere import angles, progress
from indexer.search.blending import BlendEnd, Blender
from indexer.search.request import SearchRequest
from indexer.search.service import SearchService
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()
ENDS = describe(ENCODER, ["violin", "chainsaw"])
START, END = map(BlendEnd, ENDS)


def observed(relpath: str, vector: Vector) -> Observation:
    features = Features(0.5, 1, 44_100, 16, "wav", -1.0, -14.0, 500.0, 2.0, 100.0, 1)
    sound = relpath.encode().rjust(16, b"_")[-16:]
    return Observation(relpath.encode(), FileStat(1000, 1), sound, sound, features, unit(vector))


def make_library(place: Path, files: list[Observation]) -> Library:
    (place / "sounds").mkdir()
    library = Library.create(place / "library")
    with library.writer() as writer:
        root = writer.add_root(place / "sounds")
        writer.activate(ENCODER.info)
        writer.store(root.id, ENCODER.info, files, [], set())
    return library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Ten sounds on the way from violin to chainsaw in two folders, each with a near-copy, and a crowd elsewhere."""
    rng = np.random.default_rng(0)
    away = rng.standard_normal((40, ENDS.shape[1])).astype(np.float32)
    away -= (away @ ENDS.T) @ ENDS
    files = [observed(f"crowd/{number:02}.wav", row) for number, row in enumerate(away)]
    for number, t in enumerate(np.linspace(0, 1, 10)):
        files.append(observed(f"pack{number % 2}/way_{number}.wav", slerp(*ENDS, float(t))))
        files.append(observed(f"copies/way_{number}_copy.wav", slerp(*ENDS, float(t) + 0.002)))
    with make_library(tmp_path, files) as made:
        yield made


def where(blender: Blender, sample_id: int) -> Vector:
    return blender.locate(sample_id).direction


@pytest.fixture
def blender(library: Library) -> Blender:
    return Blender(SearchService(library, ENCODER))


def test_path_advances_over_different_sounds(blender: Blender) -> None:
    path = blender.path(START, END, 5)
    rows = np.stack([where(blender, step.sample.id) for step in path.steps])
    assert path.is_bridged
    assert (np.diff(progress(rows, *ENDS)) > 0.1).all()
    assert [step.at for step in path.steps] == [0, 0.25, 0.5, 0.75, 1]
    assert max(step.distance_degrees for step in path.steps) < 8


def test_path_back_is_the_path_reversed(blender: Blender) -> None:
    there = [step.sample.id for step in blender.path(START, END, 4).steps]
    back = [step.sample.id for step in blender.path(END, START, 4).steps]
    assert there == back[::-1]


def test_one_per_folder_is_kept_to(blender: Blender) -> None:
    path = blender.path(START, END, 3, one_per_folder=True)
    folders = [step.sample.paths[0].parent for step in path.steps]
    assert len(set(folders)) == 3


def test_seed_gives_another_path_and_the_same_one_again(blender: Blender) -> None:
    paths = [[step.sample.id for step in blender.path(START, END, 4, seed=seed).steps] for seed in (1, 1, 2, 3, 4)]
    assert paths[0] == paths[1]
    assert len({tuple(path) for path in paths}) > 1


def test_nothing_between_is_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    files = [
        observed(f"{name}_{number}.wav", end + 0.1 * rng.standard_normal(len(end)).astype(np.float32))
        for name, end in zip(("violin", "chainsaw"), (ENDS[0], -ENDS[0] + 0.3 * ENDS[1]), strict=True)
        for number in range(8)
    ]
    far = unit(-ENDS[0] + 0.3 * ENDS[1])
    with make_library(tmp_path, files) as library:
        path = Blender(SearchService(library, ENCODER)).path(START, BlendEnd(far), 3)
    assert len(path.steps) == 3
    assert path.steps[1].distance_degrees > 45
    assert not path.is_bridged


def test_chosen_ends_stay_although_copies_lie_as_near(library: Library, blender: Blender) -> None:
    ids = {sample.paths[0].name: sample.id for sample in library.samples(range(1, library.stats().n_samples + 1))}
    for names in (("way_2.wav", "way_7_copy.wav"), ("way_2_copy.wav", "way_7.wav"), ("00.wav", "way_5.wav")):
        chosen = (ids[names[0]], ids[names[1]])
        ends = [blender.locate(sample_id) for sample_id in chosen]
        directions = [where(blender, sample_id) for sample_id in chosen]
        for seed in (None, 1, 2):
            path = blender.path(ends[0], ends[1], 4, seed=seed)
            assert (path.steps[0].sample.id, path.steps[-1].sample.id) == chosen
            rows = np.stack([where(blender, step.sample.id) for step in path.steps])
            assert len({step.sample.id for step in path.steps}) == 4
            assert (np.diff(progress(rows, *directions)) >= 0).all()


def test_from_a_sound_to_itself_no_sound_comes_twice(library: Library, blender: Blender) -> None:
    first = library.samples([1])[0].id
    there = blender.locate(first)
    path = blender.path(there, there, 3)
    assert path.steps[0].sample.id == first
    assert len({step.sample.id for step in path.steps}) == 3


def test_more_steps_than_sounds_give_no_path(tmp_path: Path) -> None:
    with make_library(tmp_path, [observed("one.wav", ENDS[0]), observed("two.wav", ENDS[1])]) as library:
        assert Blender(SearchService(library, ENCODER)).path(START, END, 3).steps == ()


def test_near_a_point_are_its_nearest_without_copies(library: Library, blender: Blender) -> None:
    found = blender.near(slerp(*ENDS, 0.5), k=4)
    assert [near.distance_degrees for near in found] == sorted(near.distance_degrees for near in found)
    rows = np.stack([where(blender, near.sample.id) for near in found])
    apart = angles(rows, rows[0])[1:]
    assert (apart > 0.1).all()


def test_words_lead_to_the_sounds_that_answer_them(blender: Blender) -> None:
    end = blender.locate("violin")
    with pytest.raises(UsageError, match="describes no sound"):
        blender.locate("type:kick")
    nearest = blender.near(end.direction, k=1)[0]
    assert nearest.sample.paths[0].name.startswith("way_")


def test_pull_moves_towards_plus_and_away_from_minus(blender: Blender) -> None:
    end = BlendEnd(ENDS[0], 3)
    towards = blender.pull(end, ["chainsaw"], [])
    away = blender.pull(end, [], ["chainsaw"])
    assert towards.direction @ ENDS[1] > ENDS[0] @ ENDS[1] > away.direction @ ENDS[1]
    assert (towards.sample_id, away.sample_id) == (None, None)
    assert blender.pull(end, [], []) is end


def test_shares_in_a_query_line_find_what_the_blend_finds(library: Library, blender: Blender) -> None:
    service = SearchService(library, ENCODER)

    def places(line: str) -> list[float]:
        hits = service.hits(service.search(SearchRequest(line, k=3)))
        return [float(hit.path.stem.split("_")[1]) for hit in hits if hit.path.stem.startswith("way_")]

    point = blender.between([blender.locate("violin"), blender.locate("chainsaw")], [50, 50])
    nearest = blender.near(point.direction, k=1)[0].path.stem.split("_")[1]
    assert float(nearest) in places("50 % violin, 50 % chainsaw")
    near_violin, near_chainsaw = places("90% violin, 10% chainsaw"), places("violin 10%, chainsaw 90%")
    assert sum(near_violin) / len(near_violin) < 4.5 < sum(near_chainsaw) / len(near_chainsaw)
    within = service.hits(service.search(SearchRequest("50% violin, 50% chainsaw in:pack1")))
    assert {hit.path.parent.name for hit in within} == {"pack1"}
    assert service.unknown("50% violin, 50% chainsaww")[0].text == "chainsaww"


def test_a_share_of_everything_is_that_description(library: Library) -> None:
    service = SearchService(library, ENCODER)

    def found(line: str) -> set[str]:
        hits = service.hits(service.search(SearchRequest(line, k=4)))
        return {hit.path.stem.removesuffix("_copy") for hit in hits}

    assert found("100% violin, 0% chainsaw") == found("violin") == {"way_0", "way_1", "way_2", "way_3"}
