"""Tags that the user teaches: examples in, the whole library tagged, and what to listen to next."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from db.errors import UsageError
from db.library import Library
from db.types import EncoderInfo, Matrix, SampleIds, Source, TagEdit, TagKey, TagName
from indexer.encoders.base import TextEncoder
from indexer.encoders.prompts import describe
from indexer.few_shot.detector import Floats, Sounds, evenly, learn, shares, standardized, survey
from indexer.few_shot.exemplar_file import read_lesson, read_vector, write_lesson
from indexer.few_shot.filename_evidence import read_name_words
from indexer.latent.sphere import distinct
from indexer.tagging.manual_tags import rivals
from indexer.tagging.user_taxonomy import read_taxonomy

_CONFIDENCE = 0.5  # from which on a sound gets the tag
# Of log odds: witnesses often know the same. So the confidences of soundfonts with invented names are right.
_CAUTION = 0.7
_MOST = np.float32(0.99)  # only the user is sure
_N_DOUBTFUL = 10
_SAME_COSINE = 0.97  # two doubtful sounds nearer than this teach the same


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a lesson.

    Attributes:
        n_yes, n_no: Examples, those of imported lessons included.
        n_tagged: Sounds that have the tag because of it.
        doubtful: Samples of which one is least sure, to be listened to next.
    """

    tag: TagName
    n_yes: int
    n_no: int
    n_tagged: int
    doubtful: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Examples:
    """What is said of a tag: samples of this library, and vectors that were taught elsewhere."""

    yes: list[int]
    no: list[int]
    foreign_yes: list[Matrix]
    foreign_no: list[Matrix]

    @property
    def n_yes(self) -> int:
        return len(self.yes) + len(self.foreign_yes)

    @property
    def n_no(self) -> int:
        return len(self.no) + len(self.foreign_no)


