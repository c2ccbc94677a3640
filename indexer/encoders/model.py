"""The interface of a model: is it installed, how to fetch it, how to start it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from db.errors import UsageError
from db.types import EncoderInfo
from indexer.encoders.base import Encoder, TextEncoder

if TYPE_CHECKING:
    from indexer.encoders.process import EncoderProcess

OnBytes = Callable[[str, int, int], None]  # file name, bytes here, bytes in all; 0 where unknown
OnStep = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """Result of fetching a model.

    Attributes:
        receipt: Where it came from, for JSON.
        lines: The same in sentences.
    """

    receipt: dict[str, Any]
    lines: tuple[str, ...]


class Model(ABC):
    """One line of ``earmark model list``.

    Attributes:
        name: As the user calls it.
        description: One line.
        reads_text_here: Whether texts are read without torch, in the process that asks.
        is_light: Whether a few sounds are sooner embedded in the process that asks than in one of their own.
        embeds: Whether it embeds new sounds; an earlier revision only reads descriptions.
        options: What a user can choose, and between which values.
    """

    name: str
    description: str
    reads_text_here: bool = False
    is_light: bool = False
    embeds: bool = True
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @property
    @abstractmethod
    def info(self) -> EncoderInfo | None:
        """What its vectors are; None while the model is not here."""

    @property
    def is_present(self) -> bool:
        return self.info is not None

    @abstractmethod
    def load(self, n_threads: int) -> Encoder:
        """Load the whole model in this process, to compute with so many threads.

        Raises:
            ModelError: The model is not here, or its weights are damaged.
        """

    @abstractmethod
    def start(self, n_threads: int | None = None) -> "EncoderProcess":
        """Return the whole model behind a child process that starts at first need and ends with the ``with`` block.

        Args:
            n_threads: To compute with; by default as suits this machine.

        Raises:
            ModelError: The model is not here, or its weights are damaged.
        """

    def load_text_encoder(self) -> TextEncoder:
        """Load the half of the model that a text search needs; torch stays out of this process.

        Raises:
            ModelError: The model is not here, or its weights are damaged.
        """
        return self.start()

    def fetch(self, file: Path | None, on_bytes: OnBytes, on_step: OnStep) -> Fetched:
        """Fetch the model and make it ready for use.

        Args:
            file: Its checkpoint, where it is on disk already.
            on_bytes: Called with the progress of downloads.
            on_step: Called with the name of each later step.

        Raises:
            UsageError: There is nothing to fetch.
            ModelError: A file cannot be fetched, or fails its check.
        """
        raise UsageError(f"The model {self.name} needs no fetching; it is part of earmark.")

    def is_checkpoint(self, file: Path) -> bool:
        """Say whether a file has the name of this model's checkpoint."""
        return False

    def choose(self, option: str, value: str) -> None:
        """Store a setting of the user.

        Raises:
            UsageError: There is no such choice.
            ModelError: The chosen engine is not installed.
        """
        raise UsageError(f"The model {self.name} has no choice of {option}; leave --{option} out.")

    def origin(self) -> str | None:
        """Say in one sentence where a fetched model came from and how it was checked; None where that is not asked."""
        return None
