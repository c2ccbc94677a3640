"""The checks of ``earmark doctor``, with fixes."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from db.engines.postgres.place import LibraryPlace, ServerPlace
from db.engines.sqlite import FILE_NAME
from db.errors import EarmarkError, LibraryBusyError, LibraryDamagedError, LibraryError, ModelError, ProblemError
from db.library import Library
from indexer.encoders import registry
from indexer.encoders.model import Model
from indexer.encoders.registry import BUILT_IN, known_models, load_text_encoder
from tui import formatting, settings
from tui.workspace.active_model import active_model

# for damage, and for what may not be written; in a folder and on a server
_FIXES = (
    (
        "Run: earmark doctor --repair. Or bring back a copy: earmark restore",
        "Make the library's folder writable for you.",
    ),
    (
        "Tell whoever looks after the server; to bring back a backup: pg_restore",
        "Ask whoever looks after the server for another role: earmark library init --help",
    ),
)
_PACKAGES = (
    *("numpy", "faiss-cpu", "sqlalchemy", "alembic", "soundfile", "soxr", "scipy", "onnxruntime"),
    *("safetensors", "textual", "typer", "rich", "platformdirs"),
)
_OF_THE_LARGE_MODEL = ("torch", "tokenizers", "huggingface-hub", "transformers", "laion-clap")  # a lean set-up has none
_TEXTS = ("kick drum", "a warm pad", "spoken word", "glass breaking")
_TOO_ALIKE = 0.9  # cosine; a broken tokenizer or text tower gives every text the same vector
_MIN_FREE_BYTES = 500_000_000  # 100,000 sounds take about 200 MB, and twice that during an upgrade


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the self-test.

    Attributes:
        name: What was checked.
        is_ok: Whether it passed.
        detail: The finding.
        fix: How to fix it; empty if it passed.
    """

    name: str
    is_ok: bool
    detail: str
    fix: str = ""


def run_checks(place: LibraryPlace, *, deep: bool) -> Iterator[Check]:
    """Yield every check as it is done.

    Args:
        place: Where the library is, or would be.
        deep: Also start the model's process and embed a sound; takes seconds.
    """
    yield _check("packages", _packages, "Install earmark again, with all that it needs.")
    if isinstance(place, Path):
        yield _check("disk space", lambda: _disk_space(place), "Free some space, or choose another --library.")
    model = BUILT_IN
    if isinstance(place, ServerPlace) or (place / FILE_NAME).exists():
        repair, access = _FIXES[isinstance(place, ServerPlace)]
        yield _check("library", lambda: _library(place), repair, only=LibraryDamagedError)
        yield _check("folders", lambda: _folders(place), "")
        yield _check("writing", lambda: _writing(place), access)
        model = _model_of(place) or model
    else:
        yield Check("library", is_ok=True, detail=f"none yet in {place}; make one with: earmark index FOLDER")
    yield _check("model", lambda: _texts_differ(model), "Install earmark again: its weights are damaged.")
    if not model.embeds:
        yield Check("better model", is_ok=True, detail=f"there is a better one: earmark model use {BUILT_IN.name}")
    for fetched in known_models(settings.models_folder()):
        origin = fetched.origin()
        if origin is not None:
            yield Check(fetched.name, is_ok=True, detail=origin)
    if deep and model.embeds:
        yield _check("analysis", lambda: _embeds_consistently(model), "Install earmark again, with all that it needs.")


def _check(name: str, look: Callable[[], str], fix: str, only: type[Exception] = Exception) -> Check:
    """Run one check; ``fix`` is offered for errors of type ``only``, since other messages contain their own fix."""
    try:
        return Check(name, is_ok=True, detail=look())
    except (EarmarkError, OSError) as error:
        return Check(name, is_ok=False, detail=str(error), fix=fix if isinstance(error, only) else "")


def _packages() -> str:
    missing = []
    versions = []
    for name in (*_PACKAGES, *_OF_THE_LARGE_MODEL):
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing += [name] * (name in _PACKAGES)
    if missing:
        raise ProblemError(f"missing: {', '.join(missing)}")
    return ", ".join(versions)


def _disk_space(folder: Path) -> str:
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(existing).free
    if free < _MIN_FREE_BYTES:
        raise ProblemError(f"only {formatting.size(free)} free")
    return f"{formatting.size(free)} free"


def _library(place: LibraryPlace) -> str:
    with Library.open(place) as library:
        faults = library.check()
        if faults:
            raise LibraryDamagedError(" ".join(faults))
        stats = library.stats()
        counts = f"{formatting.count(stats.n_samples, 'sound')}, {formatting.count(stats.n_problems, 'problem')}"
        return f"{counts}, in {library.name}"


def _folders(place: LibraryPlace) -> str:
    with Library.open(place) as library:
        roots = library.roots()
    offline = [str(root.path) for root in roots if not root.is_online]
    if offline:  # an unplugged drive is no fault
        return f"{len(offline)} of {formatting.count(len(roots), 'folder')} offline: {', '.join(offline)}"
    return f"{formatting.count(len(roots), 'folder')}, all there"


def _writing(place: LibraryPlace) -> str:
    if isinstance(place, Path) and not os.access(place, os.W_OK):
        raise LibraryError(f"{place} can only be read; searching works, indexing does not.")
    try:
        with Library.open(place) as library, library.writer():
            if not library.is_writable:
                return "for reading only: your role on the server may not change it"
            return "free to write"
    except LibraryBusyError as error:
        return str(error)  # an indexing run elsewhere is no fault


def _model_of(place: LibraryPlace) -> Model | None:
    try:
        with Library.open(place) as library:
            return active_model(library)
    except EarmarkError:
        return None  # said by the check of the library


def _texts_differ(model: Model) -> str:
    encoder = load_text_encoder(model)
    rows = encoder.embed_text(_TEXTS)
    if not np.isfinite(rows).all() or not np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3):
        raise ModelError(f"{model.name}: descriptions do not give unit vectors")
    largest = (rows @ rows.T)[np.triu_indices(len(rows), 1)].max()
    if largest >= _TOO_ALIKE:
        raise ModelError(f"{model.name}: different descriptions give nearly the same vector (cosine {largest:.2f})")
    center = float(np.linalg.norm(encoder.text_center))
    if not 0 <= center < 1:
        raise ModelError(f"{model.name}: the middle of all descriptions is not inside the sphere (norm {center:.2f})")
    return f"{encoder.info.fingerprint}: four descriptions differ (largest cosine {largest:.2f})"


def _embeds_consistently(model: Model) -> str:
    """Check that a sound gets the same vector alone and in a batch."""
    with registry.start_encoder(model) as encoder:
        click = np.zeros(encoder.info.sample_rate_hz // 10, np.float32)
        click[:32] = 0.5
        alone = encoder.embed_audio([click])[0]
        beside = encoder.embed_audio([np.tile(click, 7), click])[1]
    if not np.isfinite(alone).all() or float(alone @ beside) < 0.9999:
        raise ModelError(f"{model.name}: one sound gives two vectors (cosine {float(alone @ beside):.4f})")
    return f"{model.name}: the same sound gives the same vector"
