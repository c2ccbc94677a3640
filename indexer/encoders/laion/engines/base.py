"""The interface of an engine, and the list of engines."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from db.errors import ModelError
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.encoders.laion.architecture import Architecture

if TYPE_CHECKING:
    import torch

    from indexer.encoders.laion.tokens import Tokenizer

OWN, LAION_CLAP, TRANSFORMERS = ENGINES = ("earmark", "laion_clap", "transformers")

_PACKAGES = {
    LAION_CLAP: "python -m pip install laion-clap torchvision (it has wheels for Python 3.11 and 3.12)",
    TRANSFORMERS: "python -m pip install transformers",
}


class Engine(Protocol):
    """Both towers of one model.

    Attributes:
        name: Of the implementation, with its version.
    """

    name: str

    def embed_windows(self, windows: Sequence[Waveform]) -> Matrix:
        """Embed windows of at most ten seconds; unit rows, shape ``(n, dim)``."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; unit rows, shape ``(len(texts), dim)``."""
        ...


_NEEDED = ("torch", "tokenizers", "huggingface_hub", "transformers")


def check_large_packages() -> None:
    """Check for the packages that a lean installation leaves out.

    Raises:
        ModelError: Some are missing.
    """
    missing = [name.replace("_", "-") for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ModelError(
            f"The large model needs packages that are not installed here. Install them with: "
            f"python -m pip install {' '.join(missing)}"
        )


def is_installed(engine: str) -> bool:
    return engine not in _PACKAGES or find_spec(engine) is not None


def check_installed(engine: str) -> None:
    """Check that the package of an engine is installed.

    Raises:
        ModelError: It is not installed.
    """
    if not is_installed(engine):
        raise ModelError(f"The package {engine} is not installed. Install it with: {_PACKAGES[engine]}")


def published_engines() -> list[str]:
    """Return the published implementations that are installed here."""
    return [engine for engine in _PACKAGES if is_installed(engine)]


def make_engine(
    engine: str,
    weights: dict[str, "torch.Tensor"],
    architecture: Architecture,
    tokenizer: "Tokenizer",
    device: "torch.device",
    dtype: "torch.dtype | None" = None,
) -> Engine:
    """Build an engine; loads torch and the engine's package.

    Args:
        engine: One of `ENGINES`.
        weights: By LAION's names; float32.
        architecture: Their sizes.
        tokenizer: That of the text tower.
        device: Where to compute.
        dtype: Of the large products of earmark's own engine; float32 by default. The others know float32 alone.

    Raises:
        ModelError: Its package is not here or does not take the weights, or the model fails its self-test.
    """
    check_installed(engine)
    tokenizer.check(architecture.n_tokens)
    if engine == OWN:
        from indexer.encoders.laion.engines.own import OwnEngine

        return OwnEngine(weights, architecture, tokenizer, device, dtype)
    if engine == LAION_CLAP:
        from indexer.encoders.laion.engines.laion_clap_engine import LaionClapEngine

        return LaionClapEngine(weights, architecture, tokenizer, device)
    from indexer.encoders.laion.engines.transformers_engine import TransformersEngine

    return TransformersEngine(weights, architecture, tokenizer, device)
