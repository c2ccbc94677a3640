"""The encoders that earmark knows, and how to start one."""

import os
from dataclasses import dataclass

from db.errors import ModelError
from db.records import EncoderInfo
from indexer.compact.model import INFO as COMPACT_INFO
from indexer.compact.model import CompactEncoder, CompactTextEncoder
from indexer.encoder import Encoder, TextEncoder
from indexer.encoder_process import EncoderProcess


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One line of ``earmark model list``."""

    name: str
    description: str
    info: EncoderInfo
    is_present: bool


MODELS = (
    ModelEntry(
        name=COMPACT_INFO.name,
        description="earmark's own small model, inside the package: no download, no network",
        info=COMPACT_INFO,
        is_present=True,
    ),
)


def load_text_encoder(name: str = COMPACT_INFO.name) -> TextEncoder:
    """Load the half of a model that a text search needs, without torch.

    Raises:
        ModelError: There is no model of this name, or its weights are damaged.
    """
    _check_name(name)
    return CompactTextEncoder()


def start_encoder(name: str = COMPACT_INFO.name) -> EncoderProcess:
    """Return a whole model behind a child process that starts at first need and ends with the ``with`` block.

    Raises:
        ModelError: There is no model of this name, or its weights are damaged.
    """
    # decoding takes the other half of the processor while sounds are embedded
    n_threads = max(1, (os.cpu_count() or 1) // 2)
    return EncoderProcess(make_compact, load_text_encoder(name), n_threads)


def make_compact(n_threads: int) -> Encoder:
    """Build the compact model in this process, which loads torch."""
    import torch

    torch.set_num_threads(n_threads)
    return CompactEncoder()


def _check_name(name: str) -> None:
    names = [entry.name for entry in MODELS]
    if name not in names:
        raise ModelError(f"There is no model called {name!r}. Known: {', '.join(names)}. See: earmark model list")
