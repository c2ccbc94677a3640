from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from db.errors import QueryError
from db.library import Library
from db.types import Features, FileStat, Observation, Source, Tag, TagEdit, TagKey, TagName, Vector
from indexer.encoders.prompts import describe, unit
from indexer.search.service import Searcher
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()
DUSTY = TagName("user", "dusty")


def between(a: str, b: str, share: float) -> Vector:
    """Make a sound that is heard as ``share`` of a and the rest of b."""
    rows = describe(ENCODER, [a, b])
    return unit(share * rows[0] + (1 - share) * rows[1])


def heard(relpath: str, vector: Vector, kind: str = "kick", seconds: float = 0.5) -> Observation:
    return Observation(
        relpath=relpath.encode(),
        stat=FileStat(1000, 1),
        content_hash=relpath.encode().rjust(16, b"_")[-16:],
        features=Features(seconds, 1, 44_100, 16, "wav", -1.0, -14.0, 500.0, 2.0, 100.0, 1),
        vector=vector,
        tags=(Tag("type", kind, Source.MODEL, 0.8, "drums"),),
    )


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    files = [
        heard("plain/audio_01.wav", between("dusty snare", "kick", 0.9), "snare"),
        heard("plain/audio_02.wav", between("dusty snare", "kick", 0.5), "snare"),
        heard("plain/audio_03.wav", between("kick", "bell", 0.9), seconds=2.0),
        heard("plain/audio_04.wav", between("bell", "kick", 1.0)),
        heard("packs/dusty_snare_03.wav", between("bell", "wind", 0.3)),
        heard("packs/dusty_hat.wav", between("wind", "bell", 1.0)),
    ]
    folder = tmp_path / "sounds"
    folder.mkdir()
    with Library.create(tmp_path / "library") as library:
        with library.writer() as writer:
            root = writer.add_root(folder)
            writer.activate(ENCODER.info)
            writer.store(root.id, ENCODER.info, files, [], set())
        yield library


def names(library: Library, line: str, k: int = 20) -> list[str]:
    return [hit.sample.paths[0].name for hit in Searcher(library, ENCODER).search(line, k).hits]


def test_sound_and_name_both_find(library: Library) -> None:
    assert set(names(library, "dusty snare")[:2]) == {"dusty_snare_03.wav", "audio_01.wav"}


def test_half_a_name_does_not_beat_the_right_sound(library: Library) -> None:
    found = names(library, "dusty snare")
    assert found.index("audio_01.wav") < found.index("dusty_hat.wav")


def test_filters_narrow_names_and_sounds_alike(library: Library) -> None:
    assert set(names(library, "dusty snare type:snare")) == {"audio_01.wav", "audio_02.wav"}
    assert names(library, "kick len:>1") == ["audio_03.wav"]
    assert names(library, "len:>1") == ["audio_03.wav"]
    assert names(library, "type:cowbell snare") == []


def test_filters_alone_list_in_order(library: Library) -> None:
    assert names(library, "in:plain") == [f"audio_0{number}.wav" for number in (1, 2, 3, 4)]
    assert names(library, "in:plain", k=2) == ["audio_01.wav", "audio_02.wav"]


def test_the_surest_of_a_tag_come_first_where_nothing_is_described(library: Library) -> None:
    ids = {sample.paths[0].name: sample.id for sample in library.samples(library.sorted_ids().tolist())}
    marks: dict[TagKey, float | None] = {
        TagKey(ids["audio_01.wav"], DUSTY, Source.TAUGHT): 0.6,
        TagKey(ids["audio_04.wav"], DUSTY, Source.TAUGHT): 0.9,
        TagKey(ids["audio_03.wav"], DUSTY, Source.USER): 1.0,
    }
    with library.edits() as edits:
        edits.edit_tags(TagEdit("taught", marks))
    assert names(library, "tag:dusty") == ["audio_03.wav", "audio_04.wav", "audio_01.wav"]
    assert names(library, "tag:dusty", k=2) == ["audio_03.wav", "audio_04.wav"]
    assert names(library, "tag:dusty snare")[0] == "audio_01.wav"


def test_minus_moves_a_word_out_of_the_way(library: Library) -> None:
    assert names(library, "kick in:plain")[0] == "audio_03.wav"
    with_snare = names(library, 'kick +"dusty snare" in:plain')
    without = names(library, 'kick -"dusty snare" in:plain')
    assert with_snare.index("audio_02.wav") < without.index("audio_02.wav")


