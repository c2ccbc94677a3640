"""Whether other programs can read exported kits, as far as they are installed.

``h2cli`` (Debian's ``hydrogen``) loads the drum kit and renders it; ``sfzlint`` checks the SFZ; ``rnsutils`` (PyPI, a
GPL program of its own, run apart) loads the ``.xrni``; ``ableton-device-creator`` decodes the Drum Rack. A folder
with ``multisample.xsd``, the schema in github.com/bitwig/multisample, in the variable ``KIT_SCHEMAS`` lets ``xmllint``
hold the ``.multisample`` to it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile as sf
from ableton_device_creator.core import decode_adg

from benchmarks.figures import Figure
from db.types import Sample
from indexer.export.kits.registry import KIT_FORMATS
from indexer.export.plan import plan_export
from indexer.export.profile import AS_IT_IS
from indexer.export.records import ExportLog
from indexer.export.run import run_export
from tests.tui.samples import make_sample

_NAMES = ("kick", "snare", "closed hat", "open hat", "clap")
_RATE_HZ = 44_100


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Count the installed readers, and those that accept our kits."""
    del is_quick
    samples = _write_sounds(work_dir / "kit-sounds")
    figures = []
    for name, (title, read) in _READERS.items():
        with tempfile.TemporaryDirectory() as folder:
            plan = plan_export(samples, Path(folder) / "kit", AS_IT_IS, kit_format=name)
            run_export(plan, ExportLog(Path(folder)), "kit")
            is_read = read(plan.target / KIT_FORMATS[name].file_names(plan.target)[0])
        if is_read is not None:
            figures.append(Figure(f"{name} read by {title}", float(is_read), "", target="read", is_met=is_read))
    return figures


def _read_hydrogen(file: Path) -> bool | None:
    """Have Hydrogen check the kit by its schema, then load it and write it again, with all samples."""
    if shutil.which("h2cli") is None:
        return None
    checked = _run("h2cli", "--check", file.parent)
    target = file.parent / "loaded"
    target.mkdir()
    _run("h2cli", "--upgrade", file.parent, "--target", target)
    loaded = next(target.rglob("drumkit.xml"), None)
    text = "" if loaded is None else loaded.read_text()
    return "is valid" in checked and all(f"<filename>{name}.wav</filename>" in text for name in _NAMES)


def _read_sfz(file: Path) -> bool | None:
    program = Path(sys.executable).parent / "sfzlint"
    return _run(program, file) == "" if program.exists() else None


def _read_renoise(file: Path) -> bool | None:
    text = (
        "from rnsutils.instrument import RenoiseInstrument as R; import sys; r = R(sys.argv[1]); "
        "print(r.name, len(r.samples), len(r.sample_data), *(s.Mapping.BaseNote for s in r.samples))"
    )
    found = _run(sys.executable, "-c", text, file)
    return None if "No module named" in found else found.split() == ["kit", "5", "5", "24", "25", "26", "27", "28"]


def _read_ableton(file: Path) -> bool:
    return decode_adg(file).count("<DrumBranchPreset ") == len(_NAMES)


def _read_multisample(file: Path) -> bool | None:
    schema = Path(os.environ.get("KIT_SCHEMAS", "")) / "multisample.xsd"
    if shutil.which("xmllint") is None or not schema.exists():
        return None
    shutil.unpack_archive(file, file.parent / "unpacked", "zip")
    return "validates" in _run("xmllint", "--noout", "--schema", schema, file.parent / "unpacked" / "multisample.xml")


_READERS: dict[str, tuple[str, Callable[[Path], bool | None]]] = {
    "hydrogen": ("h2cli", _read_hydrogen),
    "sfz": ("sfzlint", _read_sfz),
    "renoise": ("rnsutils", _read_renoise),
    "ableton": ("ableton-device-creator", _read_ableton),
    "bitwig": ("xmllint and the published schema", _read_multisample),
}


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    return done.stdout + done.stderr


def _write_sounds(folder: Path) -> list[Sample]:
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(0)
    for name in _NAMES:
        sf.write(folder / f"{name}.wav", noise.standard_normal((4_000, 2)) * 0.1, _RATE_HZ, "PCM_24")
    return [replace(make_sample(str(folder / f"{name}.wav")), id=number) for number, name in enumerate(_NAMES, start=1)]
