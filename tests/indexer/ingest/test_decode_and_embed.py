import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from threading import Event, Timer

import numpy as np
import pytest

from db.errors import ModelError
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.ingest import decode_and_embed as module
from indexer.ingest.decode_and_embed import decode_and_embed
from indexer.ingest.observe import read_sound
from indexer.ingest.worker_pool import Task
from tests.fakes import FakeEncoder
from tests.indexer.ingest.light_encoders import light, make_fake, make_none, make_refusing
from tests.indexer.ingest.tasks import tasks_of
from tests.sounds import write_demo_sounds


@pytest.fixture(autouse=True)
def decoding() -> None:
    """Decode in processes of their own, as outside of tests."""


class PickyEncoder(FakeEncoder):
    """Refuses whole batches, and on its own every sound longer than a second."""

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        if len(waveforms) > 1 or len(waveforms[0]) > 48_000:
            raise ValueError("too much at once")
        return super().embed_audio(waveforms)


def test_every_task_comes_back_once_with_its_own_vector(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)
    found = list(chain.from_iterable(decode_and_embed(tasks_of(paths), FakeEncoder(), n_workers=2)))
    assert sorted(item.key for item in found) == list(range(len(paths)))
    for item in found[::10]:
        alone = FakeEncoder().embed_audio([read_sound(paths[item.key]).waveform])
        assert np.array_equal(item.vector, alone[0])


def test_sound_that_the_encoder_refuses_costs_that_sound_only(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)
    found = list(chain.from_iterable(decode_and_embed(tasks_of(paths), PickyEncoder(), n_workers=1)))
    refused = [item for item in found if item.error is not None]
    assert 0 < len(refused) < len(found)
    assert {item.error[0] for item in refused} == {"not-embedded"}
    assert all(item.vector is not None for item in found if item.error is None)


def test_known_content_is_neither_decoded_nor_embedded(tmp_path: Path) -> None:
    path = write_demo_sounds(tmp_path)[0]
    known = read_sound(path).file_hash
    encoder = FakeEncoder()
    [[item]] = decode_and_embed([Task(0, os.fsencode(path), (known,))], encoder, n_workers=1)
    assert item.sound.file_hash == known
    assert item.vector is None
    assert item.error is None
    assert encoder.n_embedded == 0


