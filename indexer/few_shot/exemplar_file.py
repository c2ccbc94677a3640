"""Exemplar files: the examples of a few-shot tag as vectors, for another library with the same model."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from db.errors import UsageError
from db.types import EncoderInfo, TagName, Vector
from indexer.encoders.prompts import unit

FORMAT = "earmark-exemplars-1"


def write_exemplars(tag: TagName, info: EncoderInfo, yes: Iterable[Vector], no: Iterable[Vector]) -> dict[str, Any]:
    """Return the examples of a tag as plain values, for JSON.

    Args:
        tag: The few-shot tag.
        info: The encoder that embedded the examples.
        yes: Unit vectors of sounds that have the tag.
        no: Those of sounds that have it not.
    """
    return {
        "format": FORMAT,
        "facet": tag.facet,
        "name": tag.name,
        "parent": tag.parent,
        "encoder": info.fingerprint,
        "yes": [_encode_vector(row) for row in yes],
        "no": [_encode_vector(row) for row in no],
    }


def _encode_vector(row: Vector) -> str:
    return base64.b64encode(row.astype("<f2").tobytes()).decode()


def decode_vector(text: str) -> Vector:
    """Read one example back, as a unit vector."""
    return unit(np.frombuffer(base64.b64decode(text, validate=True), "<f2").astype(np.float32))


def read_exemplars(document: Any, info: EncoderInfo) -> tuple[TagName, dict[str, Any]]:
    """Check every value of what `write_exemplars` returned elsewhere.

    Returns:
        The tag, and its ``encoder``, ``yes`` and ``no``.

    Raises:
        UsageError: It is no exemplar file, or one of another encoder.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UsageError("This is no file of examples. One is made with: earmark tag export NAME")
    if document.get("encoder") != info.fingerprint:
        raise UsageError(
            f"These examples are of another model ({document.get('encoder')}); "
            f"this library has {info.fingerprint}. "
            "Let both libraries have one model (earmark model use NAME), then export it again."
        )
    facet, name, parent = (document.get(key) for key in ("facet", "name", "parent"))
    if not all(isinstance(text, str) and text for text in (facet, name, parent or "none")):
        raise UsageError("This file does not say which tag its examples are of.")
    exemplars = {key: document.get(key) for key in ("encoder", "yes", "no")}
    if (
        not _are_vectors(exemplars["yes"], info.dim)
        or not _are_vectors(exemplars["no"], info.dim)
        or not exemplars["yes"]
    ):
        raise UsageError("This file is damaged: its examples are not vectors of this model.")
    return TagName(str(facet), str(name), parent), exemplars


def _are_vectors(texts: Any, dim: int) -> bool:
    if not isinstance(texts, Sequence) or isinstance(texts, str):
        return False
    try:
        rows = [decode_vector(text) for text in texts]
    except (binascii.Error, TypeError, ValueError):
        return False
    return all(row.shape == (dim,) and np.isfinite(row).all() and row.any() for row in rows)