def test_near_identical_sounds_are_folded(library: Library) -> None:
    twin = between("bell", "kick", 0.99)
    with library.writer() as writer:
        root = library.roots()[0]
        writer.store(root.id, ENCODER.info, [heard("copies/louder.wav", twin)], [], set())
    result = Searcher(library, ENCODER).search("bell")
    assert result.hits[0].sample.paths[0].name == "audio_04.wav"
    assert result.hits[0].n_folded == 1
    assert len(result.hits) == 6


def test_ties_keep_the_order_of_the_library(library: Library) -> None:
    far = [heard(f"equals/{number}.wav", _orthogonal(number)) for number in range(8)]
    with library.writer() as writer:
        writer.store(library.roots()[0].id, ENCODER.info, far, [], set())
    first = names(library, "in:equals")
    assert first == [f"{number}.wav" for number in range(8)]
    assert names(library, "in:equals") == first


def _orthogonal(number: int) -> Vector:
    row: Vector = np.zeros(16, np.float32)
    row[number] = 1
    return row


def test_similar_leaves_out_the_example_and_obeys_filters(library: Library) -> None:
    searcher = Searcher(library, ENCODER)
    own = searcher.search("bell").hits[0].sample
    vector = library.vectors(ENCODER.info).get(np.array([own.id]))[0]
    assert searcher.similar(vector).hits[0].sample.id == own.id
    others = searcher.similar(vector, exclude=own.id).hits
    assert own.id not in [hit.sample.id for hit in others]
    assert [hit.sample.paths[0].name for hit in searcher.similar(vector, filters="in:packs").hits] == [
        "dusty_snare_03.wav",
        "dusty_hat.wav",
    ]


def test_words_beside_an_example_pull_its_neighbours_apart(library: Library) -> None:
    searcher = Searcher(library, ENCODER)
    example = between("kick", "bell", 0.5)
    scores = {
        words: {hit.sample.paths[0].name: hit.score for hit in searcher.similar(example, filters=words).hits}
        for words in ("", "bell", "-bell")
    }
    bell = "audio_04.wav"
    assert scores["-bell"][bell] < scores[""][bell] < scores["bell"][bell]


def test_sample_that_vanishes_during_a_search_is_left_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    read = library.samples
    monkeypatch.setattr(library, "samples", lambda ids: read(ids[1:]))
    assert len(Searcher(library, ENCODER).search("bell").hits) == 5


def test_scores_fall_and_stay_within_bounds(library: Library) -> None:
    hits = Searcher(library, ENCODER).search("dusty snare").hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_bad_filter_is_a_query_error(library: Library) -> None:
    with pytest.raises(QueryError, match="bpm"):
        names(library, "kick bpm:fast")


def test_empty_library_finds_nothing(tmp_path: Path) -> None:
    with Library.create(tmp_path / "empty") as library:
        result = Searcher(library, ENCODER).search("kick")
        assert (result.hits, result.n_searched) == ((), 0)


def test_vectors_of_another_encoder_are_never_searched(library: Library) -> None:
    other = FakeEncoder(revision="2")
    assert Searcher(library, other).search("kick").hits == ()


def test_words_for_what_is_measured_choose_among_what_answers_the_rest(library: Library) -> None:
    close = [heard(f"kicks/{number}.wav", _near("kick", number), seconds=0.2 * number) for number in range(1, 6)]
    with library.writer() as writer:
        writer.store(library.roots()[0].id, ENCODER.info, close, [], set())
    by_length = [f"{number}.wav" for number in range(1, 6)]
    assert names(library, "short kick in:kicks") == by_length
    assert names(library, "a very long kick in:kicks") == by_length[::-1]
    assert names(library, "kick -long in:kicks") == by_length
    assert names(library, "long")[0] == "audio_03.wav"
    assert set(names(library, "short kick", k=5)) == set(by_length)


def test_words_for_what_is_measured_choose_among_the_neighbours_of_a_sound(library: Library) -> None:
    close = [heard(f"kicks/{number}.wav", _near("kick", number), seconds=0.2 * number) for number in range(1, 6)]
    with library.writer() as writer:
        writer.store(library.roots()[0].id, ENCODER.info, close, [], set())
    example = describe(ENCODER, ["kick"])[0]
    found = [Searcher(library, ENCODER).similar(example, filters=f"{word} in:kicks") for word in ("shorter", "longer")]
    order = [[hit.sample.paths[0].name for hit in result.hits] for result in found]
    assert order[0] == order[1][::-1] == [f"{number}.wav" for number in range(1, 6)]


def _near(word: str, number: int) -> Vector:
    """Return a direction 0.1 away from that of a word, another for each number."""
    row = describe(ENCODER, [word])[0]
    aside = _orthogonal(number)
    aside -= (aside @ row) * row
    return unit(row + 0.1 * unit(aside))
