from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from db.errors import QueryError, SoundError, UsageError
from db.library import Library
from db.measurements import Features
from db.types import FileStat, Source, Tag, TagKey, TagName, Vector
from db.write.records import Observation, TagEdit
from indexer.encoders.prompts import describe, unit
from indexer.search import ranking
from indexer.search.candidates import Candidates, Floats
from indexer.search.plan import SearchPlan
from indexer.search.request import SearchRequest
from indexer.search.result import Hit
from indexer.search.service import SearchService
from tests.fakes import FakeEncoder
from tests.sounds import RATE_HZ, tone

ENCODER = FakeEncoder()
DUSTY = TagName("user", "dusty")


def between(a: str, b: str, share: float) -> Vector:
    """Make a vector that is ``share`` of a and the rest of b."""
    rows = describe(ENCODER, [a, b])
    return unit(share * rows[0] + (1 - share) * rows[1])


def observed(relpath: str, vector: Vector, kind: str = "kick", seconds: float = 0.5) -> Observation:
    return Observation(
        relpath=relpath.encode(),
        stat=FileStat(1000, 1),
        file_hash=relpath.encode().rjust(16, b"_")[-16:],
        audio_hash=relpath.encode().rjust(16, b"_")[-16:],
        features=Features(seconds, 1, 44_100, 16, "wav", -1.0, -14.0, 500.0, 2.0, 100.0, 1),
        vector=vector,
        tags=(Tag("type", kind, Source.MODEL, 0.8, "drums"),),
    )


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    files = [
        observed("plain/audio_01.wav", between("dusty snare", "kick", 0.9), "snare"),
        observed("plain/audio_02.wav", between("dusty snare", "kick", 0.5), "snare"),
        observed("plain/audio_03.wav", between("kick", "bell", 0.9), seconds=2.0),
        observed("plain/audio_04.wav", between("bell", "kick", 1.0)),
        observed("packs/dusty_snare_03.wav", between("bell", "wind", 0.3)),
        observed("packs/dusty_hat.wav", between("wind", "bell", 1.0)),
    ]
    folder = tmp_path / "sounds"
    folder.mkdir()
    with Library.create(tmp_path / "library") as library:
        with library.writer() as writer:
            root = writer.add_root(folder)
            writer.activate(ENCODER.info)
            writer.store(root.id, ENCODER.info, files, [], set())
        yield library


def find(library: Library, line: str = "", **fields: Any) -> tuple[Hit, ...]:
    service = SearchService(library, ENCODER)
    return service.hits(service.search(SearchRequest(line, **fields)))


def names(library: Library, line: str = "", **fields: Any) -> list[str]:
    return [hit.sample.paths[0].name for hit in find(library, line, **fields)]


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
        writer.store(root.id, ENCODER.info, [observed("copies/louder.wav", twin)], [], set())
    hits = find(library, "bell")
    assert hits[0].sample.paths[0].name == "audio_04.wav"
    assert hits[0].n_folded == 1
    assert len(hits) == 6
    assert len(find(library, "bell", folds=False)) == 7
    assert len(find(library, "len:>0")) == 7  # a list of what passes filters has all


def test_ties_keep_the_order_of_the_library(library: Library) -> None:
    far = [observed(f"equals/{number}.wav", _orthogonal(number)) for number in range(8)]
    with library.writer() as writer:
        writer.store(library.roots()[0].id, ENCODER.info, far, [], set())
    first = names(library, "in:equals")
    assert first == [f"{number}.wav" for number in range(8)]
    assert names(library, "in:equals") == first


def _orthogonal(number: int) -> Vector:
    row: Vector = np.zeros(16, np.float32)
    row[number] = 1
    return row


def test_an_example_may_be_an_id_a_file_or_an_embedding(library: Library, tmp_path: Path) -> None:
    own = find(library, "bell")[0].sample
    vector = library.vectors(ENCODER.info).get(np.array([own.id]))[0]
    by_id, by_file, by_vector = (names(library, likes=(like,)) for like in (own.id, own.paths[0], vector))
    assert by_id == by_file == by_vector
    assert find(library, likes=(own.id,))[0].cosine == pytest.approx(1, abs=1e-4)
    assert own.id not in [hit.sample.id for hit in find(library, likes=(own.id,), lists_likes=False)]
    with pytest.raises(SoundError):
        find(library, likes=(99,))
    outside = tmp_path / "outside.wav"
    sf.write(outside, tone(440, 0.4), RATE_HZ)
    with pytest.raises(UsageError, match="whole model"):
        find(library, likes=(outside,))
    service = SearchService(library, ENCODER, lambda: ENCODER)
    assert len(service.search(SearchRequest(likes=(outside,))).ids) == 6


def test_similar_obeys_filters(library: Library) -> None:
    vector = between("bell", "kick", 1.0)
    assert names(library, "in:packs", likes=(vector,)) == ["dusty_snare_03.wav", "dusty_hat.wav"]


def test_words_beside_an_example_pull_its_neighbours_apart(library: Library) -> None:
    example = between("kick", "bell", 0.5)
    scores = {
        words: {hit.sample.paths[0].name: hit.score for hit in find(library, words, likes=(example,))}
        for words in ("", "bell", "-bell")
    }
    bell = "audio_04.wav"
    assert scores["-bell"][bell] < scores[""][bell] < scores["bell"][bell]


