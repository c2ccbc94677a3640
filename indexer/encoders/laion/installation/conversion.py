"""Convert a checkpoint of LAION's to a model that earmark loads."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from safetensors.torch import save_file

from db.errors import ModelError
from db.paths import display_text
from indexer.encoders.laion.architecture import Architecture
from indexer.encoders.laion.engines.base import OWN, Engine, make_engine, published_engines
from indexer.encoders.laion.installation.checkpoint import Weights, read_checkpoint
from indexer.encoders.laion.installation.varied_sounds import varied_sounds
from indexer.encoders.laion.self_test import TEXTS
from indexer.encoders.laion.sources import Source
from indexer.encoders.laion.store import MERGES, VOCABULARY, WEIGHTS, Landmarks, Receipt, write_landmarks, write_receipt
from indexer.encoders.laion.tokens import Tokenizer
from indexer.encoders.model import OnStep
from indexer.encoders.prompts import PHRASINGS
from indexer.tagging.taxonomy import opposites, sound_types

_LARGEST_DIFFERENCE = 1e-5  # between our vectors and the reference's
_CPU = torch.device("cpu")
_PACKAGES = ("torch", "safetensors", "numpy", "tokenizers", "transformers", "laion-clap")


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_file(path: Path, source: Source) -> str:
    """Check a file against its published hash; return the hash.

    Raises:
        ModelError: The hash differs.
    """
    found = sha256_of(path)
    if source.sha256 is not None and found != source.sha256:
        n_bytes = path.stat().st_size
        is_other_size = source.n_bytes not in {None, n_bytes}
        size = f"{n_bytes:,} bytes where it has {source.n_bytes:,}" if is_other_size else "its content differs"
        raise ModelError(
            f"{display_text(path.name)} is not the {source.file_name} that earmark knows: {size}. "
            f"Delete it, and fetch it again from {source.url}"
        )
    return found


def convert(
    name: str,
    checkpoint: Path,
    source: Source,
    tokenizer_files: Mapping[str, Path],
    folder: Path,
    *,
    address: str,
    is_known_hash: bool = False,
    on_step: OnStep = lambda _: None,
) -> Receipt:
    """Convert a checkpoint to a model in a folder, which appears there whole or not at all.

    Args:
        name: The model's name.
        checkpoint: Any file; nothing in it is run.
        source: Published facts about the checkpoint.
        tokenizer_files: ``vocab.json`` and ``merges.txt`` by name.
        folder: Target; an existing model is replaced.
        address: Where the checkpoint came from, for the receipt.
        is_known_hash: Whether the hash in ``source`` was published.
        on_step: Called with the name of each step.

    Raises:
        ModelError: The checkpoint or the tokenizer is unfit, or the vectors differ from the reference.
    """
    on_step("comparing the checkpoint's hash")
    digest = check_file(checkpoint, source)
    on_step("reading the weights")
    weights, architecture = read_checkpoint(checkpoint)
    tokenizer = Tokenizer(tokenizer_files[VOCABULARY], tokenizer_files[MERGES])
    engine = make_engine(OWN, weights, architecture, tokenizer, _CPU)
    on_step("comparing vectors with the published implementations")
    differences = _compare(engine, weights, architecture, tokenizer)
    on_step("measuring where the middle of all sounds and texts is")
    landmarks = _find_landmarks(engine)
    receipt = Receipt(
        name=name,
        source=address,
        sha256=digest,
        is_known_hash=is_known_hash,
        n_bytes=checkpoint.stat().st_size,
        converted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=_versions(),
        tokenizer={file_name: sha256_of(path) for file_name, path in tokenizer_files.items()},
        differences=differences,
        architecture=architecture,
    )
    on_step("writing the converted model")
    _write(folder, weights, landmarks, tokenizer_files, receipt)
    return receipt


def _compare(ours: Engine, weights: Weights, architecture: Architecture, tokenizer: Tokenizer) -> dict[str, float]:
    """Return the largest difference of our vectors from those of each published implementation, by its name."""
    rng = np.random.default_rng(0)
    sounds = [(0.2 * rng.standard_normal(n)).astype(np.float32) for n in (300, 20_000, 480_000)]
    differences = {}
    for name in published_engines():
        theirs = make_engine(name, weights, architecture, tokenizer, _CPU)
        apart = [ours.embed_windows(sounds) - theirs.embed_windows(sounds)]
        apart += [ours.embed_texts(TEXTS) - theirs.embed_texts(TEXTS)]
        difference = max(float(np.abs(rows).max()) for rows in apart)
        if not difference < _LARGEST_DIFFERENCE:
            raise ModelError(
                f"On this machine the model's vectors differ from those of {theirs.name} by {difference:.1e}, "
                "so it is not used. Please report this, with what `earmark doctor` says."
            )
        differences[theirs.name] = difference
    if not differences:
        raise ModelError("Neither laion_clap nor transformers is installed here: install earmark again.")
    return differences


def texts_of_tagging() -> list[str]:
    """Return every text whose vector tagging needs, so that indexing never loads the text tower."""
    phrases = [phrase for kind in sound_types() for phrase in kind.phrases]
    phrases += [phrase for pair in opposites() for side in pair.phrases for phrase in side]
    return list(dict.fromkeys(phrasing.format(phrase) for phrase in phrases for phrasing in PHRASINGS))


def _find_landmarks(engine: Engine) -> Landmarks:
    texts = texts_of_tagging()
    rows = engine.embed_texts(texts)
    return Landmarks(
        text_center=rows.mean(axis=0),
        audio_center=engine.embed_windows(varied_sounds()).mean(axis=0),
        texts=dict(zip(texts, rows, strict=True)),
    )


def _versions() -> dict[str, str]:
    found = {}
    for package in ("earmark", *_PACKAGES):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _write(
    folder: Path, weights: Weights, landmarks: Landmarks, tokenizer_files: Mapping[str, Path], receipt: Receipt
) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
        made = Path(place) / "model"
        made.mkdir()
        save_file(weights, made / WEIGHTS, metadata={"sha256": receipt.sha256})
        write_landmarks(made, landmarks)
        for file_name, path in tokenizer_files.items():
            shutil.copyfile(path, made / file_name)
        write_receipt(made, receipt)
        if folder.exists():
            os.replace(folder, Path(place) / "before")
        os.replace(made, folder)
