"""The text half of the fifth revision, for libraries that were indexed with it."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np

from db.errors import ModelError
from db.types import EncoderInfo, Vector
from indexer.encoders.base import Encoder, EncoderTraits
from indexer.encoders.compact.model import (
    AUDIO_CENTER,
    GEOMETRY,
    INFO,
    WEIGHTS_FOLDER,
    CompactTextEncoder,
    load_arrays,
    load_calibration,
    tables_path,
)

EARLIER_INFO: EncoderInfo = replace(INFO, revision="5")


class EarlierTextEncoder(CompactTextEncoder):
    """Embed descriptions as the fifth revision did; its text tower is in the file of the tables."""

    info = EARLIER_INFO

    def __init__(self, weights_folder: Path = WEIGHTS_FOLDER) -> None:
        super().__init__(weights_folder, load_arrays(tables_path(weights_folder)))
        self._kept = load_arrays(weights_folder / "compact-5-search.safetensors", [AUDIO_CENTER])

    @cached_property
    def audio_center(self) -> Vector:
        """Mean embedding of training sounds, with their timbre (not unit norm)."""
        center: Vector = self._kept[AUDIO_CENTER].astype(np.float32)
        return center

    @cached_property
    def traits(self) -> EncoderTraits:
        """Properties of the vectors that searching and tagging depend on."""
        return replace(
            GEOMETRY,
            calibration=load_calibration(self._folder / "compact-5-calibration.json"),
        )


def refuse_to_embed(_: int) -> Encoder:
    """Stand in for the audio half of the fifth revision, whose weights are gone.

    Raises:
        ModelError: Always.
    """
    raise ModelError(
        "This library was made with an earlier revision of the built-in model. It can be searched as before; for new "
        f"sounds, embed all of them with the better one: earmark model use {INFO.name}"
    )
