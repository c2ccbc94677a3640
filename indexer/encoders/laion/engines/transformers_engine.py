"""`ClapModel` of the package `transformers`, which has wheels for every Python."""

from collections.abc import Mapping
from importlib import metadata
from typing import Any

import torch
import transformers
from torch.nn import functional

from indexer.audio.waveform import Waveform
from indexer.encoders.laion.architecture import Architecture
from indexer.encoders.laion.engines.base import TRANSFORMERS
from indexer.encoders.laion.engines.published import PublishedEngine, check_names, one_text
from indexer.encoders.laion.engines.transformers_names import to_transformers
from indexer.encoders.laion.frontend import MEL_FILTERS, fill_window, log_mel
from indexer.encoders.laion.self_test import check_texts
from indexer.encoders.laion.tokens import Tokenizer

_UNUSED = {"logit_scale_a", "logit_scale_t"}
_DERIVED = ("_ids", ".relative_position_index")


class TransformersEngine(PublishedEngine):
    """`ClapModel` with given weights; parameters and errors as of `make_engine`.

    Its pictures are drawn with the checkpoint's own mel filters.
    """

    def __init__(
        self,
        weights: Mapping[str, torch.Tensor],
        architecture: Architecture,
        tokenizer: Tokenizer,
        device: torch.device,
    ) -> None:
        super().__init__(f"{TRANSFORMERS} {metadata.version('transformers')}", architecture.dim, tokenizer)
        self._mel_filters = weights[MEL_FILTERS].to(device)
        self.model = _model(architecture)
        found = self.model.load_state_dict(to_transformers(weights), strict=False)
        missing = {name for name in found.missing_keys if not name.endswith(_DERIVED)}
        check_names(self.name, missing ^ _UNUSED, found.unexpected_keys)
        self.model.eval().to(device)
        self._device = device
        check_texts(self.embed_texts)

    def _embed_window(self, window: Waveform) -> torch.Tensor:
        filled = torch.from_numpy(fill_window(window)).to(self._device)
        pooled = self.model.audio_model(input_features=log_mel(filled[None], self._mel_filters)[:, None]).pooler_output
        return functional.normalize(self.model.audio_projection(pooled), dim=-1)

    def _embed_text(self, text: str) -> torch.Tensor:
        tokens = {name: tensor.to(self._device) for name, tensor in one_text(self._tokenizer.ids(text)).items()}
        return functional.normalize(self.model.text_projection(self.model.text_model(**tokens).pooler_output), dim=-1)


def _model(of: Architecture) -> Any:
    text = {
        "vocab_size": of.n_tokens,
        "hidden_size": of.text_width,
        "num_hidden_layers": of.text_depth,
        "num_attention_heads": of.text_heads,
        "intermediate_size": of.text_mlp_width,
        "max_position_embeddings": of.n_positions,
        "layer_norm_eps": 1e-5,
    }
    audio = {
        "patch_embeds_hidden_size": of.width,
        "hidden_size": of.audio_width,
        "depths": list(of.depths),
        "num_attention_heads": list(of.heads),
        "window_size": of.window,
        "enable_fusion": False,
    }
    sizes = {"projection_dim": of.dim}
    return transformers.ClapModel(
        transformers.ClapConfig(text_config=text | sizes, audio_config=audio | sizes, projection_dim=of.dim)
    )
