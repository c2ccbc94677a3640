"""From a checkpoint of LAION's to a model that earmark loads: hashed, read safely, compared, written down."""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from safetensors.torch import save_file

from db.errors import ModelError
from db.paths import display_text
from db.types import Matrix
from indexer.audio.waveform import Waveform
from indexer.encoders.laion.architecture import Architecture
from indexer.encoders.laion.checkpoint import read_checkpoint
from indexer.encoders.laion.encoder import Towers, Weights
from indexer.encoders.laion.frontend import cut_windows, fill_window
from indexer.encoders.laion.references import build_reference
from indexer.encoders.laion.self_test import TEXTS
from indexer.encoders.laion.sources import Source
from indexer.encoders.laion.store import MERGES, VOCABULARY, WEIGHTS, Landmarks, Receipt, write_landmarks, write_receipt
from indexer.encoders.laion.tokens import Tokenizer
from indexer.encoders.prompts import PHRASINGS
from indexer.tagging.taxonomy import opposites, sound_types

_LARGEST_DIFFERENCE = 1e-5  # between our vectors and the reference's
_READ_BYTES = 1 << 22
_PACKAGES = ("torch", "safetensors", "numpy", "tokenizers", "transformers", "laion-clap")

Progress = Callable[[str], None]


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def check_file(path: Path, source: Source) -> str:
    """Hash a file and compare it with what is published of it; return the hash.

    Raises:
        ModelError: It is not that file.
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
    on_step: Progress = lambda _: None,
) -> Receipt:
    """Convert a checkpoint to a model in a folder, which appears there whole or not at all.

    Args:
        name: The model's name.
        checkpoint: Any file; nothing in it is run.
        source: What is published of the checkpoint.
        tokenizer_files: ``vocab.json`` and ``merges.txt`` by name.
        folder: Where the model goes; a model that is there is replaced.
        address: Where the checkpoint came from, for the receipt.
        is_known_hash: Whether the hash in ``source`` was published.
        on_step: Told what is being done.

    Raises:
        ModelError: The checkpoint or the tokenizer is not what it should be, or the vectors are not the reference's.
    """
    on_step("comparing the checkpoint's hash")
    digest = check_file(checkpoint, source)
    on_step("reading the weights")
    weights, architecture = read_checkpoint(checkpoint)
    tokenizer = Tokenizer(tokenizer_files[VOCABULARY], tokenizer_files[MERGES])
    towers = Towers(weights, architecture, tokenizer, torch.device("cpu"), torch.float32)
    on_step("comparing vectors with the published implementation")
    reference, difference = _compare(weights, architecture, towers, tokenizer)
    on_step("learning where the middle of all sounds and words is")
    landmarks = _find_landmarks(towers)
    receipt = Receipt(
        name=name,
        source=address,
        sha256=digest,
        is_known_hash=is_known_hash,
        n_bytes=checkpoint.stat().st_size,
        converted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=_versions(),
        tokenizer={file_name: sha256_of(path) for file_name, path in tokenizer_files.items()},
        reference=reference,
        largest_difference=difference,
        architecture=architecture,
    )
    on_step("writing the converted model")
    _write(folder, weights, landmarks, tokenizer_files, receipt)
    return receipt


def _compare(weights: Weights, architecture: Architecture, towers: Towers, tokenizer: Tokenizer) -> tuple[str, float]:
    """Return the reference's name and the largest difference of its vectors from ours."""
    rng = np.random.default_rng(0)
    sounds = [(0.2 * rng.standard_normal(n)).astype(np.float32) for n in (300, 20_000, 480_000)]
    ours = np.concatenate([towers.embed_windows(sounds), towers.embed_texts(TEXTS)])
    reference = build_reference(weights, architecture)
    theirs: Matrix = np.concatenate(
        [
            reference.embed_windows(torch.from_numpy(np.stack([fill_window(sound) for sound in sounds]))),
            reference.embed_ids([tokenizer.ids(text) for text in TEXTS]),
        ]
    )
    difference = float(np.abs(ours - theirs).max())
    if not difference < _LARGEST_DIFFERENCE:
        raise ModelError(
            f"On this machine the model's vectors differ from those of {reference.name} by {difference:.1e}, "
            "so it is not used. Please report this, with what `earmark doctor` says."
        )
    return reference.name, difference


def texts_of_tagging() -> list[str]:
    """Return every text whose vector tagging needs, so that indexing never loads the text tower."""
    phrases = [phrase for kind in sound_types() for phrase in kind.phrases]
    phrases += [phrase for pair in opposites() for side in pair.phrases for phrase in side]
    return list(dict.fromkeys(phrasing.format(phrase) for phrase in phrases for phrasing in PHRASINGS))


def _find_landmarks(towers: Towers) -> Landmarks:
    texts = texts_of_tagging()
    rows = towers.embed_texts(texts)
    heard = towers.embed_windows([cut_windows(sound)[0] for sound in _varied_sounds()])
    return Landmarks(rows.mean(axis=0), heard.mean(axis=0), dict(zip(texts, rows, strict=True)))


def _varied_sounds() -> list[Waveform]:
    """Return a third of the demo's synthesized sounds: drums, tones and noises of all kinds."""
    import soundfile

    from indexer.demo_sounds import write_demo_sounds

    with TemporaryDirectory() as folder:
        paths = write_demo_sounds(Path(folder))
        return [soundfile.read(path, dtype="float32")[0] for path in paths[::3]]


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
