"""A checkpoint is data: whatever it holds, nothing of it runs, and what does not fit is told in one sentence."""

import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from db.errors import ModelError
from indexer.encoders.laion.architecture import needed_shapes
from indexer.encoders.laion.installation.checkpoint import read_checkpoint
from tests.laion import SMALL, random_state, write_checkpoint


class Command:
    """A pickle that creates a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.path}",)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("laion") / "small.pt")


@pytest.mark.parametrize("protocol", [2, 4])
def test_weights_are_read_back(tmp_path: Path, protocol: int) -> None:
    path = write_checkpoint(tmp_path / "a.pt", pickle_protocol=protocol)
    weights, architecture = read_checkpoint(path)
    state = random_state()
    assert architecture == SMALL
    assert weights.keys() == needed_shapes(SMALL).keys()
    assert all(torch.equal(weights[name], state[name]) for name in weights)


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_command_is_refused_and_not_run(tmp_path: Path, protocol: int) -> None:
    path, trace = tmp_path / "evil.pt", tmp_path / "ran"
    torch.save({"state_dict": {}, "name": Command(trace)}, path, pickle_protocol=protocol)
    with pytest.raises(ModelError, match=r"could be a program.*not run") as refusal:
        read_checkpoint(path)
    assert "system" in str(refusal.value)
    assert not trace.exists()
    torch.load(path, weights_only=False)  # the file does what it says to those who let it
    assert trace.exists()


def test_a_bare_pickle_is_refused_unopened(tmp_path: Path) -> None:
    path, trace = tmp_path / "evil.pt", tmp_path / "ran"
    path.write_bytes(pickle.dumps(Command(trace)))
    with pytest.raises(ModelError, match="bare pickle"):
        read_checkpoint(path)
    assert not trace.exists()


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def spoil(path: Path) -> None:
    state = random_state()
    state["audio_projection.0.bias"][3] = torch.nan
    write_checkpoint(path, state)


def rename_one(path: Path) -> None:
    state = random_state()
    state["audio_branch.norm.scale"] = state.pop("audio_branch.norm.weight")
    write_checkpoint(path, state)


def reshape_one(path: Path) -> None:
    write_checkpoint(path, random_state() | {"audio_branch.bn0.bias": torch.zeros(128)})


def other_model(path: Path) -> None:
    torch.save({"state_dict": {"conv1.weight": torch.zeros(3)}}, path)


def with_fusion(path: Path) -> None:
    write_checkpoint(path, random_state() | {"audio_branch.patch_embed.mel_conv2d.weight": torch.zeros(16, 1, 4, 12)})


def lose_the_table(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/readme", b"no pickle here")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (cut, "cut off or damaged"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_text("Not Found"), "not a checkpoint of torch"),
        (lambda path: path.unlink(), "cannot be read"),
        (lose_the_table, "cut off or damaged"),
        (other_model, "checkpoint of another model"),
        (lambda path: torch.save([1, 2], path), "holds no weights"),
        (with_fusion, "has besides audio_branch.patch_embed.mel_conv2d.weight"),
        (rename_one, "lacks audio_branch.norm.weight"),
        (reshape_one, "has in another shape audio_branch.bn0.bias"),
        (spoil, "audio_projection.0.bias holds values that are no numbers"),
    ],
)
def test_what_is_no_checkpoint_gets_one_sentence(
    checkpoint: Path, tmp_path: Path, damage: Callable[[Path], object], sentence: str
) -> None:
    path = tmp_path / "music.pt"
    path.write_bytes(checkpoint.read_bytes())
    damage(path)
    with pytest.raises(ModelError, match=sentence) as refusal:
        read_checkpoint(path)
    assert "music.pt" in str(refusal.value)
    assert "\n" not in str(refusal.value)
