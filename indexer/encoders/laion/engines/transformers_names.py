"""LAION's names of weights in the names of ``transformers.ClapModel``."""

import re
from collections.abc import Mapping

import torch

_AUDIO = (
    ("audio_branch.", "audio_model.audio_encoder."),
    (".attn.proj.", ".attention.output.dense."),
    (".attn.", ".attention.self."),
    (".mlp.fc1.", ".intermediate.dense."),
    (".mlp.fc2.", ".output.dense."),
    (".norm1.", ".layernorm_before."),
    (".norm2.", ".layernorm_after."),
    (".bn0.", ".batch_norm."),
)
_PROJECTION = re.compile(r"^(audio|text)_projection\.([02])\.")
_LINEAR = {"0": "linear1", "2": "linear2"}


def to_transformers(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Rename weights and split what LAION keeps in one matrix; the mel filters have no place there."""
    renamed: dict[str, torch.Tensor] = {}
    for name, tensor in weights.items():
        if name.startswith("audio_branch.logmel_extractor."):
            continue
        if ".attn.qkv." in name:
            stem, _, end = _audio_name(name).partition("qkv")
            parts = zip(("query", "key", "value"), tensor.chunk(3), strict=True)
            renamed |= {f"{stem}{part}{end}": third for part, third in parts}
        elif name.startswith("audio_branch."):
            renamed[_audio_name(name)] = tensor
        elif name.startswith("text_branch."):
            renamed[name.replace("text_branch.", "text_model.", 1)] = tensor
        else:
            renamed[_PROJECTION.sub(lambda found: f"{found[1]}_projection.{_LINEAR[found[2]]}.", name)] = tensor
    return renamed


def _audio_name(name: str) -> str:
    for old, new in _AUDIO:
        name = name.replace(old, new)
    return name
