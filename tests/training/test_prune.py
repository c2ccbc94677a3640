from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from indexer.encoders.compact.audio import AudioTower
from training.prune import prune


@pytest.fixture
def tower() -> AudioTower:
    torch.manual_seed(0)
    tower = AudioTower()
    for name, tensor in tower.state_dict().items():
        if name.endswith("norm.weight"):
            tensor.uniform_(0.5, 1.5)
    return tower


def widened(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Put eight channels that the norm scales to nothing before those of the stem."""
    stem = [name for name in state if "stem" in name and state[name].ndim]
    nothing = {name: torch.cat([torch.zeros_like(state[name][:8]), state[name]]) for name in stem}
    down = state["stages.0.down.conv.weight"]
    noise = torch.randn(len(down), 8, *down.shape[2:])
    return state | nothing | {"stages.0.down.conv.weight": torch.cat([noise, down], dim=1)}


def test_a_tower_of_today_is_kept_whole(tower: AudioTower, tmp_path: Path) -> None:
    save_file(tower.state_dict(), tmp_path / "audio.safetensors")
    pruned = prune(tmp_path / "audio.safetensors").state_dict()
    for name, tensor in tower.state_dict().items():
        torch.testing.assert_close(pruned[name].to(tensor.dtype), tensor)


def test_channels_that_the_norm_silences_go_first(tower: AudioTower, tmp_path: Path) -> None:
    save_file(widened(tower.state_dict()), tmp_path / "audio.safetensors")
    pruned = prune(tmp_path / "audio.safetensors").state_dict()
    for name, tensor in tower.state_dict().items():
        torch.testing.assert_close(pruned[name].to(tensor.dtype), tensor)
