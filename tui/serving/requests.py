"""What requests may say; the OpenAPI document is made of these declarations."""

import re
from typing import Annotated, TypeAlias

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from db.paths import without_controls
from tui.serving.sound_files import SOUND_NAME

MOST_HITS = 200
MOST_SOUNDS = 500  # in one edit
_MOST_LETTERS = 1000  # of a query line
_MOST_DIGITS = 10**18  # of an id

_HALVES = re.compile("[\ud800-\udfff]")


def _plain(text: str) -> str:
    """Refuse what no name holds, and JSON can: control characters, and halves of a pair of UTF-16.

    Raises:
        ValueError: It holds some.
    """
    if text != without_controls(text) or _HALVES.search(text):
        raise ValueError("control characters and halves of characters are not allowed")
    return text


Plain: TypeAlias = Annotated[str, AfterValidator(_plain)]
Line: TypeAlias = Annotated[
    Plain, Field(max_length=_MOST_LETTERS, description="Words and filters, as for `earmark search`.")
]
Count: TypeAlias = Annotated[int, Field(ge=1, le=MOST_HITS, description="How many sounds at most.")]
Sort: TypeAlias = Annotated[Plain, Field(max_length=100, description="Orders with commas, such as `tempo,-length`.")]
Fold: TypeAlias = Annotated[bool, Field(description="Near-identical sounds stand behind the best of them.")]
Name: TypeAlias = Annotated[Plain, Field(min_length=1, max_length=200)]
SoundId: TypeAlias = Annotated[int, Field(ge=1, lt=_MOST_DIGITS)]
SoundText: TypeAlias = Annotated[str, Field(pattern=SOUND_NAME)]
SoundPath: TypeAlias = Annotated[str, Path(pattern=SOUND_NAME, description="Id of a sound, or hash of its audio.")]
Sounds: TypeAlias = Annotated[
    list[SoundId | SoundText],
    Field(min_length=1, max_length=MOST_SOUNDS, description="Ids of sounds, or hashes of their audio."),
]
End: TypeAlias = Annotated[
    Plain,
    Field(min_length=1, max_length=_MOST_LETTERS, description="Words, or `sound:` and an id or hash: `sound:412`."),
]


class _Strict(BaseModel):
    """A misspelt name is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class SearchQuery(_Strict):
    q: Line = ""
    k: Count = 20
    sort: Sort = ""
    fold: Fold = True


class LiveQuery(SearchQuery):
    """A message to the WebSocket; the answer repeats its ``id``."""

    id: Annotated[int, Field(ge=0, lt=1 << 53)] = 0


class BlendQuery(_Strict):
    start: End
    end: End
    steps: Annotated[int, Field(ge=2, le=64, description="Sounds on the path, both ends included.")] = 8
    at: Annotated[float | None, Field(ge=0, le=1, description="One point between the ends in place of the path.")] = (
        None
    )
    where: Line = ""
    k: Annotated[int, Field(ge=1, le=MOST_HITS, description="How many sounds around one point.")] = 12


class TagsQuery(_Strict):
    place: Annotated[Plain, Field(max_length=200, description="A facet, a family or a tag: `drums/kick`.")] = ""
    where: Line = ""


class PictureQuery(_Strict):
    width: Annotated[int, Field(ge=16, le=4096)] = 800
    height: Annotated[int, Field(ge=16, le=1024)] = 120


class Annotate(_Strict):
    """What is left out stays as it is."""

    sounds: Sounds
    stars: Annotated[int | None, Field(ge=0, le=5, description="0 takes the stars away.")] = None
    note: Annotated[Plain | None, Field(max_length=2000, description="An empty one removes it.")] = None
    is_hidden: Annotated[bool | None, Field(description="Lists leave it out.")] = None


class Named(_Strict):
    name: Name
    sounds: Sounds
