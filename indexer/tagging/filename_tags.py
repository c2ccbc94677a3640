"""Tags from the names of files and folders."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from db.types import Source, Tag
from indexer.tagging.filename_parser import without_series, words_in
from indexer.tagging.taxonomy import SoundType, Taxonomy, built_in

_NAME_CONFIDENCE = 0.95  # of a word in the file name; in a folder it is one step further away
_FOLDER_CONFIDENCE = 0.9
# Words of a folder's name that say nothing of what lies in it.
_NEUTRAL = frozenset(
    "all audio dry files fx hit hits instrument instruments loop loops misc mono one oneshot oneshots sample samples "
    "sfx shot shots single singles sound sounds stereo synth various wav wavs wet".split()
)

Tags: TypeAlias = tuple[Tag, ...]


class _Match(NamedTuple):
    """A term of the taxonomy in a name: the words from ``start`` up to ``stop``."""

    kind: SoundType
    term: str
    is_weak: bool
    start: int
    stop: int


def tags_from_name(name: str, taxonomy: Taxonomy | None = None, *, can_be_loop: bool = True) -> Tags:
    """Find the type in the file name, else in the nearest folder that names one, and tags of the user's facets.

    Args:
        name: Path below its root as shown to the user.
        taxonomy: Whose words count; the built-in one where it is left out.
        can_be_loop: What was measured allows that it is a loop (`indexer.features.loop_classifier.can_be_loop`).
    """
    taxonomy = taxonomy or built_in()
    return _tags(without_series(name, taxonomy.numbers), taxonomy, can_be_loop=can_be_loop)


@lru_cache(16_384)  # but for their number, names come again: a second less for 100,000
def _tags(name: str, taxonomy: Taxonomy, *, can_be_loop: bool) -> Tags:
    *folders, file = name.split("/")
    strong, weak = _file_types(file, taxonomy, can_be_loop=can_be_loop)
    by_folder = (_folder_type(folder, taxonomy, can_be_loop=can_be_loop) for folder in reversed(folders))
    around = next((kind for kind in by_folder if kind is not None), None)
    if weak and not strong and (around is None or taxonomy.is_near(weak.name, around.name)):
        strong = [weak]
    kind = _chosen(strong) if strong else around
    if kind and around and kind.name in taxonomy.broader(around.name):
        kind = around  # a "bass" among "Bass Loops"
    if kind is not None:
        said = frozenset(term for part in (file, *folders[-1:]) for term in _said(part, taxonomy))
        kind = _refined(kind, said, taxonomy)
    of_user = _all_user_tags(folders, file, taxonomy) if taxonomy.user_tags else ()
    if kind is None:
        return of_user
    confidence = _NAME_CONFIDENCE / len(strong) if strong else _FOLDER_CONFIDENCE
    return (Tag("type", kind.name, Source.FILENAME, confidence, kind.family), *of_user)


@lru_cache(4096)
def _said(part: str, taxonomy: Taxonomy) -> frozenset[str]:
    return frozenset(iter_terms(words_in(part), taxonomy.longest_by_first_word))


def _all_user_tags(folders: Sequence[str], file: str, taxonomy: Taxonomy) -> Tags:
    """Return the tags of the user's facets by name; what the file says is surer than what a folder does."""
    found = {tag.name: tag for folder in folders for tag in _user_tags(folder, taxonomy, _FOLDER_CONFIDENCE)}
    found |= {tag.name: tag for tag in _user_tags(file, taxonomy, _NAME_CONFIDENCE)}
    return tuple(found[name] for name in sorted(found))


def _user_tags(part: str, taxonomy: Taxonomy, confidence: float) -> Iterator[Tag]:
    terms = _said(part, taxonomy)
    for term in terms & taxonomy.user_tags_by_word.keys():
        tag = taxonomy.user_tags_by_word[term]
        if not terms.intersection(tag.excluded):
            yield Tag(tag.facet, tag.name, Source.FILENAME, confidence)


