"""README and licence files of sample packs: author and licence of a pack, and of sounds that they list."""

import html
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from db.types import UNKNOWN_PROVENANCE, Provenance
from indexer.provenance.file_names import provenance_of_name
from indexer.provenance.licenses import license_in

_MAX_BYTES = 256 * 1024
_MAX_DOCUMENTS = 8  # of one folder
_MAX_AUTHOR = 80  # characters
_HEAD = 800  # characters in which a licence names itself; its text may name others further down
_DOCUMENT = re.compile(
    r"(?:_?readme.*|licen[cs]e.*|copying|copyright.*|credits?|attributions?|authors?|.*[ _-]licen[cs]e)"
    r"(?:\.(?:txt|md|text))?|drumkit\.xml",
    re.IGNORECASE,
)
_XML_FIELD = re.compile(r"<(author|licen[cs]e)>\s*(.*?)\s*</\1>", re.IGNORECASE | re.DOTALL)
_AUTHOR = re.compile(
    r"^[\s*#>-]*(?:(?:authors?|artists?|creators?|recordist|producer)\s*:|(?:created|recorded|made|produced) by:?)"
    r"\s+(?P<name>\S.*)$"
    r"|^[\s*#>-]*(?:copyright|\(c\)|©)[\s(c)©]*(?:\d{4}(?:\s?[-,]\s?\d{4})*)?,?\s+(?:by\s+)?(?P<holder>[A-Z]\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_FREESOUND_USER = re.compile(
    r"^\s*-\s*(\S+) \( ?https?://(?:www\.)?freesound\.org/people/", re.IGNORECASE | re.MULTILINE
)
_FREESOUND_SOUND = re.compile(
    r"https?://(?:www\.)?freesound\.org/(?:people/(?P<user>[^/\s]+)/sounds|s)/(?P<id>\d+)", re.IGNORECASE
)
_SOUND_NAME = re.compile(
    r"`:?(?P<quoted>[\w.-]+)`"
    r"|(?P<file>[^\s/\\|:;,\"'`*][^/\\|:;,\"'`*\n]*)\.(?:wav|aiff?|flac|ogg|mp3|caf)\b",
    re.IGNORECASE,
)
_FIELD_LINE = re.compile(r"^\s*[*-]?\s*(?:url|link|source|licen[cs]e|author)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PackDocument:
    """What the documents of one folder say.

    Attributes:
        pack: Of all sounds.
        sounds: Of single ones, by file name without its extension, in lower case.
    """

    pack: Provenance
    sounds: Mapping[str, Provenance] = field(default_factory=dict)


class PackDocuments:
    """Find what the documents of packs say of their sounds; each folder is read once.

    Args:
        root: Folder that packs are in or that is one itself; documents above it are not read.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: dict[Path, PackDocument] = {}

    def of_file(self, path: Path) -> Provenance:
        """Return what is known of a file below the root.

        A document that lists the sound counts first, then the name of the file, then what documents say of the pack; of
        several folders the nearest that names a licence.
        """
        sound, pack = UNKNOWN_PROVENANCE, UNKNOWN_PROVENANCE
        for folder in path.parents:
            document = self._read(folder)
            sound = sound.or_else(document.sounds.get(path.stem.casefold(), UNKNOWN_PROVENANCE))
            pack = pack.or_else(document.pack)
            if sound.license or pack.license or folder == self._root:
                break
        return sound.or_else(provenance_of_name(path.name)).or_else(pack)

    def _read(self, folder: Path) -> PackDocument:
        if folder not in self._folders:
            self._folders[folder] = read_documents(folder)
        return self._folders[folder]


def read_documents(folder: Path) -> PackDocument:
    """Read the documents that lie directly in a folder; one that cannot be read says nothing."""
    pack, sounds = UNKNOWN_PROVENANCE, dict[str, Provenance]()
    for path in _documents(folder):
        try:
            with path.open("rb") as file:
                text = file.read(_MAX_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
        document = parse_document(text, is_xml=path.suffix.casefold() == ".xml")
        pack = pack.or_else(document.pack)
        sounds = {**document.sounds, **sounds}
    return PackDocument(pack, sounds)


def parse_document(text: str, *, is_xml: bool = False) -> PackDocument:
    """Return what a text says of a pack and of the sounds that it lists.

    Args:
        text: Of a README, a licence, or a Hydrogen drum kit.
        is_xml: Author and licence are elements of XML.
    """
    if is_xml:
        elements = {name[:3].lower(): html.unescape(value) for name, value in _XML_FIELD.findall(text)}
        return PackDocument(Provenance(author_name(elements.get("aut", "")), license_in(elements.get("lic", ""))))
    sounds = dict(_listed_sounds(text))
    users = _FREESOUND_USER.findall(text)
    author = users[0] if len(users) == 1 else None if users else _author_in(text)
    name = license_in(text[:_HEAD]) or license_in(text)
    return PackDocument(Provenance(author, name), sounds)


def _documents(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if _DOCUMENT.fullmatch(entry.name) and entry.is_file())
    except OSError:
        return []
    return [folder / name for name in names[:_MAX_DOCUMENTS]]


def _listed_sounds(text: str) -> Iterator[tuple[str, Provenance]]:
    """Yield what lines that name a sound say of it, with the lines of fields that follow."""
    name, lines = "", list[str]()
    for line in [*text.splitlines(), ""]:
        match = _SOUND_NAME.search(line)
        if name and (match or not _FIELD_LINE.match(line)):
            known = _line_provenance("\n".join(lines))
            if known != UNKNOWN_PROVENANCE:
                yield name, known
            name = ""
        if match:
            name, lines = (match["quoted"] or match["file"]).strip(" *-\t").casefold(), [line[match.end() :]]
        elif name:
            lines.append(line)


def _line_provenance(text: str) -> Provenance:
    sound = _FREESOUND_SOUND.search(text)
    author = re.search(r"author\s*:\s*(\S.*)$", text, re.IGNORECASE | re.MULTILINE)
    return Provenance(
        author=(sound and sound["user"] and unquote(sound["user"])) or (author and author_name(author[1])) or None,
        license=license_in(text),
        url=f"https://freesound.org/s/{sound['id']}/" if sound else None,
    )


def _author_in(text: str) -> str | None:
    names = {author_name(match["name"] or match["holder"]) for match in _AUTHOR.finditer(text)} - {None}
    return names.pop() if len(names) == 1 else None


def author_name(text: str) -> str | None:
    """Return a name without addresses and markup; None where it is a sentence."""
    name = re.sub(r"<[^>]*>|\[[^\]]*\]|\((?:https?:|www\.)[^)]*\)|https?://\S+", "", text).strip(" \t.,;*_`-")
    name = " ".join(name.split())
    return name if 0 < len(name) <= _MAX_AUTHOR and name.isprintable() else None
