import numpy as np
import pytest

from indexer.audio.open_audio import open_audio


@pytest.fixture
def opened(tmp_path):
    """Write bytes to a file, open it as a sound, and return it with all of its frames."""

    def open_bytes(data: bytes):
        path = tmp_path / "sound"
        path.write_bytes(data)
        with open_audio(path) as audio:
            blocks = []
            while len(block := audio.reader.read(10_000)):
                blocks.append(block)
        frames = np.concatenate(blocks) if blocks else np.zeros((0, audio.reader.n_channels), np.float32)
        return audio, frames

    return open_bytes
