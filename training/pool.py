"""Recordings that are drawn several times before others take their place, each time cropped anew.

To record a sound costs a CPU ten times what the towers need to learn from it.
"""

from dataclasses import dataclass, fields

import torch

from indexer.encoders.compact.frontend import DYNAMIC_RANGE_DB
from training.studio import Dice

_LATE_SHARE = 0.4  # of the crops


@dataclass
class Recordings:
    """Recordings of dry sounds.

    Attributes:
        chosen: Which dry sounds, shape ``(n,)``.
        pictures: dB below the loudest cell, shape ``(n, N_CHANNELS, N_MELS, n_columns)``.
        columns: How many of the columns each fills, shape ``(n,)``.
        seconds: Length of each whole sound, shape ``(n,)``.
        said: What the chain made of each, as columns of ``studio.WORDS``.
    """

    chosen: torch.Tensor
    pictures: torch.Tensor
    columns: torch.Tensor
    seconds: torch.Tensor
    said: torch.Tensor

    def __len__(self) -> int:
        return len(self.chosen)

    def parts(self) -> list[torch.Tensor]:
        """Return every field, in order."""
        return [getattr(self, field.name) for field in fields(self)]

    def take(self, rows: torch.Tensor) -> "Recordings":
        """Return some of them, in the order of ``rows``."""
        return Recordings(*(part[rows] for part in self.parts()))


class Pool:
    """Pairs of recordings, each pair of one dry sound; new ones take the place of the oldest.

    Args:
        n_pairs: How many it holds.
        dice: What draws from it.
    """

    def __init__(self, n_pairs: int, dice: Dice) -> None:
        self._n_pairs, self._dice = n_pairs, dice
        self._held: Recordings | None = None  # twins ``n_pairs`` rows apart
        self._n_put = 0

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self._n_put >= self._n_pairs

    def put(self, pairs: Recordings) -> None:
        """Add recordings, of which the second half are twins of the first."""
        if self._held is None:
            self._held = Recordings(*(part.new_zeros((2 * self._n_pairs, *part.shape[1:])) for part in pairs.parts()))
        n_new = len(pairs) // 2
        places = (self._n_put + torch.arange(n_new, device=pairs.chosen.device)) % self._n_pairs
        for held, new in zip(self._held.parts(), pairs.parts(), strict=True):
            held[places], held[places + self._n_pairs] = new[:n_new], new[n_new:]
        self._n_put += n_new

    def draw(self, n_pairs: int) -> Recordings:
        """Take random pairs, twins half of the rows apart."""
        assert self._held is not None
        n_held = min(self._n_put, self._n_pairs)
        places = torch.randperm(n_held, generator=self._dice.generator, device=self._dice.device)[:n_pairs]
        return self._held.take(torch.cat([places, places + self._n_pairs]))


def cropped(recordings: Recordings, dice: Dice, shortest: int, longest: int) -> Recordings:
    """Cut a part of random length out of each, of most from its start; in columns, even on a log scale."""
    n, columns = len(recordings), recordings.columns
    length = torch.minimum(columns, dice.log_uniform(shortest, longest, n)[:, 0].long())
    start = (dice.uniform(0, 1, n) * dice.chance(_LATE_SHARE, n))[:, 0] * (columns - length)
    time = torch.arange(min(longest, recordings.pictures.shape[3]), device=columns.device)
    place = (start.long()[:, None] + time).clamp(max=recordings.pictures.shape[3] - 1)[:, None, None]
    pictures = recordings.pictures.gather(3, place.expand(-1, *recordings.pictures.shape[1:3], -1))
    is_real = time < length[:, None]
    pictures = pictures.masked_fill(~is_real[:, None, None], -DYNAMIC_RANGE_DB)
    return Recordings(recordings.chosen, pictures, length, recordings.seconds, recordings.said)