class Teacher:
    """Teach tags to one library, on the vectors of one encoder.

    Args:
        library: Open library.
        info: The encoder whose vectors are learned from.
        encoder: Its text half, by which the name of a tag says something too; without it only the examples do.

    Raises:
        UsageError: The library holds no vector of this encoder.
    """

    def __init__(self, library: Library, info: EncoderInfo, encoder: TextEncoder | None = None) -> None:
        self._library = library
        self._encoder = encoder
        self._info = info
        index = library.vectors(info)
        self._ids: SampleIds = index.known()
        if not len(self._ids):
            raise UsageError("The library has no sounds to learn from yet. Add some with: earmark index FOLDER")
        self._rows: Matrix = index.get(self._ids)
        self._places = {sample_id: place for place, sample_id in enumerate(self._ids.tolist())}
        self._background = survey(self._rows)
        self._whitened = self._background.whiten(self._rows)
        self._traits = standardized(traits_of(library.measurements(self._ids)))
        self._words = read_name_words(library.file_names(), self._places)

    @property
    def n_sounds(self) -> int:
        """How many sounds were there to learn from; others that came since take a new teacher."""
        return len(self._ids)

    def ask(self, tag: TagName, n: int) -> tuple[SampleIds, Matrix]:
        """Return the sounds of which it is least clear whether the tag fits, the most doubtful first.

        Returns:
            Ids of up to ``n`` sounds of which the user has not spoken, and how likely each has the tag, shape ``(n,)``.

        Raises:
            UsageError: There is no example of what is meant.
        """
        said = self._said(tag, {})
        examples = self._examples(tag, said, self._library.few_shot_tags().get(tag, "[]"))
        confidences = self._confidences(tag, examples)
        rows = self._doubtful(np.where(self._is_open(said), np.abs(confidences - _CONFIDENCE), np.inf), n)
        return self._ids[rows], confidences[rows]

    def learn(self, tag: TagName, yes: Iterable[int], no: Iterable[int] = ()) -> Learned:
        """Add examples to a tag, learn it again, and tag the library by it.

        Raises:
            UsageError: There is no example of what is meant.
            LibraryBusyError: Another process is writing the library.
        """
        given = dict.fromkeys(yes, 1.0) | dict.fromkeys(no, 0.0)
        imported = self._library.few_shot_tags().get(tag, "[]")
        return self._learn(tag, given, imported)

    def renew(self) -> list[Learned]:
        """Learn all tags again from the examples that there are, as after new sounds came in.

        Raises:
            LibraryBusyError: Another process is writing the library.
        """
        return [self._learn(tag, {}, imported, can_be_undone=False) for tag, imported in self._taught().items()]

    def export(self, tag: TagName) -> dict[str, Any]:
        """Return the examples of a tag as plain values, for another library with the same encoder.

        Raises:
            UsageError: It has no example of what is meant.
        """
        examples = self._examples(tag, self._said(tag, {}), self._library.few_shot_tags().get(tag, "[]"))
        yes = (*self._rows[examples.yes], *examples.foreign_yes)
        no = (*self._rows[examples.no], *examples.foreign_no)
        return write_lesson(tag, self._info, yes, no)

    def import_lesson(self, document: Any) -> Learned:
        """Learn a tag from what `export` returned elsewhere; its examples join those that are here.

        Raises:
            UsageError: It is no lesson, or one of another encoder.
        """
        tag, lesson = read_lesson(document, self._info)
        known = json.loads(self._library.few_shot_tags().get(tag, "[]"))
        return self._learn(tag, {}, json.dumps(known if lesson in known else [*known, lesson]))

    def _learn(self, tag: TagName, given: Mapping[int, float], imported: str, *, can_be_undone: bool = True) -> Learned:
        said = self._said(tag, given)
        examples = self._examples(tag, said, imported)
        confidences = self._confidences(tag, examples)
        is_open = self._is_open(said)
        is_tagged = is_open & (confidences >= _CONFIDENCE)
        marks: dict[TagKey, float | None] = dict(rivals(self._library, tag, [key for key in given if given[key] > 0]))
        marks |= {TagKey(key, tag, Source.USER): value for key, value in given.items()}
        marks |= dict.fromkeys(self._library.tag_confidences(tag, [Source.TAUGHT]))
        rounded = confidences[is_tagged].astype(np.float64).round(2)  # so that what stays the same is not written again
        for sample_id, confidence in zip(self._ids[is_tagged].tolist(), rounded.tolist(), strict=True):
            marks[TagKey(sample_id, tag, Source.TAUGHT)] = confidence
        with self._library.edits() as edits:
            edits.edit_tags(TagEdit(f"Learned {tag.name}", marks, {tag: imported}, can_be_undone))
        rows = self._doubtful(np.where(is_open, np.abs(confidences - _CONFIDENCE), np.inf), _N_DOUBTFUL)
        doubtful = tuple(self._ids[rows].tolist())
        return Learned(tag, examples.n_yes, examples.n_no, int(is_tagged.sum()), doubtful)

    def _confidences(self, tag: TagName, examples: _Examples) -> Floats:
        """Return how likely each sound has the tag, by what the examples say of it."""
        name_row = self._name_row(tag)
        sounds = Sounds(self._whitened, self._traits, self._hints(self._rows, name_row))
        yes = self._join(sounds, examples.yes, examples.foreign_yes, name_row)
        no = self._join(sounds, examples.no, examples.foreign_no, name_row)
        heard = learn(yes, no, sounds.take(evenly(len(sounds)))).log_odds(sounds)
        named = self._words.evidence(shares(heard), examples.yes, examples.no, tag.name)
        return np.minimum(shares(np.float32(_CAUTION) * (heard + named)), _MOST)

    def _is_open(self, said: Mapping[int, float]) -> npt.NDArray[np.bool_]:
        """Return which sounds the user has said nothing of."""
        is_open = np.ones(len(self._ids), np.bool_)
        is_open[[self._places[sample_id] for sample_id in said if sample_id in self._places]] = False
        return is_open

    def _taught(self) -> dict[TagName, str]:
        """Return the lessons that have examples of what is meant; those heard by another encoder only rest."""
        lessons = self._library.few_shot_tags()
        return {tag: text for tag, text in lessons.items() if self._has_example(tag, text)}

    def _has_example(self, tag: TagName, imported: str) -> bool:
        foreign = any(lesson["encoder"] == self._info.fingerprint for lesson in json.loads(imported))
        return foreign or any(value > 0 and key in self._places for key, value in self._said(tag, {}).items())

    def _said(self, tag: TagName, given: Mapping[int, float]) -> dict[int, float]:
        """Return what the user says of each sample: above 0 where the tag fits, 0 where it does not."""
        marks = self._library.tag_confidences(tag, [Source.USER])
        return {cell.sample_id: confidence for cell, confidence in marks.items()} | dict(given)

    def _examples(self, tag: TagName, said: Mapping[int, float], imported: str) -> _Examples:
        here = {self._places[key]: value for key, value in said.items() if key in self._places}
        foreign = [lesson for lesson in json.loads(imported) if lesson["encoder"] == self._info.fingerprint]
        examples = _Examples(
            yes=[place for place, value in here.items() if value > 0],
            no=[place for place, value in here.items() if value == 0],
            foreign_yes=[read_vector(row) for lesson in foreign for row in lesson["yes"]],
            foreign_no=[read_vector(row) for lesson in foreign for row in lesson["no"]],
        )
        if not examples.yes and not examples.foreign_yes:
            raise UsageError(f"There is no sound yet that is {tag.name}. Give some, best three or more: --yes FILE...")
        return examples

    def _join(self, sounds: Sounds, here: list[int], foreign: list[Matrix], name_row: Matrix | None) -> Sounds:
        """Put examples of this library and of others together; of others only the vector is known."""
        own = sounds.take(here)
        if not foreign:
            return own
        rows = np.stack(foreign)
        return Sounds(
            np.concatenate([own.rows, self._background.whiten(rows)]),
            np.concatenate([own.traits, np.zeros((len(rows), own.traits.shape[1]), np.float32)]),
            np.concatenate([own.hints, self._hints(rows, name_row)]),
        )

    def _name_row(self, tag: TagName) -> Matrix | None:
        """Return what the name of a tag sounds like: for a type of the taxonomy, all of its phrases."""
        if self._encoder is None:
            return None
        taxonomy = read_taxonomy(self._library.folder)
        phrases = {("type", kind.name): kind.phrases for kind in taxonomy.types}
        phrases |= {(own.facet, own.name): own.phrases for own in taxonomy.user_tags}
        return describe(self._encoder, phrases.get((tag.facet, tag.name)) or (tag.name,)).mean(axis=0)

    def _hints(self, rows: Matrix, name_row: Matrix | None) -> Floats:
        """Return how sounds fit a name, in standard deviations from the mean of the library, shape ``(n,)``."""
        if name_row is None:
            return np.zeros(len(rows), np.float32)
        standing = self._rows[evenly(len(self._rows))] @ name_row
        hints: Floats = (rows @ name_row - standing.mean()) / max(float(standing.std()), 1e-6)
        return hints

    def _doubtful(self, certainty: Matrix, n: int) -> npt.NDArray[np.int64]:
        """Return the rows of the least certain sounds that are not alike."""
        order = np.argsort(certainty, kind="stable")[: 5 * n]
        order = order[np.isfinite(certainty[order])]
        return order[distinct(self._rows[order], _SAME_COSINE)[:n]]


def traits_of(measures: Floats) -> Floats:
    """Return `db.read.tagging_inputs.MEASURES` as hearing takes them: times, frequencies and counts by their ratios.

    A sound that is cut off before it has decayed has decayed after its length.
    """
    seconds, attack_ms, decay_ms, brightness_hz, noisiness, n_onsets = measures.T
    decay_ms = np.where(np.isnan(decay_ms), 1000 * seconds, decay_ms)
    ratios = [
        np.log(np.maximum(values, least))
        for values, least in ((seconds, 0.01), (attack_ms, 1), (decay_ms, 5), (brightness_hz, 30), (n_onsets, 1))
    ]
    return np.stack([*ratios, noisiness], axis=1)