def test_what_resembles_a_disliked_sound_comes_later_and_the_sound_itself_never(library: Library) -> None:
    snare = next(hit.sample for hit in find(library, "in:plain") if hit.sample.paths[0].name == "audio_01.wav")
    before, after = (
        {hit.sample.paths[0].name: hit.score for hit in find(library, "kick", dislikes=dislikes)}
        for dislikes in ((), (snare.id,))
    )
    assert before.keys() - after.keys() == {"audio_01.wav"}
    lost = {name: before[name] - after[name] for name in after}
    assert lost["audio_02.wav"] == max(lost.values()) > 0.02  # half a snare
    assert min(lost.values()) == pytest.approx(0, abs=1e-6)
    assert names(library, dislikes=(snare.id,))[-1] == "audio_02.wav"  # alone, it says what comes last


def test_a_random_order_has_every_sound_once_and_is_another_each_time(library: Library) -> None:
    orders = [names(library, order="random") for _ in range(20)]
    assert all(sorted(order) == sorted(names(library)) for order in orders)
    assert len(set(map(tuple, orders))) > 1


def test_hits_can_be_put_in_another_order(library: Library) -> None:
    by_length = names(library, order="-length")
    assert by_length[0] == "audio_03.wav"
    assert names(library, "in:plain", order="-name", k=2) == ["audio_04.wav", "audio_03.wav"]
    assert names(library, order="-length,-name")[:2] == ["audio_03.wav", "dusty_snare_03.wav"]
    assert names(library, order="-length")[:2] == ["audio_03.wav", "audio_01.wav"]  # of equals, by name
    with pytest.raises(QueryError, match="They can by added, name"):
        find(library, order="shoe size")
    best = names(library, "dusty snare", k=3)
    assert names(library, "dusty snare", k=3, order="name") == sorted(best)
    scores = {hit.sample.id: hit.score for hit in find(library, "dusty snare")}
    assert {hit.sample.id: hit.score for hit in find(library, "dusty snare", order="name")} == scores


def test_a_list_filled_with_copies_is_filled_up(library: Library) -> None:
    copies = [observed(f"copies/{number:03}.wav", between("wind", "bell", 1.0)) for number in range(600)]
    with library.writer() as writer:
        writer.store(library.roots()[0].id, ENCODER.info, copies, [], set())
    hits = find(library, "wind", k=6)
    assert len(hits) == 6
    assert max(hit.n_folded for hit in hits) == 600


def test_sample_that_vanishes_during_a_search_is_left_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    read = library.samples
    monkeypatch.setattr(library, "samples", lambda ids: read(ids[1:]))
    assert len(find(library, "bell")) == 5


def test_scores_fall_and_stay_within_bounds(library: Library) -> None:
    scores = [hit.score for hit in find(library, "dusty snare")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_bad_filter_is_a_query_error(library: Library) -> None:
    with pytest.raises(QueryError, match="bpm"):
        names(library, "kick bpm:fast")


def test_empty_library_finds_nothing(tmp_path: Path) -> None:
    with Library.create(tmp_path / "empty") as library:
        for line in ("kick", ""):
            result = SearchService(library, ENCODER).search(SearchRequest(line))
            assert (result.ids.tolist(), result.n_searched) == ([], 0)


def test_vectors_of_another_encoder_are_never_searched(library: Library) -> None:
    other = FakeEncoder(revision="2")
    assert not len(SearchService(library, other).search(SearchRequest("kick")).ids)


def test_words_for_what_is_measured_choose_among_what_answers_the_rest(library: Library) -> None:
    close = [observed(f"kicks/{number}.wav", _near("kick", number), seconds=0.2 * number) for number in range(1, 6)]
    with library.writer() as writer:
        writer.store(library.roots()[0].id, ENCODER.info, close, [], set())
    by_length = [f"{number}.wav" for number in range(1, 6)]
    assert names(library, "short kick in:kicks") == by_length
    assert names(library, "a very long kick in:kicks") == by_length[::-1]
    assert names(library, "kick -long in:kicks") == by_length
    assert names(library, "long")[0] == "audio_03.wav"
    assert set(names(library, "short kick", k=5)) == set(by_length)


def test_words_for_what_is_measured_choose_among_the_neighbours_of_a_sound(library: Library) -> None:
    close = [observed(f"kicks/{number}.wav", _near("kick", number), seconds=0.2 * number) for number in range(1, 6)]
    with library.writer() as writer:
        writer.store(library.roots()[0].id, ENCODER.info, close, [], set())
    example = describe(ENCODER, ["kick"])[0]
    order = [names(library, f"{word} in:kicks", likes=(example,)) for word in ("shorter", "longer")]
    assert order[0] == order[1][::-1] == [f"{number}.wav" for number in range(1, 6)]


def _near(word: str, number: int) -> Vector:
    """Return a direction 0.1 away from that of a word, another for each number."""
    row = describe(ENCODER, [word])[0]
    aside = _orthogonal(number)
    aside -= (aside @ row) * row
    return unit(row + 0.1 * unit(aside))


class _Reversed:
    """A stage of ranking."""

    def rescore(self, candidates: Candidates, plan: SearchPlan) -> Floats:
        return 1 - candidates.scores


def test_a_stage_of_ranking_is_one_class_and_its_place_in_the_list(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(library, "kick", folds=False)
    monkeypatch.setattr(ranking, "STAGES", (*ranking.STAGES, _Reversed()))
    assert names(library, "kick", folds=False) != before
    assert sorted(names(library, "kick", folds=False)) == sorted(before)


def test_the_text_encoder_is_loaded_when_words_first_need_it(library: Library) -> None:
    loaded = []

    def load() -> FakeEncoder:
        loaded.append(ENCODER)
        return ENCODER

    service = SearchService(library, load)
    service.search(SearchRequest("type:kick", order="name"))
    assert not loaded
    service.search(SearchRequest("kick"))
    assert loaded
