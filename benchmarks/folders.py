"""Folders of sounds to measure on: real ones where their Debian packages are installed, synthesized ones elsewhere."""

from pathlib import Path

import numpy as np
import soundfile

from indexer.demo_sounds import write_demo_sounds

DEBIAN_FOLDERS = (
    Path("/usr/share/hydrogen/data/drumkits"),  # hydrogen-drumkits
    Path("/usr/share/lmms/samples"),  # lmms-common
)
SONIC_PI_FOLDER = Path("/usr/share/sonic-pi")  # sonic-pi-samples
_EXTENSIONS = {".wav", ".flac", ".aiff", ".aif", ".ogg"}
_RATE_HZ = 44_100


def real_or_synthesized(work_dir: Path) -> tuple[list[Path], str]:
    """Return folders with about a thousand sounds, and what they are."""
    present = [folder for folder in DEBIAN_FOLDERS if folder.is_dir()]
    if len(present) == len(DEBIAN_FOLDERS):
        return present, "hydrogen-drumkits and lmms-common"
    folder = work_dir / "synthesized"
    for seed in range(14):
        write_demo_sounds(folder / str(seed), seed=seed)
    return [folder], "synthesized sounds"


def audio_files(folders: list[Path]) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in _EXTENSIONS)


def write_short_sounds(folder: Path, n: int) -> None:
    """Write different sounds of a quarter second, 500 to a folder."""
    rng = np.random.default_rng(0)
    t = np.arange(_RATE_HZ // 4) / _RATE_HZ
    for number in range(n):
        pack = folder / f"pack-{number // 500:03d}"
        pack.mkdir(parents=True, exist_ok=True)
        tone = np.sin(2 * np.pi * rng.uniform(40, 4000) * t) + rng.uniform(0, 0.5) * rng.standard_normal(len(t))
        wave = 0.4 * tone * np.exp(-t * rng.uniform(5, 60))
        soundfile.write(pack / f"sound-{number:05d}.wav", wave, _RATE_HZ, subtype="PCM_16")


def write_tiny_files(folder: Path, n: int) -> list[Path]:
    """Write WAV files of a few frames, 1000 to a folder, and return them; all have the same content."""
    template = folder / "template.wav"
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(template, np.zeros(32), _RATE_HZ, subtype="PCM_16")
    content = template.read_bytes()
    template.unlink()
    paths = [folder / f"pack-{number // 1000:03d}" / f"sound {number:06d}.wav" for number in range(n)]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return paths
