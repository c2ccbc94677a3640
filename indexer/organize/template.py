"""Templates of paths: ``{type}/{bpm?}/{name}``."""

import difflib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from db.errors import UsageError
from db.paths import display_text
from indexer.organize.fields import FIELDS, Subject

_PIECE = re.compile(r"\{([^{}]*)\}")
_FIELD = re.compile(r"\s*([A-Za-z_ -]*?)\s*(\?|\|(.*))?\s*")
_SEPARATORS = " _-.,"
_DOUBLED = re.compile(r"([ _.,-]+)\x01[ _.,-]*")  # an empty optional field between separators
_GONE = "\x01"
_SLASHES = re.compile(r"[/\\]+")


class _Piece(NamedTuple):
    """Text or a field; a field may be optional, or have a text to use where the sound has no value."""

    text: str = ""
    field: str = ""
    is_optional: bool = False
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A field for which a sound has no value."""

    field: str


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template.

    Attributes:
        text: The template as the user wrote it.
    """

    text: str
    _segments: tuple[tuple[_Piece, ...], ...]
    _has_extension: bool

    @classmethod
    def parse(cls, text: str) -> "Template":
        """Parse a template.

        ``{field}`` is required, ``{field?}`` is left out where a sound has no value, ``{field|word}`` is the word
        there. A template that ends with a slash keeps the file name.

        Raises:
            UsageError: The template is invalid.
        """
        form = "such as: {type}/{bpm?}/{name}"
        clean = text.strip()
        if not clean:
            raise UsageError(f"The template is empty. Give one, {form}")
        if clean.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:[/\\]", clean):
            raise UsageError("A template is a path below a folder of the library. For another folder: --to FOLDER")
        if clean.endswith("/"):
            clean += "{name}"
        segments = tuple(_pieces(part) for part in _split(clean) if part)
        if any(len(part) == 1 and part[0].text in {".", ".."} for part in segments):
            raise UsageError("A template cannot contain .. as a folder. For another folder: --to FOLDER")
        last = segments[-1]
        if all(piece.is_optional for piece in last):
            raise UsageError(f"The file name in the template may not be optional, {form}")
        return cls(text.strip(), segments, any(piece.field == "ext" for piece in last))

    def render(self, subject: Subject) -> tuple[str, ...] | Missing:
        """Return folders and file name for a file, not yet portable, or the field that the sound lacks.

        The file name has the extension of the file.
        """
        parts = []
        *folders, last = self._segments
        for segment in folders:
            found = _fill(segment, subject)
            if isinstance(found, Missing):
                return found
            parts += [part for part in found.split("/") if part]
        name = _fill(last, subject)
        if isinstance(name, Missing):
            return name
        *more, name = [part for part in name.split("/") if part] or [""]
        if not self._has_extension:
            name += PurePosixPath(display_text(subject.file.relpath)).suffix
        return (*parts, *more, name)


def _split(text: str) -> list[str]:
    """Split at slashes outside of braces."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if letter == "/" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _pieces(segment: str) -> tuple[_Piece, ...]:
    pieces, end = [], 0
    for match in _PIECE.finditer(segment):
        if match.start() > end:
            pieces.append(_literal(segment[end : match.start()]))
        pieces.append(_field(match[1]))
        end = match.end()
    if end < len(segment):
        pieces.append(_literal(segment[end:]))
    return tuple(pieces)


def _literal(text: str) -> _Piece:
    if "{" in text or "}" in text:
        raise UsageError("A brace in the template has no partner. A field is written like {type}")
    return _Piece(text)


def _field(text: str) -> _Piece:
    match = _FIELD.fullmatch(text)
    name = "" if match is None else match[1].lower()
    if match is None or name not in FIELDS:
        asked = name or text.strip()
        near = difflib.get_close_matches(asked.lower(), FIELDS, n=1)
        hint = f" Do you mean {{{near[0]}}}?" if near else " For the list: earmark organize fields"
        raise UsageError(f"There is no field {{{display_text(asked)}}}.{hint}")
    return _Piece(field=name, is_optional=match[2] == "?", instead=match[3])


def _fill(segment: tuple[_Piece, ...], subject: Subject) -> str | Missing:
    filled = ""
    for piece in segment:
        if not piece.field:
            filled += piece.text
            continue
        field = FIELDS[piece.field]
        value = field.read(subject)
        if value is not None and not field.can_be_path:
            value = _SLASHES.sub("_", value)
        value = value or piece.instead
        if value is not None:
            filled += value
        elif piece.is_optional or field.read(subject) == "":
            filled += _GONE
        else:
            return Missing(piece.field)
    if _GONE in filled:
        filled = _DOUBLED.sub(r"\1", filled).replace(_GONE, "").strip(_SEPARATORS)
    return filled
