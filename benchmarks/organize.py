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
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from dataclasses import replace as changed
from functools import partial
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


class _Place(NamedTuple):
    """Where sounds lie, and where the plan moves them to: None for the same folder."""

    folder: Path
    target: Path | None = None


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
        print(report, file=sys.stderr, flush=True)
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
def _image(kind: str, make: str, by_fuse: str, folder: Path) -> Iterator[_Place | None]:
    """Mount an empty file system of a kind, by the kernel or by FUSE, if possible."""
    image, place = folder / f"{kind}.img", folder / kind
    with image.open("wb") as file:
        file.truncate(512 << 20)
    place.mkdir(exist_ok=True)
    in_shell = (
        f"{make} {image} && (mount -t {kind} -o loop {image} {place} || {by_fuse.format(image=image, place=place)})"
    )
    if subprocess.run(in_shell, shell=True, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield _Place(place)
    finally:
        subprocess.run(["umount", place], check=False)


_fat_image = partial(_image, "vfat", "mkfs.vfat", "fusefat -o rw+ {image} {place}")  # Debian has fusefat
_exfat_image = partial(  # and exfat-fuse, which wants a device; it is freed with the last one that has it open
    _image,
    "exfat",
    "mkfs.exfat",
    "(device=$(losetup -f --show {image}) && mount.exfat-fuse $device {place}; losetup -d $device; mountpoint {place})",
)


@contextmanager
def _one_disk(work_dir: Path) -> Iterator[_Place]:
    yield _Place(work_dir)


@contextmanager
def _without_links(work_dir: Path) -> Iterator[_Place]:
    with _card():
        yield _Place(work_dir)


@contextmanager
def _other_disk(work_dir: Path) -> Iterator[_Place | None]:
    if not _SHARED_MEMORY.is_dir() or _SHARED_MEMORY.stat().st_dev == work_dir.stat().st_dev:
        yield None
        return
    target = _SHARED_MEMORY / f"earmark-organize-{os.getpid()}"
    target.mkdir()
    try:
        yield _Place(work_dir, target)
    finally:
        shutil.rmtree(target)


PLACES: Mapping[str, Callable[[Path], AbstractContextManager[_Place | None]]] = {
    "one disk": _one_disk,
    "no links, no exclusive rename": _without_links,
    "FAT image": _fat_image,
    "exFAT image": _exfat_image,
    "to another disk": _other_disk,
}


def measure(work_dir: Path, *, is_quick: bool, place: str | None = None) -> list[Figure]:
    """Kill 100 runs over 5,000 files (10 over 200 when quick) in each of the places, or in one of them."""
    n_files, n_kills = (_N_FILES_QUICK, _N_KILLS_QUICK) if is_quick else (_N_FILES, _N_KILLS)
    gc.disable()  # a collection in the child would copy the parent's memory
    figures = []
    for seed, (name, prepared) in enumerate(PLACES.items()):
        if place not in (None, name):
            continue
        with prepared(work_dir) as at:
            if at is None:
                print(f"{name}: not measured, as this system has none")
                continue
            sounds, library = at.folder / "sounds", work_dir / f"library-{seed}"
            _make(sounds, library, n_files)
            report = kill_often(sounds, library, at.target, n_kills, seed=seed)
            shutil.rmtree(sounds)
            figures.extend(_figures(name, report, n_files))
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
