"""Lessons as files: the examples of a tag as vectors, for another library with the same model."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from db.errors import UsageError
from db.types import EncoderInfo, TagName, Vector
from indexer.encoders.prompts import unit

FORMAT = "earmark-lesson-1"


def write_lesson(tag: TagName, info: EncoderInfo, yes: Iterable[Vector], no: Iterable[Vector]) -> dict[str, Any]:
    """Return a lesson as plain values, for JSON.

    Args:
        tag: What is taught.
        info: The encoder that heard the examples.
        yes: Unit vectors of sounds that have the tag.
        no: Those of sounds that have it not.
    """
    return {
        "format": FORMAT,
        "facet": tag.facet,
        "name": tag.name,
        "parent": tag.parent,
        "encoder": info.fingerprint,
        "yes": [_encode(row) for row in yes],
        "no": [_encode(row) for row in no],
    }


def _encode(row: Vector) -> str:
    return base64.b64encode(row.astype("<f2").tobytes()).decode()


def read_vector(text: str) -> Vector:
    """Read one example back, as a unit vector."""
    return unit(np.frombuffer(base64.b64decode(text, validate=True), "<f2").astype(np.float32))


def read_lesson(document: Any, info: EncoderInfo) -> tuple[TagName, dict[str, Any]]:
    """Check every value of what `write_lesson` returned elsewhere.

    Returns:
        The tag, and its ``encoder``, ``yes`` and ``no``.

    Raises:
        UsageError: It is no lesson, or one of another encoder.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UsageError("This is no lesson. Lessons are made with: earmark tag export NAME")
    if document.get("encoder") != info.fingerprint:
        raise UsageError(
            f"This lesson was taught with another model ({document.get('encoder')}); "
            f"this library has {info.fingerprint}. "
            "Let both libraries have one model (earmark model use NAME), then export it again."
        )
    facet, name, parent = (document.get(key) for key in ("facet", "name", "parent"))
    if not all(isinstance(text, str) and text for text in (facet, name, parent or "none")):
        raise UsageError("This lesson does not say what it teaches.")
    lesson = {key: document.get(key) for key in ("encoder", "yes", "no")}
    if not _are_vectors(lesson["yes"], info.dim) or not _are_vectors(lesson["no"], info.dim) or not lesson["yes"]:
        raise UsageError("This lesson is damaged: its examples are not vectors of this model.")
    return TagName(str(facet), str(name), parent), lesson


def _are_vectors(texts: Any, dim: int) -> bool:
    if not isinstance(texts, Sequence) or isinstance(texts, str):
        return False
    try:
        rows = [read_vector(text) for text in texts]
    except (binascii.Error, TypeError, ValueError):
        return False
    return all(row.shape == (dim,) and np.isfinite(row).all() and row.any() for row in rows)
