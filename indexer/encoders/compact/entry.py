"""The built-in model's entry in the registry; loads no torch."""

import os
from typing import TYPE_CHECKING

from db.types import EncoderInfo
from indexer.encoders.base import Encoder, TextEncoder
from indexer.encoders.compact.earlier import EARLIER_INFO, EarlierTextEncoder, refuse_to_embed
from indexer.encoders.compact.model import INFO, CompactEncoder, CompactTextEncoder
from indexer.encoders.model import Model

if TYPE_CHECKING:
    from indexer.encoders.process import EncoderProcess


class CompactModel(Model):
    """The model inside the package."""

    name = INFO.name
    description = "earmark's own small model, inside the package: no download, no network"
    reads_text_here = True
    is_light = True

    @property
    def info(self) -> EncoderInfo:
        return INFO

    def load(self, n_threads: int) -> Encoder:
        return CompactEncoder(n_threads=n_threads)

    def load_text_encoder(self) -> TextEncoder:
        return CompactTextEncoder()

    def start(self, n_threads: int | None = None) -> "EncoderProcess":
        from indexer.encoders.process import EncoderProcess  # a search starts none

        # decoding takes the other half of the processor while sounds are embedded
        n_threads = n_threads or max(1, (os.cpu_count() or 1) // 2)
        text_encoder = CompactTextEncoder()
        return EncoderProcess(make_compact, text_encoder, n_threads, text_encoder, is_light=True)


class EarlierCompactModel(Model):
    """The fifth revision: its libraries can be searched, but new sounds need the current revision."""

    name = f"{EARLIER_INFO.name}-{EARLIER_INFO.revision}"
    description = "an earlier revision of compact: its libraries are searched as before"
    reads_text_here = True
    embeds = False

    @property
    def info(self) -> EncoderInfo:
        return EARLIER_INFO

    def load(self, n_threads: int) -> Encoder:
        return refuse_to_embed(n_threads)

    def load_text_encoder(self) -> TextEncoder:
        return EarlierTextEncoder()

    def start(self, n_threads: int | None = None) -> "EncoderProcess":
        from indexer.encoders.process import EncoderProcess

        text_encoder = EarlierTextEncoder()
        return EncoderProcess(refuse_to_embed, text_encoder, 1, text_encoder)


def make_compact(n_threads: int) -> Encoder:
    """Load the compact model in this process, at once."""
    encoder = CompactEncoder(n_threads=n_threads)
    encoder.load()
    return encoder
