"""Which of several tags and readings of one sound is effective.

The user counts more than taught tags, those more than what is embedded in the file, then its name, then analysis and
model: the order of `db.types.Source`. Names and metadata that may mean something else count no more than analysis.
"""

from collections.abc import Iterable

from db.types import Reading, Source, Tag

SURE = 0.6  # confidence; a tempo or key of a name or of metadata below it may be none at all
ONE_OF_FACETS = ("type", "form")  # a sound has one tag of each


def effective_tags(tags: Iterable[Tag]) -> list[Tag]:
    """Return the effective tags.

    What counts of one tag is the opinion of the highest source; with a confidence of 0 it says that the tag does not
    fit. Of the tags that fit in a facet of `ONE_OF_FACETS`, one counts: that of the highest source, then of the highest
    confidence, then the first by name.
    """
    by_name: dict[tuple[str, ...], Tag] = {}
    for tag in tags:
        known = by_name.setdefault(tag[:2], tag)
        if tag.source > known.source:
            by_name[tag[:2]] = tag
    fitting = [tag for tag in by_name.values() if tag.confidence > 0]
    for facet in ONE_OF_FACETS:
        candidates = [tag for tag in fitting if tag.facet == facet]
        if len(candidates) > 1:
            best = min(candidates, key=lambda tag: (-tag.source, -tag.confidence, tag.name))
            fitting = [tag for tag in fitting if tag.facet != facet or tag is best]
    return fitting


def effective_type(tags: Iterable[Tag]) -> Tag | None:
    """Return the effective type."""
    return next((tag for tag in effective_tags(tags) if tag.facet == "type"), None)


def effective_readings(readings: Iterable[Reading], sound_type: Tag | None) -> dict[str, Reading]:
    """Return the effective reading of each name, that of the highest source.

    A reading of a name or of metadata whose confidence is below `SURE` competes with analysis by confidence: a lone
    letter in a name is no key where another one was measured.

    An analysed key does not count where the type is a drum: toms and kicks have a pitch, but nobody looks for their
    key.
    """
    is_drum = sound_type is not None and "drums" in {sound_type.name, sound_type.parent}
    best: dict[str, Reading] = {}
    for reading in readings:
        if is_drum and reading.name == "key" and reading.source == Source.ANALYSIS:
            continue
        if reading.name not in best or _rank(reading) > _rank(best[reading.name]):
            best[reading.name] = reading
    return best


def _rank(reading: Reading) -> tuple[int, float]:
    is_unsure = reading.source in {Source.FILENAME, Source.EMBEDDED} and reading.confidence < SURE
    source = Source.ANALYSIS if is_unsure else reading.source
    return source, reading.confidence if source == Source.ANALYSIS else 0.0
