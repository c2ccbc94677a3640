"""Codecs that another program decodes, played here by a script that takes its place."""

import json
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from db.errors import SoundError
from indexer.audio.decode import decode

M4A = b"\0\0\0\x20ftypM4A " + bytes(100)
RATE_HZ = 22_050


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the only one in which programs are found."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str, output: bytes, exit_code: int = 0) -> None:
    """Install a program that prints some bytes, whatever it is asked."""
    (folder / f"{name}.out").write_bytes(output)
    program = folder / name
    program.write_text(
        f"#!{sys.executable} -S\nimport sys\n"
        f"sys.stdout.buffer.write(open({str(folder / name) + '.out'!r}, 'rb').read())\nsys.exit({exit_code})\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def probe(**stream: object) -> bytes:
    found = {"sample_rate": str(RATE_HZ), "channels": 1, "bits_per_raw_sample": "24", "duration": "0.5", **stream}
    return json.dumps({"streams": [found], "format": {"tags": {"TBPM": "124"}}}).encode()


def write(folder: Path, data: bytes = M4A) -> Path:
    path = folder / "a.m4a"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (M4A, "MPEG-4"),
        (b"wvpk" + bytes(60), "WavPack"),
        (bytes.fromhex("3026b2758e66cf11") + bytes(60), "Windows Media"),
        (b"\x1a\x45\xdf\xa3" + bytes(60), "Matroska or WebM"),
        (b"\xff\xf1\x50\x80" + bytes(60), "AAC"),
    ],
)
def test_without_a_program_the_reason_says_what_to_install(
    programs: Path, tmp_path: Path, data: bytes, codec: str
) -> None:
    with pytest.raises(SoundError, match=rf"^It holds {codec} audio\. Install ffmpeg.*or convert it.*\.$") as refused:
        decode(write(tmp_path, data))
    assert refused.value.code == "needs-ffmpeg"


def test_with_ffmpeg_its_frames_are_decoded_and_its_tags_read(programs: Path, tmp_path: Path) -> None:
    frames = np.linspace(-0.5, 0.5, RATE_HZ // 2, dtype=np.float32)
    install(programs, "ffprobe", probe())
    install(programs, "ffmpeg", frames.tobytes())
    decoded = decode(write(tmp_path))
    np.testing.assert_array_equal(decoded.mono, frames)
    original = decoded.original
    assert (original.format, original.sample_rate_hz, original.bit_depth) == ("m4a", RATE_HZ, 24)
    assert decoded.embedded.tempo_bpm == 124


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "damaged"),
        (b"[]", "damaged"),
        (b'{"streams": []}', "damaged"),
        (probe(channels=0), "damaged"),
        (probe(channels=200), "too-many-channels"),
        (probe(sample_rate="12"), "odd-rate"),
        (probe(sample_rate="N/A", duration="inf"), "odd-rate"),
        (probe(), "empty"),
    ],
)
def test_what_ffmpeg_cannot_decode_is_refused(programs: Path, tmp_path: Path, answer: bytes, code: str) -> None:
    install(programs, "ffprobe", answer)
    install(programs, "ffmpeg", b"", exit_code=1)
    with pytest.raises(SoundError, match=r"^It.*\.$") as refused:
        decode(write(tmp_path))
    assert refused.value.code == code
