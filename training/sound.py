"""What a recipe makes: a sound, and what is true of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 48_000

Waveform: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Sound:
    """One dry training sound before the recording chain.

    Attributes:
        waveform: Mono float32 at 48 kHz, shape ``(n_frames,)``, finite, 0.03 to 8 seconds.
        kind: What a producer would file it under, as a plain noun phrase: ``"kick drum"``, ``"closed hi-hat"``.
        family: ``"drums"``, ``"percussion"``, ``"bass"``, ``"melodic"``, ``"vocal"``, ``"fx"``, ``"loop"``.
        aliases: Other words for the same kind, abbreviations too: ``("bass drum", "bd", "kick")``.
        source: How it is made or what plays it: ``("808", "analog", "drum machine")``.
        character: Words that are true of this very sound: ``("dark", "short", "punchy")``.
        origin: Who recorded it, or how it was synthesized; sounds of one origin are drawn as one.
    """

    waveform: Waveform
    kind: str
    family: str
    aliases: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    character: tuple[str, ...] = ()
    origin: str = ""


Recipe: TypeAlias = Callable[[np.random.Generator], Sound]
