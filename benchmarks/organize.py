"""Kill ``earmark organize`` at random moments: no file is lost or overwritten, and undo restores the tree exactly.

Each round begins with the same tree and plan. A process applies the plan and is killed with SIGKILL at a random moment,
or, every other time, goes on and is killed while it takes the run back. Then another process completes or takes back
what was left, and the tree is compared with what it was: names, bytes, times and modes, of files and folders.
"""

import gc
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from dataclasses import replace as changed
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile as sf

from benchmarks.figures import Figure, at_most
from db.errors import UsageError
from db.library import Library
from indexer.files import disk
from indexer.ingest.pipeline import index
from indexer.organize.journal import RunLog
from indexer.organize.plan import plan_by_template
from indexer.organize.run import apply_plan, undo_run
from indexer.organize.steps import Plan
from indexer.organize.template import Template
from tests.fakes import FakeEncoder

_N_FILES, _N_KILLS = 5_000, 100
_N_FILES_QUICK, _N_KILLS_QUICK = 200, 10
_TEMPLATE = "{bits}/{length}/{parent} {name}"
_MOST_UNDONE = 5  # runs; there are no more than two at a time
_IS_OVER = os.WEXITED | os.WNOHANG | os.WNOWAIT
_LOOK_SECONDS = 0.001
_N_PARTS = 20  # of the time of a whole run: the longest while
_N_IN_THE_WAY = 20  # files that came to new places after the plan was made
_FRAMES = 400
_SHARED_MEMORY = Path("/dev/shm")
_CARD_SECONDS = 2  # to which FAT rounds times

Snapshot = dict[str, tuple[object, ...]]


@dataclass
class Report:
    """Results of the kills; all but the first three must be zero.

    Attributes:
        n_begun: Kills after which a run was neither untouched nor at its end.
        n_under_way: Kills after which steps had been announced and not noted as done.
    """

    n_kills: int = 0
    n_begun: int = 0
    n_under_way: int = 0
    n_lost: int = 0
    n_overwritten: int = 0
    n_other_trees: int = 0


