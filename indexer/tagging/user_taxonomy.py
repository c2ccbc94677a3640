"""Facets and tags that a user adds: ``taxonomy.toml``, in the folder of the library or on its server."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from db.errors import UsageError, system_reason
from db.library import Library
from db.paths import display_text
from indexer.tagging.filename_parser import words_in
from indexer.tagging.taxonomy import TYPE_LISTS, TYPE_TEXTS, SoundType, Taxonomy, UserTag, built_in, sound_type

FILE_NAME = "taxonomy.toml"
_MAX_BYTES = 1 << 20
_TAKEN = frozenset({"user", "form", "character"})  # facets whose tags come from elsewhere
_LISTS = ("phrases", "words", "not")

EXAMPLE = """\
# Facets and tags of your own. After a change: earmark tag renew (no file is read again).
#   phrases  how it sounds, in words that the model compares with each sound; several are better than one
#   words    what file and folder names call it
#   not      words in a name that exclude it

# A type, under a family that is there (drums, bass, melodic, vocal, fx) or a new one. Of a type that is there already,
# phrases and words are added to those it has; a word that another type had is yours now. For types alone:
#   weak     words that count in a name where no other word does
#   with     words that make it of a sound of its group, wherever they stand ("open" of a hi-hat)
#   group    a broader type that searches find it by
[type.drums.taiko]
phrases = ["taiko drum", "big japanese drum"]
words = ["taiko", "odaiko"]
not = ["no taiko"]
group = "percussion"

# A facet of your own. Sounds get the tag whose phrases fit best, where one clearly does and fits better than most
# types, and all that their names hold.
[era.eighties]
phrases = ["1980s drum machine", "gated reverb"]
words = ["80s", "eighties", "linn"]
[era.vintage]
phrases = ["old vinyl recording", "1960s soul recording"]
words = ["60s", "vintage"]
"""


def read_taxonomy(library: Library) -> Taxonomy:
    """Return the taxonomy of a library: the built-in one and what the user added.

    Raises:
        UsageError: What the user wrote cannot be understood; the sentence says where and shows the right form.
    """
    try:
        data = library.document(FILE_NAME)
    except OSError as error:
        path = display_text(library.folder / FILE_NAME)
        raise UsageError(f"{path} cannot be read: {system_reason(error)}.") from error
    return built_in() if data is None else parse_taxonomy(data)


def parse_taxonomy(data: bytes) -> Taxonomy:
    """Add what a user wrote to the built-in taxonomy.

    Raises:
        UsageError: It cannot be understood.
    """
    if len(data) > _MAX_BYTES:
        raise _fault("the file", "holds more than a megabyte; nobody has that many tags")
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        fault = "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else error
        text = f"{FILE_NAME} is not TOML: {fault}. An example is printed by: earmark taxonomy --example"
        raise UsageError(display_text(text)) from error
    types = {kind.name: kind for kind in built_in().types}
    for family, name, entry in _entries("type", document.pop("type", {})):
        added = _type(family, name, entry)
        words = frozenset((*added.words, *added.weak_words))
        types = {known: _without_words(kind, words) for known, kind in types.items()}
        types[name] = _merged(types.get(name), added)
    tags = tuple(_user_tag(facet, name, entry) for facet, name, entry in _facet_entries(document))
    _check_groups(types)
    _check_names(types.keys(), tags)
    digest = hashlib.sha256(built_in().digest.encode() + data).hexdigest()[:16]
    return Taxonomy(tuple(types.values()), built_in().pairs, digest, tags)


def _facet_entries(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for facet, entries in document.items():
        if facet in _TAKEN:
            raise _fault(f"[{facet}]", "is a facet of earmark's own; give yours another name")
        _check_name(facet, f"[{facet}]")
        yield from ((facet, name, entry) for _, name, entry in _entries(facet, {facet: entries}))


def _entries(top: str, families: Any) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield family (or facet), name and table of each tag."""
    form = f"[{top}.FAMILY.NAME]" if top == "type" else f"[{top}.NAME]"
    if not isinstance(families, dict):
        raise _fault(top, f"is no table; tags are written as {form}")
    for family, entries in families.items():
        place = f"[type.{family}]" if top == "type" else f"[{family}]"
        if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
            raise _fault(place, f"holds something that is no tag; tags are written as {form}")
        for name, entry in entries.items():
            _check_name(name, f"{place[:-1]}.{name}]")
            _check_name(family, place)
            yield family, name, entry


