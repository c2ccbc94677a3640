"""Export sounds with difficult names by each profile: none is lost or overwritten, and all new names are portable.

Windows and macOS are held by their rules; a FAT card is an image, to which mtools copies where it is installed: FAT
takes one of two names that differ in case alone, and none with a forbidden letter.
"""

import os
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile as sf

from benchmarks.figures import Figure, at_most
from indexer.export.plan import plan_export
from indexer.export.profile import BUILT_IN, read_profile
from indexer.export.records import ExportLog
from indexer.export.run import run_export
from tests.tui.samples import make_sample

NAMES = (
    *(
        "con",
        "CON",
        "Nul.",
        "com1",
        "LPT9.x",
        "AUX ",
        "COM¹",
        "...",
        " ",
        ".hidden",
        "~",
        "-rf",
        "kick.",
        "kick ",
        "prn",
    ),
    *("a\\b", 'a"b', "a:b", "a*b?", "<a>|b", "a\nb\tc", "\x1b[31mred", "kick\u202egnp", "\u2028", "%SystemRoot%"),
    *("Kick", "kick", "KICK", "Straße", "strasse", "Caf\u00e9", "Cafe\u0301", "😀" * 60, "字" * 80, "x" * 250),
    *("キック", "\u0301", os.fsdecode(b"bad \xff byte"), os.fsdecode(b"\xfe\xff"), "kick 2", "a.wav", "[bold]120%"),
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FOREIGN = b"mine"
_IMAGE_KB = 65_536


def figures(work_dir: Path) -> list[Figure]:
    """Export all of them by each built-in profile."""
    sources = _write_sources(work_dir / "evil")
    profiles = sorted(path.stem for path in BUILT_IN.glob("*.toml"))
    totals: Counter[str] = Counter()
    for profile in profiles:
        totals.update(_export(sources, profile, work_dir / "evil-out" / profile))
    name = f"{len(sources)} evil names to each of {len(profiles)} profiles"
    found = [
        at_most(f"{name}: {what}", totals[what], "", 0)
        for what in ("lost", "overwritten", "not valid on Windows", "one name on macOS")
    ]
    if shutil.which("mcopy") and shutil.which("mformat"):
        found.append(at_most(f"{name}: not on a FAT card", totals["not on a FAT card"], "", 0))
    return found


def faults_on_windows(name: str) -> Iterator[str]:
    """Yield what Windows does not allow in a path below a folder."""
    for part in name.split("/"):
        if _FORBIDDEN.search(part):
            yield "a letter that is forbidden"
        if _DEVICE.fullmatch(part):
            yield "the name of a device"
        if part != part.rstrip(". "):
            yield "a dot or a space at the end"
        if not 0 < len(part.encode("utf-16-le", "surrogatepass")) // 2 <= 255:
            yield "none, or too many letters"


def n_alike(names: Sequence[str]) -> int:
    """Count names that are equal on a system that ignores case and the form of accents."""
    keys = Counter(unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold()) for name in names)
    return sum(n - 1 for n in keys.values())


def _write_sources(folder: Path) -> list[Path]:
    paths = []
    for number, name in enumerate(NAMES):
        path = folder / str(number) / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            sf.write(file, np.full((64, 2), (number + 1) / 100, np.float32), 44_100, "PCM_24", format="WAV")
        paths.append(path)
    return paths


def _export(sources: Sequence[Path], profile: str, folder: Path) -> dict[str, int]:
    target, library = folder / "out", folder / "library"
    target.mkdir(parents=True)
    library.mkdir()
    foreign = target / "Kick.wav"
    foreign.write_bytes(_FOREIGN)
    samples = [replace(make_sample(str(path)), id=number) for number, path in enumerate(sources, start=1)]
    log = ExportLog(library)
    run_export(plan_export(samples, target, read_profile(profile, folder), log.records()), log, "evil")
    paths = [path for path in target.rglob("*") if path.is_file() and path != foreign]
    names = [path.relative_to(target).as_posix() for path in paths]
    levels = {round(float(np.abs(sf.read(path)[0]).max()), 2) for path in paths}  # each sound has its own
    return {
        "lost": len(sources) - len(levels),
        "overwritten": int(foreign.read_bytes() != _FOREIGN) + abs(len(sources) - len(paths)),
        "not valid on Windows": sum(any(faults_on_windows(name)) for name in names),
        "one name on macOS": n_alike([*names, foreign.name]),
        "not on a FAT card": _n_not_on_card(target, [*names, foreign.name], folder / "card.img"),
    }


def _n_not_on_card(target: Path, names: Sequence[str], image: Path) -> int:
    """Copy all files to a card and count those that are missing there."""
    if not (shutil.which("mcopy") and shutil.which("mformat")):
        return 0
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MTOOLS_SKIP_CHECK": "1"}

    def run(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, env=environment, check=False, stdin=subprocess.DEVNULL)
        return done.stdout.decode("utf-8", "replace")

    run("mformat", "-C", "-i", str(image), "-T", str(2 * _IMAGE_KB), "-h", "64", "-s", "32", "::")
    for entry in sorted(target.iterdir()):
        run("mcopy", "-i", str(image), "-D", "s", "-s", str(entry), "::")
    listed = Counter(map(_as_mtools_reads, run("mdir", "-i", str(image), "-b", "-/", "::").splitlines()))
    image.unlink(missing_ok=True)
    wanted = Counter(_as_mtools_reads(f"::/{name}") for name in names)
    return (wanted - listed).total()


def _as_mtools_reads(name: str) -> str:
    """Return a name as FAT stores it: 16-bit characters, and 8.3 names without case and spaces."""
    return "".join(chr(ord(letter) & 0xFFFF) for letter in name).replace(" ", "").casefold()
