"""What is true of recordings: the words of a dry sound, of its chain and of measurement, and captions that say so."""

from collections.abc import Sequence

import numpy as np
import torch

from training.captions import PROMPTS, SYNONYMS, Facts
from training.dry import text_tower
from training.objective import soft_targets
from training.studio import WORDS, Dice, contradictions

MEASURED = ("dark", "bright", "short", "long")
_TOLD = (*WORDS, *MEASURED)
_PHRASINGS = 4
_MIN_MEASURED = 10  # recordings of a kind, before any is called short


class Truths:
    """Facts of dry sounds as tensors, and what recordings of them may be called.

    Args:
        facts: Of each dry sound.
        device: Where they are kept.
    """

    def __init__(self, facts: Sequence[Facts], device: torch.device) -> None:
        self._device = device
        self.kind_names = sorted({fact.kind for fact in facts})
        self.kinds = _places([fact.kind for fact in facts], self.kind_names).to(device)
        families = sorted({fact.family for fact in facts})
        self._families = _places([fact.family for fact in facts], families).to(device)
        said = {word for fact in facts for word in (*fact.character, *fact.source)}
        vocabulary = sorted(said | set(_TOLD))
        columns = {word: column for column, word in enumerate(vocabulary)}
        words = torch.zeros(len(facts), len(columns), dtype=torch.bool)
        for row, fact in enumerate(facts):
            words[row, [columns[word] for word in (*fact.character, *fact.source)]] = True
        self._words = words.to(device)
        self._untrue = contradictions(vocabulary).float().to(device)
        self._told = torch.tensor([columns[word] for word in _TOLD], device=device)
        self._limits = torch.tensor([-1e9, 1e9, -1e9, 1e9], device=device).repeat(len(self.kind_names), 1)
        self._read_names({fact.kind: fact.aliases for fact in facts})

    def measure(self, kinds: torch.Tensor, centroid: torch.Tensor, seconds: torch.Tensor) -> None:
        """Learn from some recordings where the dark, bright, short and long fifth of each kind lie."""
        share = torch.tensor([0.2, 0.8], device=self._device)
        for kind in range(len(self.kind_names)):
            is_kind = kinds == kind
            if int(is_kind.sum()) >= _MIN_MEASURED:
                self._limits[kind] = torch.cat([centroid[is_kind].quantile(share), seconds[is_kind].quantile(share)])

    def words(
        self, chosen: torch.Tensor, said: torch.Tensor, centroid: torch.Tensor, seconds: torch.Tensor
    ) -> torch.Tensor:
        """Join the words of dry sounds with what their chains said and what is measured; the chain has the last word.

        Args:
            chosen: Which dry sounds, shape ``(n,)``.
            said: Which of ``studio.WORDS``, shape ``(n, len(WORDS))``.
            centroid: Of each recording.
            seconds: Of each recording.
        """
        words = self._words[chosen] & ~(said.float() @ self._untrue > 0)
        limits = self._limits[self.kinds[chosen]]
        measured = (
            centroid <= limits[:, 0],
            centroid >= limits[:, 1],
            seconds <= limits[:, 2],
            seconds >= limits[:, 3],
        )
        n_said = said.shape[1]
        words[:, self._told[:n_said]] |= said
        words[:, self._told[n_said:]] = torch.stack(measured, 1)
        return words

    def captions(self, chosen: torch.Tensor, own: torch.Tensor, words: torch.Tensor, dice: Dice) -> torch.Tensor:
        """Take a caption of the dry sound where it is still true, or one that tells what is true now, or the name.

        Args:
            chosen: Which dry sounds, shape ``(n,)``.
            own: What their captions say, the bare kind first, shape ``(n, n_captions, DIM)``.
            words: What ``words`` gave.
            dice: What chooses.
        """
        n = len(chosen)
        is_true = ~(self._words[chosen] & ~words).any(1)
        rows = own[torch.arange(n, device=self._device), dice.integers(own.shape[1], n) * is_true].float()
        told = words[:, self._told].float()
        tells = (told.any(1) & dice.chance(0.45, n)[:, 0]).nonzero()[:, 0]
        if len(tells):
            which = torch.multinomial(told[tells], 1, generator=dice.generator)[:, 0]
            rows[tells] = self._told_rows[self.kinds[chosen[tells]], which, dice.integers(_PHRASINGS, len(tells))]
        return rows

    def targets(self, chosen: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Share each sound's attention among the batch."""
        return soft_targets(self.kinds[chosen], self._families[chosen], words)

    def _read_names(self, aliases: dict[str, Sequence[str]]) -> None:
        tower, rng, n_kinds = text_tower(), np.random.default_rng(3), len(self.kind_names)
        prompts = [prompt.format(kind) for kind in self.kind_names for prompt in PROMPTS]
        self.name_rows = torch.from_numpy(tower.embed(prompts)).view(n_kinds, len(PROMPTS), -1).to(self._device)
        texts = [
            f"{said} {name}"
            for kind in self.kind_names
            for word in _TOLD
            for said, name in zip(_sayings(word, rng), _names(kind, aliases[kind], rng), strict=True)
        ]
        rows = torch.from_numpy(tower.embed(texts)).view(n_kinds, len(_TOLD), _PHRASINGS, -1)
        self._told_rows = rows.to(self._device)


def _places(values: Sequence[str], order: Sequence[str]) -> torch.Tensor:
    place = {value: number for number, value in enumerate(order)}
    return torch.tensor([place[value] for value in values])


def _sayings(word: str, rng: np.random.Generator) -> list[str]:
    others = SYNONYMS.get(word, (word,))
    return [word, word, *(str(rng.choice(others)) for _ in range(_PHRASINGS - 2))]


def _names(kind: str, aliases: Sequence[str], rng: np.random.Generator) -> list[str]:
    return [kind, *(str(rng.choice(aliases)) if aliases else kind for _ in range(_PHRASINGS - 1))]