def _type(family: str, name: str, entry: Mapping[str, Any]) -> SoundType:
    place = f"[type.{family}.{name}]"
    checked = _checked(entry, place, TYPE_LISTS, extra=TYPE_TEXTS)
    if entry.get("form") not in (None, "loop"):
        raise _fault(place, 'has a form that is not known; the only one is form = "loop"')
    for key in ("group", "default"):
        if not isinstance(entry.get(key, ""), str):
            raise _fault(place, f'has a {key} that is no text; write {key} = "tom"')
    return sound_type(family, name, {**entry, **checked})


def _merged(known: SoundType | None, new: SoundType) -> SoundType:
    """Add what a user says of a type to what is known of it."""
    place = f"[type.{new.family}.{new.name}]"
    if known is None:
        if not new.phrases and not new.words and not new.weak_words:
            raise _fault(place, 'has neither phrases nor words, so no sound could get it; write phrases = ["..."]')
        return replace(new, phrases=new.phrases or (new.name,))
    if new.family != known.family:
        raise _fault(place, f"is known already, under {known.family}: write [type.{known.family}.{known.name}]")
    return replace(
        known,
        phrases=(*known.phrases, *new.phrases),
        words=(*known.words, *new.words),
        weak_words=(*known.weak_words, *new.weak_words),
        with_words=(*known.with_words, *new.with_words),
        excluded=(*known.excluded, *new.excluded),
        group=new.group or known.group,
        default=new.default or known.default,
        form=new.form or known.form,
    )


def _without_words(kind: SoundType, words: frozenset[str]) -> SoundType:
    """Take from a type the words that the user gave to another one."""
    listed, weak = (tuple(word for word in kept if word not in words) for kept in (kind.words, kind.weak_words))
    return replace(kind, words=listed, weak_words=weak)


def _check_groups(types: Mapping[str, SoundType]) -> None:
    for kind in types.values():
        if kind.default is not None and kind.default not in types:
            raise _fault(f"[type.{kind.family}.{kind.name}]", f"has the default {kind.default!r}, which is no type")
        place, seen, group = f"[type.{kind.family}.{kind.name}]", {kind.name}, kind.group
        while group is not None:
            if group not in types or types[group].family != kind.family:
                raise _fault(place, f"has the group {group!r}, which is no type under {kind.family}")
            if group in seen:
                raise _fault(place, "belongs to itself by its group")
            seen.add(group)
            group = types[group].group


def _user_tag(facet: str, name: str, entry: Mapping[str, Any]) -> UserTag:
    place = f"[{facet}.{name}]"
    checked = _checked(entry, place, _LISTS)
    if not checked["phrases"] and not checked["words"]:
        raise _fault(place, 'has neither phrases nor words, so no sound could get it; write phrases = ["..."]')
    return UserTag(facet, name, *(checked[key] for key in _LISTS))


def _checked(
    entry: Mapping[str, Any], place: str, lists: tuple[str, ...], extra: tuple[str, ...] = ()
) -> dict[str, tuple[str, ...]]:
    """Return the lists of a table by their keys; words as they are found in names."""
    unknown = sorted(entry.keys() - {*lists, *extra})
    if unknown:
        raise _fault(place, f"has a line {unknown[0]!r} that is not known; known are {', '.join((*lists, *extra))}")
    for key in lists:
        texts = entry.get(key, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise _fault(place, f'has {key} that are no list of texts; write {key} = ["one", "two"]')
    found = {key: tuple(" ".join(words_in(text)) for text in entry.get(key, [])) for key in lists}
    if not all(word for key in lists if key != "phrases" for word in found[key]):
        raise _fault(place, "has a word without a letter or a digit, which no name holds")
    return found | {"phrases": tuple(entry.get("phrases", []))}


def _check_name(name: str, place: str) -> None:
    if name != " ".join(name.split()) or not name or '"' in name or "/" in name or not name.isprintable():
        raise _fault(place, "needs a name of letters that can be shown, without quotes and slashes")


def _check_names(types: Iterable[str], tags: tuple[UserTag, ...]) -> None:
    """Refuse one name in two places: ``tag:NAME`` would not tell which is meant."""
    taken = dict.fromkeys(types, "type")
    for pair in built_in().pairs:
        taken |= dict.fromkeys(pair.names, "character")
    for tag in tags:
        if tag.name in taken:
            raise _fault(f"[{tag.facet}.{tag.name}]", f"has a name that the facet {taken[tag.name]} has already")
        taken[tag.name] = tag.facet


def _fault(place: str, what: str) -> UsageError:
    return UsageError(display_text(f"{FILE_NAME}: {place} {what}."))
