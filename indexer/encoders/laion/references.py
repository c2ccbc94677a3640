"""The two published implementations, built on our weights and without a network: what our own towers are held to."""

import importlib.util
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib import metadata
from typing import Any, Protocol
from unittest.mock import MagicMock, patch

import numpy as np
import torch
from torch.nn import functional

from db.errors import ModelError
from db.types import Matrix
from indexer.encoders.laion.architecture import Architecture, is_mask, other_shapes
from indexer.encoders.laion.frontend import log_mel
from indexer.encoders.laion.mapping import to_transformers

_PADDING_TOKEN = 1
_HTSAT: dict[str, Any] = {
    "audio_length": 1024,
    "clip_samples": 480_000,
    "mel_bins": 64,
    "sample_rate": 48_000,
    "window_size": 1024,
}
_HTSAT |= {"hop_size": 480, "fmin": 50, "fmax": 14_000, "class_num": 527, "model_type": "HTSAT", "model_name": "tiny"}


class Reference(Protocol):
    """A published implementation.

    Attributes:
        name: With its version, such as ``"laion_clap 1.1.7"``.
    """

    name: str

    def embed_windows(self, windows: torch.Tensor) -> Matrix:
        """Embed full windows, shape ``(n, WINDOW_FRAMES)``."""
        ...

    def embed_ids(self, texts: Sequence[Sequence[int]]) -> Matrix:
        """Embed texts from their token ids, padded to one length."""
        ...


def build_reference(weights: Mapping[str, torch.Tensor], architecture: Architecture) -> Reference:
    """Build the implementation that is installed here: `laion_clap`, else `transformers`.

    Raises:
        ModelError: Neither is, or the weights do not fit.
    """
    for package, build in (("laion_clap", LaionClapReference), ("transformers", TransformersReference)):
        if importlib.util.find_spec(package):
            return build(weights, architecture)
    raise ModelError("Neither laion_clap nor transformers is installed here: install earmark again.")


class LaionClapReference:
    """The package `laion_clap`."""

    def __init__(self, weights: Mapping[str, torch.Tensor], architecture: Architecture) -> None:
        self.name = f"laion_clap {metadata.version('laion-clap')}"
        self._model = self.empty(architecture)
        found = self._model.load_state_dict(dict(weights), strict=False)
        missing = {name for name in found.missing_keys if not is_mask(name)}
        counters = {name for name in other_shapes(architecture) if name.endswith("num_batches_tracked")}
        _check_keys(self.name, missing, found.unexpected_keys, other_shapes(architecture).keys() - counters)
        self._model.eval()

    @staticmethod
    def empty(architecture: Architecture) -> Any:
        """Build the model with weights that are yet to come."""
        with _without_network(architecture):
            return _laion_clap_model(architecture)

    def embed_windows(self, windows: torch.Tensor) -> Matrix:
        with torch.inference_mode():
            heard = self._model.get_audio_embedding([{"waveform": window} for window in windows])
        return np.asarray(heard, np.float32)

    def embed_ids(self, texts: Sequence[Sequence[int]]) -> Matrix:
        with torch.inference_mode():
            return np.asarray(self._model.get_text_embedding(_padded(texts)), np.float32)


class TransformersReference:
    """`ClapModel` of the package `transformers`, which has wheels for every Python."""

    def __init__(self, weights: Mapping[str, torch.Tensor], architecture: Architecture) -> None:
        self.name = f"transformers {metadata.version('transformers')}"
        self._mel_filters = weights["audio_branch.logmel_extractor.melW"]
        self._model = _transformers_model(architecture)
        found = self._model.load_state_dict(to_transformers(weights), strict=False)
        missing = {name for name in found.missing_keys if not name.endswith(("_ids", ".relative_position_index"))}
        _check_keys(self.name, missing, found.unexpected_keys, {"logit_scale_a", "logit_scale_t"})
        self._model.eval()

    def embed_windows(self, windows: torch.Tensor) -> Matrix:
        with torch.inference_mode():
            pictures = log_mel(windows, self._mel_filters)[:, None]
            pooled = self._model.audio_model(input_features=pictures).pooler_output
            return _unit(self._model.audio_projection(pooled))

    def embed_ids(self, texts: Sequence[Sequence[int]]) -> Matrix:
        with torch.inference_mode():
            pooled = self._model.text_model(**_padded(texts)).pooler_output
            return _unit(self._model.text_projection(pooled))


def _check_keys(name: str, missing: set[str], unexpected: Sequence[str], expected: set[str]) -> None:
    if unexpected or missing != expected:
        raise ModelError(f"This version of {name} names its weights in another way: install earmark again.")


def _unit(rows: torch.Tensor) -> Matrix:
    return np.asarray(functional.normalize(rows, dim=-1), np.float32)


def _padded(texts: Sequence[Sequence[int]]) -> dict[str, torch.Tensor]:
    ids = torch.full((len(texts), max(map(len, texts))), _PADDING_TOKEN)
    for row, text in zip(ids, texts, strict=True):
        row[: len(text)] = torch.tensor(text)
    lengths = torch.tensor([len(text) for text in texts])
    return {"input_ids": ids, "attention_mask": (torch.arange(ids.shape[1]) < lengths[:, None]).long()}


def _transformers_model(of: Architecture) -> Any:
    import transformers

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


def _laion_clap_model(of: Architecture) -> Any:
    from clap_module.model import CLAP

    text = {"context_length": 77, "vocab_size": 49_408, "width": 512, "heads": 8, "layers": 12, "model_type": "roberta"}
    model = CLAP(of.audio_width, _HTSAT, text, joint_embed_shape=of.dim)
    if model.text_projection[0].in_features != of.text_width:  # it takes 768 for granted
        model.text_projection[0] = torch.nn.Linear(of.text_width, of.dim)
    return model


@contextmanager
def _without_network(of: Architecture) -> Iterator[None]:
    """Keep `laion_clap` from fetching tokenizers and a RoBERTa while it is imported and built.

    Its imports read the command line and extend ``sys.path``; both are as before afterwards.
    """
    import transformers

    def roberta(*_: object, **__: object) -> Any:
        sizes: dict[str, Any] = {
            "hidden_size": of.text_width,
            "num_hidden_layers": of.text_depth,
            "vocab_size": of.n_tokens,
        }
        sizes |= {"num_attention_heads": of.text_heads, "intermediate_size": of.text_mlp_width, "type_vocab_size": 1}
        config = transformers.RobertaConfig(**sizes, max_position_embeddings=of.n_positions, layer_norm_eps=1e-5)
        return transformers.RobertaModel(config)

    def htsat(cfg: Any, *_: object) -> Any:
        from clap_module.htsat import HTSAT_Swin_Transformer

        return HTSAT_Swin_Transformer(
            embed_dim=of.width, depths=list(of.depths), num_heads=list(of.heads), window_size=of.window, config=cfg
        )

    with ExitStack() as patches:
        patches.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # its dependencies' notes to its authors
        patches.enter_context(patch.object(sys, "argv", sys.argv[:1]))
        patches.enter_context(patch.object(sys, "path", list(sys.path)))
        for tokenizer in ("BertTokenizer", "RobertaTokenizer", "BartTokenizer"):
            patches.enter_context(patch.object(getattr(transformers, tokenizer), "from_pretrained", MagicMock()))
        patches.enter_context(patch.object(transformers.RobertaModel, "from_pretrained", roberta))
        import laion_clap  # noqa: F401
        from clap_module import model as laion_model

        patches.enter_context(patch.object(laion_model, "create_htsat_model", htsat))
        yield