def _file_types(name: str, taxonomy: Taxonomy, *, can_be_loop: bool) -> tuple[list[SoundType], SoundType | None]:
    """Return the types that a file name clearly holds, in its order, and the one that it may hold."""
    words = words_in(name.rpartition(".")[0] or name)
    matches = _matches(words, taxonomy, can_be_loop=can_be_loop)
    if any(len(word) > 2 and word.isalpha() for word in words[1:]):  # "RS_Deep_Lead" is of a label, "RS_2" a rimshot
        matches = [match for match in matches if match.start or not match.is_weak or len(match.term) > 2]
    kinds = {match.kind for match in matches}
    matches = [match for match in matches if not taxonomy.qualifies(match.term, kinds - {match.kind})]
    strong = _kinds([match for match in matches if not match.is_weak], taxonomy)
    weak = _kinds([match for match in matches if match.is_weak], taxonomy)
    return strong, weak[0] if len(weak) == 1 else None


def _kinds(matches: Sequence[_Match], taxonomy: Taxonomy) -> list[SoundType]:
    """Return each type of some matches once, without those that are broader than another."""
    broader = {group for match in matches for group in taxonomy.broader(match.kind.name)}
    return [kind for kind in dict.fromkeys(match.kind for match in matches) if kind.name not in broader]


def _chosen(kinds: Sequence[SoundType]) -> SoundType | None:
    """Choose between the types that one name holds, or none of them.

    What is struck is a drum, whatever else it is like ("djembe bass", "bell tom"), but a "snare riser" may be either.
    Of others the last counts, as English puts it: "organ bass" is a bass, "choir pad" a pad.
    """
    families = {kind.family for kind in kinds}
    if "drums" in families and families & {"fx", "vocal"}:
        return None
    return [kind for kind in kinds if kind.family == "drums" or "drums" not in families][-1]


def _refined(kind: SoundType, said: frozenset[str], taxonomy: Taxonomy) -> SoundType:
    """Return the type of its group that other words of a name make of it: "hat grit open" is an open hi-hat."""
    members = [*taxonomy.members.get(kind.name, ()), *taxonomy.members.get(kind.group or "", ())]
    found = [(len(term), member) for member in members for term in member.with_words if term in said]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    return taxonomy.by_name[kind.default] if kind.default else kind


@lru_cache(4096)  # a folder's name comes again with each of its files
def _folder_type(name: str, taxonomy: Taxonomy, *, can_be_loop: bool) -> SoundType | None:
    """Return the type that a folder is for: "Kicks Vol 2", "Deep Kick" and "FX/Vinyl", but not "Bass House Pack"."""
    words = words_in(name)
    telling = [place for place, word in enumerate(words) if word not in _NEUTRAL and not word.isdigit()]
    if not telling:
        return None

    def is_meant(match: _Match) -> bool:
        is_head = match.start <= telling[-1] < match.stop
        if match.is_weak:
            return is_head and match.start <= telling[0] and match.kind.form is None  # "Drums" holds more than loops
        is_plural = match.term.endswith("s") and taxonomy.types_by_word.get(match.term[:-1]) is match.kind
        return is_head or is_plural

    kinds = _kinds(list(filter(is_meant, _matches(words, taxonomy, can_be_loop=can_be_loop))), taxonomy)
    return kinds[0] if len(kinds) == 1 else None


def _matches(words: Sequence[str], taxonomy: Taxonomy, *, can_be_loop: bool) -> list[_Match]:
    """Return the terms of types in a name, from left to right; of those that overlap the last, then the longest."""
    said = frozenset(iter_terms(words, taxonomy.longest_by_first_word))
    matches: list[_Match] = []
    stop = len(words)
    while stop > 0:
        for start in range(max(stop - taxonomy.longest_term, 0), stop):
            term = " ".join(words[start:stop])
            kind = taxonomy.types_by_word.get(term)
            if kind and not said.intersection(kind.excluded) and (can_be_loop or kind.form != "loop"):
                matches.append(_Match(kind, term, term in taxonomy.weak_words, start, stop))
                stop = start + 1
                break
        stop -= 1
    return matches[::-1]


def iter_terms(words: Sequence[str], longest: Mapping[str, int]) -> Iterator[str]:
    """Yield every run of words that may be a term, by what terms begin with: most words begin none."""
    for first, word in enumerate(words):
        for length in range(1, longest.get(word, 0) + 1):
            yield " ".join(words[first : first + length])
