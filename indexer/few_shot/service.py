"""Few-shot tags: learned from a few examples, applied to the whole library, improved by the most uncertain sounds."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from db.errors import UsageError
from db.library import Library
from db.types import EncoderInfo, Matrix, SampleIds, Source, TagKey, TagName
from db.write.records import TagEdit
from indexer.encoders.base import TextEncoder
from indexer.encoders.prompts import describe
from indexer.few_shot.detector import (
    Floats,
    ScoreInputs,
    evenly_spaced,
    fit_detector,
    fit_whitening,
    probabilities,
    standardized,
)
from indexer.few_shot.exemplar_file import decode_vector, read_exemplars, write_exemplars
from indexer.few_shot.filename_evidence import read_name_words
from indexer.latent.sphere import distinct
from indexer.tagging.manual_tags import replaced_tags
from indexer.tagging.user_taxonomy import read_taxonomy

_MIN_CONFIDENCE = 0.5  # from which on a sound gets the tag
_DAMPING = 0.7  # of log odds: the components are not independent
_MAX_CONFIDENCE = np.float32(0.99)  # only the user is sure
_N_UNCERTAIN = 10
_SAME_COSINE = 0.97  # of two uncertain sounds nearer than this, one is enough to ask about
# What is measured of the sounds that examples are compared by.
DESCRIPTORS = ("duration_seconds", "attack_ms", "decay_ms", "brightness_hz", "noisiness", "n_onsets")


@dataclass(frozen=True, slots=True)
class LearnedTag:
    """The result of learning a tag.

    Attributes:
        n_yes, n_no: Examples and counterexamples, imported ones included.
        n_tagged: Sounds that have the tag because of it.
        uncertain: Samples with the least certain prediction, to be asked about next.
    """

    tag: TagName
    n_yes: int
    n_no: int
    n_tagged: int
    uncertain: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Examples:
    """Examples of a tag: places in this library, and vectors imported from others."""

    yes: list[int]
    no: list[int]
    imported_yes: list[Matrix]
    imported_no: list[Matrix]

    @property
    def n_yes(self) -> int:
        return len(self.yes) + len(self.imported_yes)

    @property
    def n_no(self) -> int:
        return len(self.no) + len(self.imported_no)


class FewShotTagger:
    """Learn tags of one library from examples, on the vectors of one encoder.

    Args:
        library: Open library.
        info: The encoder whose vectors are learned from.
        encoder: Its text half, for the prompt similarity; without it that component is left out.

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
        self._whitening = fit_whitening(self._rows)
        self._whitened = self._whitening.apply(self._rows)
        self._descriptors = standardized(descriptors_of(library.measurements(self._ids, DESCRIPTORS)))
        self._words = read_name_words(library.file_names(), self._places)

    @property
    def n_sounds(self) -> int:
        """How many sounds there were to learn from; for those that came since, make another."""
        return len(self._ids)

    def most_uncertain(self, tag: TagName, n: int) -> tuple[SampleIds, Matrix]:
        """Return the sounds of which it is least clear whether a tag fits, the most uncertain first.

        Returns:
            Ids of up to ``n`` sounds that the user has not answered, and how likely each has the tag, shape ``(n,)``.

        Raises:
            UsageError: The tag has no example.
        """
        answers = self._answers(tag, {})
        examples = self._examples(tag, answers, self._library.few_shot_tags().get(tag, "[]"))
        confidences = self._confidences(tag, examples)
        rows = self._uncertain_rows(confidences, self._is_open(answers), n)
        return self._ids[rows], confidences[rows]

    def learn(self, tag: TagName, yes: Iterable[int], no: Iterable[int] = ()) -> LearnedTag:
        """Add examples to a tag, learn it again, and tag the library by it.

        Args:
            tag: Built-in or the user's own.
            yes: Samples that have it.
            no: Samples that have it not.

        Raises:
            UsageError: The tag has no example.
            LibraryBusyError: Another process is writing the library.
        """
        given = dict.fromkeys(yes, 1.0) | dict.fromkeys(no, 0.0)
        imported = self._library.few_shot_tags().get(tag, "[]")
        return self._learn(tag, given, imported)

    def renew(self) -> list[LearnedTag]:
        """Learn all few-shot tags again from the examples that there are, as after new sounds came in.

        Raises:
            LibraryBusyError: Another process is writing the library.
        """
        tags = self._library.few_shot_tags()
        return [
            self._learn(tag, {}, imported, can_be_undone=False)
            for tag, imported in tags.items()
            if self._has_example(tag, imported)
        ]

    def export(self, tag: TagName) -> dict[str, Any]:
        """Return the examples of a tag as plain values, for another library with the same encoder.

        Raises:
            UsageError: The tag has no example.
        """
        examples = self._examples(tag, self._answers(tag, {}), self._library.few_shot_tags().get(tag, "[]"))
        yes = (*self._rows[examples.yes], *examples.imported_yes)
        no = (*self._rows[examples.no], *examples.imported_no)
        return write_exemplars(tag, self._info, yes, no)

    def import_exemplars(self, document: Any) -> LearnedTag:
        """Learn a tag from what `export` returned elsewhere; its examples join those that are here.

        Raises:
            UsageError: It is no exemplar file, or one of another encoder.
        """
        tag, exemplars = read_exemplars(document, self._info)
        known = json.loads(self._library.few_shot_tags().get(tag, "[]"))
        return self._learn(tag, {}, json.dumps(known if exemplars in known else [*known, exemplars]))

    def _learn(
        self, tag: TagName, given: Mapping[int, float], imported: str, *, can_be_undone: bool = True
    ) -> LearnedTag:
        answers = self._answers(tag, given)
        examples = self._examples(tag, answers, imported)
        confidences = self._confidences(tag, examples)
        is_open = self._is_open(answers)
        is_tagged = is_open & (confidences >= _MIN_CONFIDENCE)
        changes: dict[TagKey, float | None] = dict(
            replaced_tags(self._library, tag, [sample_id for sample_id, value in given.items() if value > 0])
        )
        changes |= {TagKey(sample_id, tag, Source.USER): value for sample_id, value in given.items()}
        changes |= dict.fromkeys(self._library.tag_confidences(tag, [Source.TAUGHT]))
        rounded = confidences[is_tagged].astype(np.float64).round(2)  # what stays the same is not written again
        for sample_id, confidence in zip(self._ids[is_tagged].tolist(), rounded.tolist(), strict=True):
            changes[TagKey(sample_id, tag, Source.TAUGHT)] = confidence
        with self._library.edits() as edits:
            edits.edit_tags(TagEdit(f"Learned {tag.name}", changes, {tag: imported}, can_be_undone))
        uncertain = tuple(self._ids[self._uncertain_rows(confidences, is_open, _N_UNCERTAIN)].tolist())
        return LearnedTag(tag, examples.n_yes, examples.n_no, int(is_tagged.sum()), uncertain)

    def _confidences(self, tag: TagName, examples: _Examples) -> Floats:
        """Return how likely each sound has the tag, shape ``(n,)``."""
        prompt = self._prompt_vector(tag)
        sounds = ScoreInputs(self._whitened, self._descriptors, self._prompt_similarity(self._rows, prompt))
        yes = self._join(sounds, examples.yes, examples.imported_yes, prompt)
        no = self._join(sounds, examples.no, examples.imported_no, prompt)
        by_sound = fit_detector(yes, no, sounds.take(evenly_spaced(len(sounds)))).log_odds(sounds)
        by_name = self._words.log_odds(probabilities(by_sound), examples.yes, examples.no, tag.name)
        return np.minimum(probabilities(np.float32(_DAMPING) * (by_sound + by_name)), _MAX_CONFIDENCE)

    def _is_open(self, answers: Mapping[int, float]) -> npt.NDArray[np.bool_]:
        """Return which sounds the user has not answered."""
        is_open = np.ones(len(self._ids), np.bool_)
        is_open[[self._places[sample_id] for sample_id in answers if sample_id in self._places]] = False
        return is_open

    def _has_example(self, tag: TagName, imported: str) -> bool:
        is_imported = any(some["encoder"] == self._info.fingerprint for some in json.loads(imported))
        return is_imported or any(value > 0 and key in self._places for key, value in self._answers(tag, {}).items())

    def _answers(self, tag: TagName, given: Mapping[int, float]) -> dict[int, float]:
        """Return what the user says of each sample: above 0 where the tag fits, 0 where it does not."""
        known = self._library.tag_confidences(tag, [Source.USER])
        return {key.sample_id: confidence for key, confidence in known.items()} | dict(given)

    def _examples(self, tag: TagName, answers: Mapping[int, float], imported: str) -> _Examples:
        here = {self._places[key]: value for key, value in answers.items() if key in self._places}
        elsewhere = [some for some in json.loads(imported) if some["encoder"] == self._info.fingerprint]
        examples = _Examples(
            yes=[place for place, value in here.items() if value > 0],
            no=[place for place, value in here.items() if value == 0],
            imported_yes=[decode_vector(row) for some in elsewhere for row in some["yes"]],
            imported_no=[decode_vector(row) for some in elsewhere for row in some["no"]],
        )
        if not examples.n_yes:
            raise UsageError(f"There is no sound yet that is {tag.name}. Give some, best three or more: --yes FILE...")
        return examples

    def _join(self, sounds: ScoreInputs, here: list[int], imported: list[Matrix], prompt: Matrix | None) -> ScoreInputs:
        """Join examples of this library and imported ones, of which only the vector is known."""
        own = sounds.take(here)
        if not imported:
            return own
        rows = np.stack(imported)
        unknown = np.zeros((len(rows), own.descriptors.shape[1]), np.float32)
        return ScoreInputs(
            np.concatenate([own.whitened, self._whitening.apply(rows)]),
            np.concatenate([own.descriptors, unknown]),
            np.concatenate([own.prompt_similarity, self._prompt_similarity(rows, prompt)]),
        )

    def _prompt_vector(self, tag: TagName) -> Matrix | None:
        """Return the vector of the phrases of a tag in the taxonomy, else of its name, shape ``(dim,)``."""
        if self._encoder is None:
            return None
        taxonomy = read_taxonomy(self._library)
        phrases = {("type", kind.name): kind.phrases for kind in taxonomy.types}
        phrases |= {(known.facet, known.name): known.phrases for known in taxonomy.user_tags}
        return describe(self._encoder, phrases.get((tag.facet, tag.name)) or (tag.name,)).mean(axis=0)

    def _prompt_similarity(self, rows: Matrix, prompt: Matrix | None) -> Floats:
        """Return how well sounds fit a text, in standard deviations from the library's mean, shape ``(n,)``."""
        if prompt is None:
            return np.zeros(len(rows), np.float32)
        of_library = self._rows[evenly_spaced(len(self._rows))] @ prompt
        similarity: Floats = (rows @ prompt - of_library.mean()) / max(float(of_library.std()), 1e-6)
        return similarity

    def _uncertain_rows(self, confidences: Floats, is_open: npt.NDArray[np.bool_], n: int) -> npt.NDArray[np.int64]:
        """Return the rows of the least certain sounds, no two of which are as good as the same."""
        certainty = np.where(is_open, np.abs(confidences - _MIN_CONFIDENCE), np.inf)
        order = np.argsort(certainty, kind="stable")[: 5 * n]
        order = order[np.isfinite(certainty[order])]
        return order[distinct(self._rows[order], _SAME_COSINE)[:n]]


def descriptors_of(measures: Floats) -> Floats:
    """Return the measurements `DESCRIPTORS` as they are compared: times, frequencies and counts as logarithms.

    The decay of a sound that is cut off before it has decayed is its length.
    """
    seconds, attack_ms, decay_ms, brightness_hz, noisiness, n_onsets = measures.T
    decay_ms = np.where(np.isnan(decay_ms), 1000 * seconds, decay_ms)
    logarithms = [
        np.log(np.maximum(values, least))
        for values, least in ((seconds, 0.01), (attack_ms, 1), (decay_ms, 5), (brightness_hz, 30), (n_onsets, 1))
    ]
    return np.stack([*logarithms, noisiness], axis=1)
