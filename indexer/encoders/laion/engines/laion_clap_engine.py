"""LAION's own implementation, of the package `laion_clap`."""

import importlib.util
import sys
import warnings
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
import transformers

from indexer.audio.waveform import Waveform
from indexer.encoders.laion.architecture import Architecture, is_mask, other_shapes
from indexer.encoders.laion.engines.base import LAION_CLAP
from indexer.encoders.laion.engines.published import PublishedEngine, check_names, one_text
from indexer.encoders.laion.frontend import fill_window
from indexer.encoders.laion.self_test import check_texts
from indexer.encoders.laion.tokens import Tokenizer

_CODE = "clap_module"  # the model itself; the package around it fetches tokenizers as soon as it is imported
_AUDIO = {"audio_length": 1024, "clip_samples": 480_000, "mel_bins": 64, "sample_rate": 48_000, "window_size": 1024}
_AUDIO |= {"hop_size": 480, "fmin": 50, "fmax": 14_000, "class_num": 527}


class LaionClapEngine(PublishedEngine):
    """The model of `laion_clap` with given weights; parameters and errors as of `make_engine`.

    It gets full windows of 480,000 frames: what is longer, it would crop at random.
    """

    def __init__(
        self,
        weights: Mapping[str, torch.Tensor],
        architecture: Architecture,
        tokenizer: Tokenizer,
        device: torch.device,
    ) -> None:
        super().__init__(f"{LAION_CLAP} {metadata.version('laion-clap')}", architecture.dim, tokenizer)
        self.model = build_model(architecture)
        found = self.model.load_state_dict(dict(weights), strict=False)
        missing = {name for name in found.missing_keys if not is_mask(name)}
        not_needed = {name for name in other_shapes(architecture) if not name.endswith("num_batches_tracked")}
        check_names(self.name, missing ^ not_needed, found.unexpected_keys)
        self.model.eval().to(device)
        check_texts(self.embed_texts)

    def _embed_window(self, window: Waveform) -> torch.Tensor:
        embedding: torch.Tensor = self.model.get_audio_embedding([{"waveform": torch.from_numpy(fill_window(window))}])
        return embedding

    def _embed_text(self, text: str) -> torch.Tensor:
        embedding: torch.Tensor = self.model.get_text_embedding(one_text(self._tokenizer.ids(text)))
        return embedding


def build_model(of: Architecture) -> Any:
    """Build `CLAP` with weights that are yet to come, without the network.

    Its constructor takes the tower for audio from a list of sizes, and the one for text from the model hub. So it is
    asked for the smallest of other kinds, and given HTSAT and RoBERTa afterwards.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its dependencies' notes to its authors
        import_code()
        from clap_module.htsat import HTSAT_Swin_Transformer
        from clap_module.model import CLAP, CLAPAudioCfp, CLAPTextCfg

        audio = CLAPAudioCfp(model_type="PANN", model_name="Cnn6", **_AUDIO)
        text = CLAPTextCfg(context_length=1, vocab_size=1, width=1, heads=1, layers=1, model_type="transformer")
        model = CLAP(of.audio_width, audio, text, joint_embed_shape=of.dim)
        sizes: dict[str, Any] = {"embed_dim": of.width, "depths": list(of.depths), "num_heads": list(of.heads)}
        model.audio_branch = HTSAT_Swin_Transformer(window_size=of.window, config=audio, **sizes)
    del model.token_embedding, model.positional_embedding, model.ln_final
    model.text_branch = _roberta(of)
    model.text_branch_type = "roberta"
    model.text_projection[0] = torch.nn.Linear(of.text_width, of.dim)
    return model


def import_code() -> None:
    """Import `clap_module` from inside `laion_clap` without importing that, and without extending ``sys.path``."""
    if _CODE in sys.modules:
        return
    package = importlib.util.find_spec(LAION_CLAP)
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0]) / _CODE
    spec = importlib.util.spec_from_file_location(
        _CODE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    sys.modules[_CODE] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(sys.modules[_CODE])
    except BaseException:
        del sys.modules[_CODE]
        raise


def _roberta(of: Architecture) -> Any:
    sizes: dict[str, Any] = {"hidden_size": of.text_width, "num_hidden_layers": of.text_depth}
    sizes |= {"num_attention_heads": of.text_heads, "intermediate_size": of.text_mlp_width}
    sizes |= {"vocab_size": of.n_tokens, "max_position_embeddings": of.n_positions}
    return transformers.RobertaModel(transformers.RobertaConfig(**sizes, type_vocab_size=1, layer_norm_eps=1e-5))
