"""The encoders that earmark knows, and how to start one."""

import os
from dataclasses import dataclass
from pathlib import Path

from db.errors import ModelError
from db.types import EncoderInfo
from indexer.encoders.base import Encoder, TextEncoder
from indexer.encoders.compact.model import INFO as COMPACT_INFO
from indexer.encoders.compact.model import CompactEncoder, CompactTextEncoder
from indexer.encoders.process import EncoderProcess


@dataclass(frozen=True, slots=True)
class Model:
    """One line of ``earmark model list``.

    Attributes:
        info: What its vectors are; None while the model is not here.
        folder: Where it is, or would be; None for the one inside the package.
    """

    name: str
    description: str
    info: EncoderInfo | None
    folder: Path | None = None

    @property
    def is_present(self) -> bool:
        return self.info is not None

    @property
    def reads_text_here(self) -> bool:
        """Whether texts are read without torch, in the process that asks."""
        return self.folder is None


COMPACT = Model(
    name=COMPACT_INFO.name,
    description="earmark's own small model, inside the package: no download, no network",
    info=COMPACT_INFO,
)


def known_models(folder: Path) -> tuple[Model, ...]:
    """Return all models, those to fetch included.

    Args:
        folder: Where fetched models are.
    """
    from indexer.encoders.laion.sources import LAION_MODELS

    return (COMPACT, *(_laion(source.name, source.description, folder) for source in LAION_MODELS))


def find_model(name: str, folder: Path) -> Model:
    """Return a model by its name.

    Raises:
        ModelError: There is none of this name, or it is not here yet.
    """
    models = {model.name: model for model in known_models(folder)}
    if name not in models:
        raise ModelError(f"There is no model called {name!r}. Known: {', '.join(models)}. See: earmark model list")
    if not models[name].is_present:
        raise ModelError(f"The model {name} is not here yet. Fetch it with: earmark model get {name}")
    return models[name]


def load_text_encoder(model: Model = COMPACT) -> TextEncoder:
    """Load the half of a model that a text search needs; torch stays out of this process.

    Raises:
        ModelError: The model is not here, or its weights are damaged.
    """
    if not model.reads_text_here:
        return start_encoder(model)
    return CompactTextEncoder()


def start_encoder(model: Model = COMPACT) -> EncoderProcess:
    """Return a whole model behind a child process that starts at first need and ends with the ``with`` block.

    Raises:
        ModelError: The model is not here, or its weights are damaged.
    """
    n_cores = os.cpu_count() or 1
    if model.folder is not None:
        from indexer.encoders.laion.process import LaionProcess

        return LaionProcess(model.folder, n_cores)  # it takes ten times as long as decoding does
    # decoding takes the other half of the processor while sounds are embedded
    text_encoder = CompactTextEncoder()
    return EncoderProcess(make_compact, text_encoder, max(1, n_cores // 2), text_encoder)


def make_compact(n_threads: int) -> Encoder:
    """Build the compact model in this process, which loads torch."""
    import torch

    torch.set_num_threads(n_threads)
    return CompactEncoder()


def _laion(name: str, description: str, folder: Path) -> Model:
    from indexer.encoders.laion.store import find_receipt

    receipt = find_receipt(folder / name)
    return Model(name, description, None if receipt is None else receipt.info, folder / name)


def load_encoder(model: Model, n_threads: int) -> Encoder:
    """Load a whole model in this process, to compute with so many threads; this loads torch.

    Raises:
        ModelError: The model is not here, or its weights are damaged.
    """
    if model.folder is None:
        return make_compact(n_threads)
    from indexer.encoders.laion.process import make_laion

    return make_laion(model.folder, n_threads)
