import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from db.records import Matrix
from indexer.decode import read_sound
from indexer.decode_pool import Task
from indexer.demo_sounds import write_demo_sounds
from indexer.encoder import Waveform
from indexer.hearing import hear
from tests.fakes import FakeEncoder


class PickyEncoder(FakeEncoder):
    """Refuses whole batches, and on its own every sound longer than a second."""

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        if len(waveforms) > 1 or len(waveforms[0]) > 48_000:
            raise ValueError("too much at once")
        return super().embed_audio(waveforms)


def tasks(paths: Sequence[Path]) -> list[Task]:
    return [Task(key, os.fsencode(path)) for key, path in enumerate(paths)]


def test_every_task_comes_back_once_with_its_own_vector(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)
    heard = list(chain.from_iterable(hear(tasks(paths), FakeEncoder(), n_workers=2)))
    assert sorted(item.key for item in heard) == list(range(len(paths)))
    for item in heard[::10]:
        alone = FakeEncoder().embed_audio([read_sound(paths[item.key]).waveform])
        assert np.array_equal(item.vector, alone[0])


def test_sound_that_the_encoder_refuses_costs_that_sound_only(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)
    heard = list(chain.from_iterable(hear(tasks(paths), PickyEncoder(), n_workers=1)))
    refused = [item for item in heard if item.error is not None]
    assert 0 < len(refused) < len(heard)
    assert {item.error[0] for item in refused} == {"not-embedded"}
    assert all(item.vector is not None for item in heard if item.error is None)


def test_known_content_is_neither_decoded_nor_embedded(tmp_path: Path) -> None:
    path = write_demo_sounds(tmp_path)[0]
    known = read_sound(path).content_hash
    encoder = FakeEncoder()
    [[item]] = hear([Task(0, os.fsencode(path), (known,))], encoder, n_workers=1)
    assert item.sound.content_hash == known
    assert item.vector is None
    assert item.error is None
    assert encoder.n_embedded == 0


def test_cancelled_hearing_yields_what_was_under_way(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)
    n_polls = 0

    def cancelled() -> bool:
        nonlocal n_polls
        n_polls += 1
        return n_polls > 10

    heard = list(chain.from_iterable(hear(tasks(paths), FakeEncoder(), n_workers=1, cancelled=cancelled)))
    assert len(heard) == 10
