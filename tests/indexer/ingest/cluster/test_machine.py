"""A machine of a cluster: what it answers, and what keeps it from the work."""

import os
import pickle
import re
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from indexer.encoders.registry import BUILT_IN
from indexer.ingest.cluster.machine import ChunkEmbedder, Job, find_fault, read_answer, write_chunk
from indexer.ingest.decode_and_embed import decode_and_embed
from indexer.ingest.worker_pool import Task
from tests.sounds import kick, write_sound


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(version("earmark"), BUILT_IN.name, BUILT_IN.info.fingerprint, tmp_path / "models", ())


def test_vector_is_the_one_of_a_local_run_and_the_waveform_stays(job: Job, tmp_path: Path) -> None:
    tasks = [Task(7, os.fsencode(write_sound(tmp_path / "kick.wav", kick())))]
    [found] = read_answer(ChunkEmbedder(job, 1).answer(write_chunk(tasks)))
    with BUILT_IN.start() as encoder:
        [[expected]] = decode_and_embed(tasks, encoder, n_workers=1)
    assert found.key == 7
    assert found.sound == expected.sound
    assert found.sound.waveform is None
    assert np.array_equal(found.vector, expected.vector)


def test_machine_that_can_do_the_job_has_no_fault(job: Job, tmp_path: Path) -> None:
    write_sound(tmp_path / "kick.wav", kick())
    assert ChunkEmbedder(replace(job, roots=(tmp_path,)), 1).start() is None


def test_faults_say_what_to_do(job: Job, tmp_path: Path) -> None:
    faults = {
        "install the same version on all": replace(job, earmark="0.0.9"),
        "earmark model get laion-music": replace(job, model="laion-music"),
        "fetch the same on all machines": replace(job, fingerprint="compact-0/8/48000/whole"),
        "does not see .*mount it at the same path": replace(job, roots=(tmp_path / "not-mounted",)),
    }
    for sentence, faulty in faults.items():
        assert re.search(sentence, ChunkEmbedder(faulty, 1).start() or "")


def test_empty_mount_point_is_no_folder_of_sounds(job: Job, tmp_path: Path) -> None:
    assert "does not see" in (find_fault(replace(job, roots=(tmp_path,))) or "")


def test_job_travels(job: Job) -> None:
    assert pickle.loads(pickle.dumps(job)) == job
