import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from db.errors import ModelError
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.encoders.process import EncoderProcess
from tests.fakes import FakeEncoder


class PidEncoder(FakeEncoder):
    """Answers with the process id, and dies when it is told to by the sound."""

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        if any(waveform[0] == -1 for waveform in waveforms):
            os.kill(os.getpid(), signal.SIGKILL)
        rows = np.zeros((len(waveforms), 16), np.float32)
        rows[:, 0] = os.getpid()
        return rows


def make_fake(_n_threads: int) -> FakeEncoder:
    return FakeEncoder()


def make_pid(_n_threads: int) -> PidEncoder:
    return PidEncoder()


def make_broken(_n_threads: int) -> FakeEncoder:
    raise ModelError("The weights are damaged.")


def tones() -> list[Waveform]:
    t = np.arange(4_800) / 48_000
    return [np.sin(2 * np.pi * hz * t).astype(np.float32) for hz in (100, 1_000, 9_000)]


def test_vectors_are_those_of_the_encoder_itself() -> None:
    with EncoderProcess(make_fake, FakeEncoder(), 1) as process:
        assert np.array_equal(process.embed_audio(tones()), FakeEncoder().embed_audio(tones()))
        assert process.embed_audio([]).shape == (0, 16)


def test_child_stays_warm_and_ends_with_its_owner() -> None:
    with EncoderProcess(make_pid, FakeEncoder(), 1) as process:
        first, second = (int(process.embed_audio(tones())[0, 0]) for _ in range(2))
    assert first == second != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_killed_child_is_reported_and_replaced_once() -> None:
    told: list[str] = []
    with EncoderProcess(make_pid, FakeEncoder(), 1) as process:
        process.on_crash = told.append
        first = int(process.embed_audio(tones())[0, 0])
        assert not told
        os.kill(first, signal.SIGKILL)
        assert int(process.embed_audio(tones())[0, 0]) != first
    assert told == [f"The process of the model {FakeEncoder().info.name} died; it is started again."]


def test_sound_that_always_kills_the_child_is_a_model_error() -> None:
    with EncoderProcess(make_pid, FakeEncoder(), 1) as process:
        with pytest.raises(ModelError, match="died twice"):
            process.embed_audio([np.full(10, -1, np.float32)])
        assert len(process.embed_audio(tones())) == 3


def test_errors_of_the_child_are_raised_here() -> None:
    with EncoderProcess(make_fake, FakeEncoder(), 1) as process, pytest.raises(ValueError, match="not finite"):
        process.embed_audio([np.array([np.nan], np.float32)])
    with EncoderProcess(make_broken, FakeEncoder(), 1) as process, pytest.raises(ModelError, match="damaged"):
        process.embed_audio(tones())


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(Path.cwd())!r}); print('once')\n"
        "from tests.indexer.encoders.test_process import EncoderProcess, FakeEncoder, make_fake, tones\n"
        "with EncoderProcess(make_fake, FakeEncoder(), 1) as process: print(process.embed_audio(tones()).shape)\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout.split("\n") == ["once", "(3, 16)", ""], ended.stderr


def test_child_starts_under_a_program_that_draws_on_the_screen() -> None:
    program = (
        "import io, sys\n"
        "from tests.fakes import FakeEncoder\n"
        "from tests.indexer.encoders.test_process import EncoderProcess, make_fake, tones\n"
        "class Captured(io.StringIO):\n"
        "    def fileno(self): return -1\n"
        "sys.stderr = Captured()\n"
        "with EncoderProcess(make_fake, FakeEncoder(), 1) as process: print(process.embed_audio(tones()).shape)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout.strip() == "(3, 16)", ended.stderr
