"""Tags that the user sets on many sounds at once; each change is one transaction and can be undone."""

from collections.abc import Iterable, Sequence

from db.errors import UsageError
from db.library import Library
from db.resolution import ONE_OF_FACETS
from db.types import Source, TagKey, TagName
from db.write.records import TagEdit
from indexer.features.loop_classifier import FORMS
from indexer.tagging.taxonomy import Taxonomy, built_in
from indexer.tagging.user_taxonomy import read_taxonomy

_OTHERS = tuple(source for source in Source if source is not Source.USER)


def find_tag(library: Library, name: str) -> TagName:
    """Return the tag of a name in a library: `tag_named` by its taxonomy.

    Raises:
        UsageError: The name cannot be one, or the user's taxonomy cannot be understood.
    """
    return tag_named(name, read_taxonomy(library))


def tag_named(name: str, taxonomy: Taxonomy | None = None) -> TagName:
    """Return the tag of a name in a taxonomy, the built-in one where it is left out, or else a tag of the user's own.

    Raises:
        UsageError: The name is empty, or cannot be written in a query line.
    """
    name = " ".join(name.split())
    if not name or '"' in name or not name.isprintable():
        raise UsageError("A tag needs a name of letters that can be shown, without quotes.")
    taxonomy = taxonomy or built_in()
    for kind in taxonomy.types:
        if kind.name.casefold() == name.casefold():
            return TagName("type", kind.name, kind.family)
    for family in {kind.family for kind in taxonomy.types}:
        if family.casefold() == name.casefold():
            return TagName("type", family)
    for tag in taxonomy.user_tags:
        if tag.name.casefold() == name.casefold():
            return TagName(tag.facet, tag.name)
    return TagName("form", name.casefold()) if name.casefold() in FORMS else TagName("user", name)


def add_tag(library: Library, tag: TagName, ids: Iterable[int]) -> int:
    """Tag sounds; return how many were not tagged by the user before.

    Raises:
        LibraryBusyError: Another process is writing the library.
    """
    ids = list(ids)
    changes: dict[TagKey, float | None] = dict(replaced_tags(library, tag, ids))
    changes |= dict.fromkeys((TagKey(sample_id, tag, Source.USER) for sample_id in ids), 1.0)
    return _change(library, TagEdit(f"Tagged {tag.name}", changes))


def replaced_tags(library: Library, tag: TagName, ids: Sequence[int]) -> dict[TagKey, None]:
    """Return the user's tags that a tag replaces: a sound that is a kick now is no snare any more.

    Args:
        library: Open library.
        tag: That is set.
        ids: Of the sounds.

    Returns:
        Tags to be removed; none in a facet of which a sound may have several.
    """
    if tag.facet not in ONE_OF_FACETS:
        return {}
    return {
        TagKey(sample_id, TagName(known.facet, known.name, known.parent), Source.USER): None
        for sample_id, said in library.tags_from([Source.USER], ids).items()
        for known in said
        if known.facet == tag.facet and known.name != tag.name and known.confidence > 0
    }


def remove_tag(library: Library, tag: TagName, ids: Iterable[int]) -> int:
    """Say that a tag does not fit sounds; return how many had it or would have got it.

    Raises:
        LibraryBusyError: Another process is writing the library.
    """
    believed = {cell.sample_id for cell in library.tag_confidences(tag, _OTHERS)}
    # where no other source says so, there is nothing to deny
    changes = {TagKey(sample_id, tag, Source.USER): 0.0 if sample_id in believed else None for sample_id in ids}
    return _change(library, TagEdit(f"Removed {tag.name}", changes))


def move_tag(library: Library, old: TagName, new: TagName) -> int:
    """Rename a tag of the user's own, or merge it into another; what the user said of the other stays.

    Returns:
        How many samples look different.

    Raises:
        UsageError: There is no such tag, or it is a built-in one.
        LibraryBusyError: Another process is writing the library.
    """
    if old.facet != "user":
        raise UsageError(f"{old.name} is a built-in tag and keeps its name. Tags of your own can be renamed.")
    sources = (Source.TAUGHT, Source.USER)
    few_shot = library.few_shot_tags()
    before = library.tag_confidences(old, sources)
    if not before and old not in few_shot:
        raise UsageError(f"There is no tag {old.name}. See all with: earmark tags")
    kept = library.tag_confidences(new, sources)
    changes: dict[TagKey, float | None] = dict.fromkeys(before)
    for cell, confidence in before.items():
        moved = TagKey(cell.sample_id, new, cell.source)
        changes[moved] = kept.get(moved, confidence)
    moved_examples = {old: None, new: few_shot.get(new, few_shot[old])} if old in few_shot else {}
    return _change(library, TagEdit(f"Renamed {old.name} to {new.name}", changes, moved_examples))


def undo(library: Library) -> str | None:
    """Undo the last change of tags; return what it was, None where there is none.

    Raises:
        LibraryBusyError: Another process is writing the library.
    """
    with library.edits() as edits:
        return edits.undo_tag_edit()


def _change(library: Library, change: TagEdit) -> int:
    with library.edits() as edits:
        return edits.edit_tags(change)
