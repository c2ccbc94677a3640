"""Factories of light encoders, which worker processes import by their names."""

from db.errors import ModelError
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.encoders.base import Encoder
from indexer.encoders.process import EncoderProcess
from tests.fakes import FakeEncoder


class RefusesLong(FakeEncoder):
    """Refuses every sound longer than a second."""

    def embed_audio(self, waveforms: list[Waveform]) -> Matrix:
        if max(map(len, waveforms)) > 48_000:
            raise ValueError("too long")
        return super().embed_audio(waveforms)


def make_fake(_: int) -> Encoder:
    return FakeEncoder()


def make_refusing(_: int) -> Encoder:
    return RefusesLong()


def make_none(_: int) -> Encoder:
    raise ModelError("The weights are gone: reinstall earmark.")


def light(factory) -> EncoderProcess:
    """Return a light encoder that no process of its own is ever started for."""
    fake = FakeEncoder()
    return EncoderProcess(factory, fake, 1, fake, is_light=True)