class SlowEncoder(FakeEncoder):
    """Embeds nothing before it is let go, and counts how often it was woken."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()
        self.n_woken = 0

    def warm_up(self) -> None:
        self.n_woken += 1

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        assert self.go.wait(30)
        return super().embed_audio(waveforms)


def test_encoder_is_woken_once_and_only_for_what_may_be_new(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)[:3]
    encoder = SlowEncoder()
    encoder.go.set()
    known = [Task(key, os.fsencode(path), (read_sound(path).file_hash,)) for key, path in enumerate(paths)]
    list(decode_and_embed(known, encoder, n_workers=1))
    assert encoder.n_woken == 0
    list(decode_and_embed(tasks_of(paths), encoder, n_workers=1))
    assert encoder.n_woken == 1


def drawn_by(wanted: Iterable[Task], drawn: list[int]) -> Iterator[Task]:
    for task in wanted:
        drawn.append(task.key)
        yield task


def test_decoding_goes_on_while_the_model_loads_and_not_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write_demo_sounds(tmp_path)
    monkeypatch.setattr(module, "_BATCH_FILES", 4)
    encoder, drawn = SlowEncoder(), []

    def watched() -> Iterator[Task]:
        for task in drawn_by(tasks_of(paths), drawn):
            if task.key == 40:  # ten batches, and none of them embedded
                encoder.go.set()
            yield task

    assert len(list(chain.from_iterable(decode_and_embed(watched(), encoder, n_workers=1)))) == len(paths)
    monkeypatch.setattr(module, "_WAITING_FRAMES", 0)
    encoder, drawn = SlowEncoder(), []
    found = decode_and_embed(drawn_by(tasks_of(paths), drawn), encoder, n_workers=1)
    Timer(0.3, encoder.go.set).start()
    next(found)
    assert len(drawn) < 12
    found.close()


def test_cancelled_run_forgets_what_waits_for_the_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write_demo_sounds(tmp_path)
    monkeypatch.setattr(module, "_BATCH_FILES", 4)
    encoder, drawn, n_polls = SlowEncoder(), [], 0

    def cancelled() -> bool:
        nonlocal n_polls
        if len(drawn) < 40:
            return False
        n_polls += 1
        if n_polls == 2:  # all that was drawn is decoded, and nothing embedded
            Timer(0.3, encoder.go.set).start()
        return True

    found = list(
        chain.from_iterable(
            decode_and_embed(drawn_by(tasks_of(paths), drawn), encoder, n_workers=1, cancelled=cancelled)
        )
    )
    assert len(drawn) == 40
    assert encoder.n_embedded == len(found) == 8  # two batches


def test_failing_encoder_is_asked_once_whatever_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(SlowEncoder):
        n_asked = 0

        def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
            self.n_asked += 1
            raise ModelError("The weights are damaged.")

    monkeypatch.setattr(module, "_BATCH_FILES", 2)
    encoder = Broken()
    with pytest.raises(ModelError, match="damaged"):
        list(decode_and_embed(tasks_of(write_demo_sounds(tmp_path)), encoder, n_workers=1))
    assert encoder.n_asked == 1


def test_cancelled_run_yields_what_was_under_way(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)
    n_polls = 0

    def cancelled() -> bool:
        nonlocal n_polls
        n_polls += 1
        return n_polls > 10

    found = list(
        chain.from_iterable(decode_and_embed(tasks_of(paths), FakeEncoder(), n_workers=1, cancelled=cancelled))
    )
    assert len(found) == 10


def test_a_light_encoder_embeds_where_sounds_are_decoded(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)[:12]
    embedded = {read_sound(paths[3]).audio_hash}
    encoder = light(make_fake)
    found = decode_and_embed(tasks_of(paths), encoder, n_workers=2, find_embedded=lambda hashes: hashes & embedded)
    items = {item.key: item for item in chain.from_iterable(found)}
    assert sorted(items) == list(range(len(paths)))
    assert items[3].vector is None
    for key in (0, 7, 11):
        expected = read_sound(paths[key])
        assert items[key].sound.features == expected.features
        assert items[key].sound.waveform is None
        np.testing.assert_array_equal(items[key].vector, FakeEncoder().embed_audio([expected.waveform])[0])
    assert encoder._child is None


def test_known_content_is_not_embedded_by_a_light_encoder(tmp_path: Path) -> None:
    path = write_demo_sounds(tmp_path)[0]
    known = read_sound(path).file_hash
    [[item]] = decode_and_embed([Task(0, os.fsencode(path), (known,))], light(make_none), n_workers=1)
    assert (item.sound.file_hash, item.vector, item.error) == (known, None, None)


def test_what_a_light_encoder_refuses_costs_that_sound_only(tmp_path: Path) -> None:
    paths = [*write_demo_sounds(tmp_path)[:8], tmp_path / "not-there.wav"]
    items = list(chain.from_iterable(decode_and_embed(tasks_of(paths), light(make_refusing), n_workers=1)))
    codes = [item.error and item.error[0] for item in sorted(items, key=lambda item: item.key)]
    too_long = [len(read_sound(path).waveform) > 48_000 for path in paths[:-1]]
    assert codes == ["not-embedded" if is_long else None for is_long in too_long] + ["gone"]
    assert True in too_long


def test_a_light_encoder_that_cannot_be_made_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="weights are gone"):
        list(decode_and_embed(tasks_of(write_demo_sounds(tmp_path)[:3]), light(make_none), n_workers=1))


def test_a_cancelled_run_with_a_light_encoder_keeps_what_has_come_back(tmp_path: Path) -> None:
    polls = iter([False] * 12)
    found = decode_and_embed(
        tasks_of(write_demo_sounds(tmp_path)), light(make_fake), n_workers=1, cancelled=lambda: next(polls, True)
    )
    n_embedded = len(list(chain.from_iterable(found)))
    assert n_embedded == 1  # what was asked for before is given up
