"""RoBERTa's tokenizer, with a check that it fits the model."""

from collections.abc import Sequence
from pathlib import Path

from db.errors import ModelError

_MAX_TOKENS = 77  # longer texts were cut in training
_AGAIN = "Fetch it again with: earmark model get"
_START, _END, _UNKNOWN = "<s>", "</s>", "<unk>"

# Ids that every RoBERTa gives; a tokenizer that was made of nothing gives every text the same few.
GOLDEN_IDS = {
    "Hello world!": [0, 31414, 232, 328, 2],
    "This is an example": [0, 713, 16, 41, 1246, 2],
    "Hello world! cécé herlolip 418": [0, 31414, 232, 328, 740, 1140, 12695, 69, 46078, 1588, 2],
}
GOLDEN_SIZE = 50_265


class Tokenizer:
    """Texts to token ids.

    Args:
        vocabulary: ``vocab.json``.
        merges: ``merges.txt``.

    Raises:
        ModelError: A file is missing or damaged.
    """

    def __init__(self, vocabulary: Path, merges: Path) -> None:
        from tokenizers import Tokenizer as Pipeline
        from tokenizers.models import BPE
        from tokenizers.pre_tokenizers import ByteLevel

        try:
            model = BPE.from_file(str(vocabulary), str(merges), unk_token=_UNKNOWN)
        except Exception as error:  # the package raises bare ones
            raise ModelError(f"The tokenizer in {vocabulary.parent} is damaged. {_AGAIN}") from error
        self._pipeline = Pipeline(model)
        self._pipeline.pre_tokenizer = ByteLevel(add_prefix_space=False)
        start, end = (self._pipeline.token_to_id(mark) for mark in (_START, _END))
        if start is None or end is None:
            raise ModelError(f"The tokenizer in {vocabulary.parent} is not RoBERTa's. {_AGAIN}")
        self._bounds = start, end

    def __len__(self) -> int:
        return int(self._pipeline.get_vocab_size())

    def ids(self, text: str) -> list[int]:
        """Return the ids of one text with begin and end tokens, at most 77."""
        start, end = self._bounds
        return [start, *self._pipeline.encode(text).ids[: _MAX_TOKENS - 2], end]

    def check(self, n_rows: int, golden: dict[str, Sequence[int]] | None = None) -> None:
        """Check that the tokenizer belongs to the model.

        Args:
            n_rows: Rows of the model's vocabulary.
            golden: Texts with the ids that they must get; for RoBERTa's vocabulary `GOLDEN_IDS`, for another none.

        Raises:
            ModelError: It would give every text the same vector, or a wrong one.
        """
        if len(self) != n_rows:
            raise ModelError(f"The tokenizer has {len(self)} entries where the model has {n_rows}. {_AGAIN}")
        expected = GOLDEN_IDS if golden is None and n_rows == GOLDEN_SIZE else golden or {}
        for text, ids in expected.items():
            if self.ids(text) != list(ids):
                raise ModelError(f"The tokenizer reads {text!r} in another way than RoBERTa's. {_AGAIN}")