def kill_often(sounds: Path, library: Path, target: Path | None, n_kills: int, *, seed: int = 0) -> Report:
    """Run the rounds.

    Args:
        sounds: Folder of sounds, in the library.
        library: Its folder.
        target: Where the plan moves to; None for the same folder.
        n_kills: Rounds.
        seed: Of the random moments.
    """
    rng = random.Random(seed)
    plan = _plan(library, target)
    ways = [step.target for step in plan.steps if step.target is not None]
    in_the_way = {path: os.urandom(16) for path in rng.sample(ways, min(_N_IN_THE_WAY, len(ways) // 4))}
    for path, content in in_the_way.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    places = [sounds] if target is None else [sounds, target]
    before = [snapshot(place) for place in places]
    contents = _contents(before)
    applied = _timed(_apply, library, plan)
    undone = _timed(_undo, library)
    report = Report()
    for number in range(n_kills):
        plan = changed(plan, id=f"{plan.id}-{number}")
        if number % 2:
            _in_child(_apply, library, plan)
            _killed(rng, applied, undone, library, _undo, library)
        else:
            _killed(rng, _NOTHING, applied, library, _apply, library, plan)
        report.n_kills += 1
        with Library.open(library) as opened:
            last = next(RunLog(opened.folder).newest_first())
        is_back = last.plan_id != plan.id or last.is_undone
        report.n_begun += not (is_back or last.is_finished) or last.undo_folders is not None
        report.n_under_way += not last.is_settled
        found = [snapshot(place) for place in places]
        report.n_lost += len(contents - _contents(found))
        report.n_overwritten += sum(path.read_bytes() != content for path, content in in_the_way.items())
        if number % 4 == 0:
            _in_child(_apply, library, plan)
        _in_child(_undo, library)
        report.n_other_trees += [snapshot(place) for place in places] != before
    return report


def snapshot(folder: Path) -> Snapshot:
    """Return kind, mode, time and content of a folder and everything below it."""
    found: Snapshot = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        content = blake2b(path.read_bytes()).digest() if path.is_file() else b""
        found[path.relative_to(folder).as_posix()] = (status.st_mode, status.st_mtime_ns, content)
    return found


def _contents(found: list[Snapshot]) -> set[object]:
    return {facts[2] for one in found for facts in one.values()}


def _plan(library: Path, target: Path | None) -> Plan:
    with Library.open(library) as opened:
        ids = opened.sorted_ids().tolist()
        return plan_by_template(opened, ids, Template.parse(_TEMPLATE), target=target)


def _apply(library: Path, plan: Plan) -> None:
    with Library.open(library) as opened:
        apply_plan(opened, plan)


def _undo(library: Path) -> None:
    with Library.open(library) as opened, suppress(UsageError):  # until nothing is left
        for _ in range(_MOST_UNDONE):
            undo_run(opened)


class _Timed(NamedTuple):
    """How long a run took, and how large its journal was."""

    seconds: float
    n_bytes: int


_NOTHING = _Timed(0.0, 0)


def _timed(work: Callable[..., None], library: Path, *args: object) -> _Timed:
    began = time.monotonic()
    _in_child(work, library, *args)
    return _Timed(time.monotonic() - began, _journal_bytes(library, 1))


def _journal_bytes(library: Path, number: int) -> int:
    try:
        return (library / "organize" / f"{number}.jsonl").stat().st_size
    except FileNotFoundError:
        return 0


def _last_journal(library: Path) -> int:
    return max((int(path.stem) for path in (library / "organize").glob("*.jsonl")), default=0)


def _in_child(work: Callable[..., None], *args: object) -> None:
    status = os.waitpid(_start(work, *args), 0)[1]
    if status:
        raise RuntimeError(f"{work.__name__} ended with {status}")


def _killed(
    rng: random.Random, begin: _Timed, end: _Timed, library: Path, work: Callable[..., None], *args: object
) -> None:
    """Kill work at a random moment: some time after its journal has reached a random length."""
    number = _last_journal(library) + (begin is _NOTHING)
    moment = begin.n_bytes + rng.random() * (end.n_bytes - begin.n_bytes)
    child = _start(work, *args)
    while _journal_bytes(library, number) < moment and os.waitid(os.P_PID, child, _IS_OVER) is None:
        time.sleep(_LOOK_SECONDS)
    time.sleep(rng.random() * end.seconds / _N_PARTS)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _start(work: Callable[..., None], *args: object) -> int:
    """Run work in a forked child, which needs no imports before the first step."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        work(*args)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def _make(sounds: Path, library: Path, n_files: int) -> None:
    rng = np.random.default_rng(0)
    for number in range(n_files):
        path = sounds / f"Pack {number % 7}" / f"Sub {number % 31}" / f"hit {number % 900:03}{'ab'[number % 2]}.wav"
        path = path.with_name(f"{path.stem} {number // 900}.wav") if path.exists() else path
        path.parent.mkdir(parents=True, exist_ok=True)
        sf.write(path, rng.standard_normal(_FRAMES) * 0.1, 44_100)
        with suppress(OSError):  # of FAT, which has no modes
            path.chmod(0o644 if number % 3 else 0o600)
        os.utime(path, ns=(10**18 + number, 10**18 + number * 10**9 * _CARD_SECONDS))
    for place in sorted(sounds.rglob("*"), reverse=True):
        if place.is_dir():
            os.utime(place, ns=(10**18, 10**18))
    with Library.create(library) as opened:
        index(opened, [sounds], FakeEncoder())


@contextmanager
def _card() -> Iterator[None]:
    """Disable exclusive renames and links in this process and its children, as on some cards and shares."""
    libc, link = disk._libc, os.link  # noqa: SLF001 (only a benchmark and tests do so)

    def no_link(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    disk._libc = lambda: None  # type: ignore[assignment]  # noqa: SLF001
    os.link = no_link
    try:
        yield
    finally:
        disk._libc, os.link = libc, link  # noqa: SLF001


@contextmanager
def _fat_image(folder: Path) -> Iterator[Path | None]:
    """Mount an empty FAT file system if possible; yield its folder."""
    image, place = folder / "fat.img", folder / "fat"
    with image.open("wb") as file:
        file.truncate(512 << 20)
    place.mkdir(exist_ok=True)
    if shutil.which("mkfs.vfat") is None or not _has_run("mkfs.vfat", str(image)):
        yield None
        return
    by_kernel, by_fuse = ("mount", "-o", "loop"), ("fusefat", "-o", "rw+")  # Debian has fusefat
    if not any(_has_run(*command, str(image), str(place)) for command in (by_kernel, by_fuse)):
        yield None
        return
    try:
        yield place
    finally:
        _has_run("umount", str(place))


def _has_run(*command: str) -> bool:
    with suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def measure(work_dir: Path, *, is_quick: bool) -> list[Figure]:
    """Kill 100 runs over 5,000 files (10 over 200 when quick) in each available place."""
    n_files, n_kills = (_N_FILES_QUICK, _N_KILLS_QUICK) if is_quick else (_N_FILES, _N_KILLS)
    gc.disable()  # a collection in the child would copy the parent's memory
    figures = []

    def run(name: str, folder: Path, target: Path | None = None) -> None:
        sounds, library = folder / "sounds", work_dir / f"library-{len(figures)}"
        _make(sounds, library, n_files)
        report = kill_often(sounds, library, target, n_kills, seed=len(figures))
        shutil.rmtree(sounds)
        figures.extend(_figures(name, report, n_files))

    run("one disk", work_dir)
    with _card():
        run("no links, no exclusive rename", work_dir)
    with _fat_image(work_dir) as card:
        if card is None:
            print("FAT: not measured, as this system cannot mount an image of it")
        else:
            run("FAT image", card)
    if _SHARED_MEMORY.is_dir() and _SHARED_MEMORY.stat().st_dev != work_dir.stat().st_dev:
        target = _SHARED_MEMORY / f"earmark-organize-{os.getpid()}"
        target.mkdir()
        try:
            run("to another disk", work_dir, target)
        finally:
            shutil.rmtree(target)
    gc.enable()
    return figures


def _figures(name: str, report: Report, n_files: int) -> list[Figure]:
    about = f"{name}: {report.n_kills} kills over {n_files:,} files"
    return [
        Figure(f"{about}: stopped between begin and end", report.n_begun, ""),
        Figure(f"{about}: stopped within a batch", report.n_under_way, ""),
        at_most(f"{about}: contents lost", report.n_lost, "", 0),
        at_most(f"{about}: files overwritten", report.n_overwritten, "", 0),
        at_most(f"{about}: trees unlike the one before", report.n_other_trees, "", 0),
    ]
