"""A converted model on disk: a folder with weights, tokenizer, and a receipt that says where they came from."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from db.errors import ModelError, UsageError
from db.paths import display_text
from db.types import EncoderInfo, Vector
from indexer.encoders.laion.architecture import Architecture
from indexer.encoders.laion.engines.base import ENGINES

WEIGHTS = "model.safetensors"
LANDMARKS = "landmarks.safetensors"
RECEIPT = "receipt.json"
VOCABULARY = "vocab.json"
MERGES = "merges.txt"
WINDOW_RULE = "16 bit, up to 6 even windows of 10 s, short ones repeated, mean"
PRECISIONS = ("auto", "float32", "bfloat16")
_CHOICES = "choices.json"
_N_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a converted model came from.

    Attributes:
        name: Name of the model.
        source: Address or path of the checkpoint.
        sha256: Of the checkpoint.
        is_known_hash: The hash was published, and is this one; else it was recorded here at the first use.
        n_bytes: Size of the checkpoint.
        converted_at: UTC, ISO 8601.
        versions: Of the packages that took part.
        tokenizer: SHA-256 of each file of the tokenizer.
        differences: The largest difference of any number of our vectors from those of each published implementation, by
            its name and version.
        architecture: Sizes of the model.
    """

    name: str
    source: str
    sha256: str
    is_known_hash: bool
    n_bytes: int
    converted_at: str
    versions: dict[str, str]
    tokenizer: dict[str, str]
    differences: dict[str, float]
    architecture: Architecture

    @property
    def info(self) -> EncoderInfo:
        """The encoder that the model makes; the checkpoint's hash is its revision."""
        return EncoderInfo(self.name, self.sha256[:_N_HASH_DIGITS], self.architecture.dim, 48_000, WINDOW_RULE)


def write_receipt(folder: Path, receipt: Receipt) -> None:
    (folder / RECEIPT).write_text(json.dumps(asdict(receipt), indent=2) + "\n", encoding="utf-8")


def find_receipt(folder: Path) -> Receipt | None:
    """Return the receipt of the model in a folder; None where there is no whole model of this format."""
    try:
        return read_receipt(folder)
    except ModelError:
        return None


def read_receipt(folder: Path) -> Receipt:
    """Return the receipt of the model in a folder.

    Raises:
        ModelError: There is none, or it cannot be read.
    """
    try:
        document: dict[str, Any] = json.loads((folder / RECEIPT).read_text("utf-8"))
        sizes = document.pop("architecture")
        lists = {name: tuple(sizes[name]) for name in ("depths", "heads")}
        return Receipt(**document, architecture=Architecture(**{**sizes, **lists}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        name = display_text(folder.name)
        raise ModelError(
            f"The model {name} is not here, or not whole. Fetch it with: earmark model get {name}"
        ) from error


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Vectors that are stored beside a model.

    Attributes:
        text_center: Mean text embedding over everyday descriptions (not unit norm), shape ``(dim,)``.
        audio_center: Mean audio embedding over varied sounds (not unit norm), shape ``(dim,)``.
        texts: Descriptions that tagging asks for, by their text.
    """

    text_center: Vector
    audio_center: Vector
    texts: dict[str, Vector]


def write_landmarks(folder: Path, landmarks: Landmarks) -> None:
    from safetensors.numpy import save_file

    rows = np.stack(list(landmarks.texts.values()))
    arrays = {"text_center": landmarks.text_center, "audio_center": landmarks.audio_center, "texts": rows}
    save_file(arrays, folder / LANDMARKS, metadata={"texts": json.dumps(list(landmarks.texts))})


def read_landmarks(folder: Path) -> Landmarks:
    """Read the vectors that are stored beside a model, without torch.

    Raises:
        ModelError: The file is missing or damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / LANDMARKS, framework="numpy") as file:
            texts = json.loads(file.metadata()["texts"])
            rows = file.get_tensor("texts")
            text_center, audio_center = (file.get_tensor(name) for name in ("text_center", "audio_center"))
            return Landmarks(text_center, audio_center, dict(zip(texts, rows, strict=True)))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        name = display_text(folder.name)
        raise ModelError(f"The model {name} is damaged. Fetch it again with: earmark model get {name}") from error


@dataclass(frozen=True, slots=True)
class Choices:
    """Settings of the user for a model; the file exists only if one was changed.

    Attributes:
        precision: One of `PRECISIONS`.
        engine: One of `ENGINES`.
    """

    precision: str = PRECISIONS[0]
    engine: str = ENGINES[0]


OPTIONS = {"precision": PRECISIONS, "engine": ENGINES}


def read_choices(folder: Path) -> Choices:
    """Read the settings of the user for the model in a folder; invalid ones are ignored."""
    try:
        document = json.loads((folder / _CHOICES).read_text("utf-8"))
    except (OSError, ValueError):
        return Choices()
    chosen = document if isinstance(document, dict) else {}
    return Choices(**{name: chosen[name] for name, values in OPTIONS.items() if chosen.get(name) in values})


def write_choice(folder: Path, option: str, value: str) -> None:
    """Keep a choice of the user's for the model in a folder.

    Raises:
        UsageError: There is no such value.
    """
    if value not in OPTIONS[option]:
        raise UsageError(f"There is no {option} {value!r}; there are {', '.join(OPTIONS[option])}.")
    choices = replace(read_choices(folder), **{option: value})
    (folder / _CHOICES).write_text(json.dumps(asdict(choices), indent=2) + "\n", encoding="utf-8")
