"""What each stage of tagging gains for types, with the names of the sounds hidden.

The libraries are the left-out sources, each a library of its own, and all of them together.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from benchmarks.figures import Figure, gain_figure
from benchmarks.left_out import embed_left_out, load_text_encoder, sources_of
from indexer.features.loop_classifier import form_of
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.library_profile import LibraryProfile, Survey, build_profile
from indexer.tagging.tag_pass import label_of
from indexer.tagging.tagger import Tagger
from training.labelled import Labelled

_LEAST = 20  # sounds of a source that is a library
_N_DRAWS = 10

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def measure(*, is_quick: bool) -> list[Figure]:
    """Return the share of right types with and without each stage, and the noise of the gain."""
    sounds = embed_left_out()
    trial = _Trial(sounds)
    n_draws = 2 if is_quick else _N_DRAWS
    return [trial.class_prior(), *trial.adaptation(n_draws)]


class _Trial:
    def __init__(self, sounds: Labelled) -> None:
        self._tagger = Tagger(load_text_encoder())
        self._names = [kind.name for kind in self._tagger.types]
        truth = np.array([self._tagger.place_of(label_of(tags_from_name(label))) for label in sounds.labels.tolist()])
        is_known = truth >= 0
        self._truth = truth[is_known]
        self._vectors = sounds.vectors[is_known]
        self._sources = np.array(sources_of(sounds))[is_known]
        features = [one for one, known in zip(sounds.features, is_known, strict=True) if known]
        self._forms = np.array([form_of(one.duration_seconds, one.n_onsets).name for one in features])
        self._labels = sounds.labels[is_known].tolist()

    def class_prior(self) -> Figure:
        """Compare with a prior that is the same for all types, in each library by itself."""
        libraries = [np.flatnonzero(self._sources == source) for source in np.unique(self._sources)]
        libraries = [places for places in libraries if len(places) >= _LEAST]
        ours, without = [], []
        for places in libraries:
            profile = build_profile(self._survey(places, np.full(len(places), -1)), self._names)
            ours.append(float(self._is_right(places, profile).mean()))
            without.append(float(self._is_right(places, LibraryProfile()).mean()))
        names = [str(self._sources[places[0]]) for places in libraries]
        return gain_figure(f"class prior: types in {len(libraries)} libraries", names, ours, without)

    def adaptation(self, n_draws: int) -> list[Figure]:
        """Compare with a library in which names of other sounds are seen, and nothing is learned from them."""
        everything = np.arange(len(self._truth))
        figures = []
        for what, groups in (("sounds", everything.astype(str)), ("sources", self._sources)):
            labels: list[str] = []
            ours: list[float] = []
            without: list[float] = []
            for seed in range(n_draws):
                is_seen = _half(groups, np.random.default_rng(seed))
                survey = self._survey(everything, np.where(is_seen, self._truth, -1))
                asked = np.flatnonzero(~is_seen)
                labels += [self._labels[place] for place in asked]
                ours += _shares(self._is_right(asked, build_profile(survey, self._names)))
                without += _shares(self._is_right(asked, replace(build_profile(survey, self._names), labelled=None)))
            name = f"domain adaptation: types of nameless sounds, half of the {what} named"
            figures.append(gain_figure(name, labels, ours, without))
        return figures

    def _survey(self, places: Places, labels: Places) -> Survey:
        rows = self._vectors[places]
        return Survey(rows, self._tagger.type_probabilities(rows, self._forms[places].tolist()), labels)

    def _is_right(self, places: Places, profile: LibraryProfile) -> Mask:
        tagger = self._tagger.with_profile(profile)
        guess = tagger.type_probabilities(self._vectors[places], self._forms[places].tolist()).argmax(axis=1)
        return guess == self._truth[places]


def _shares(is_right: Mask) -> list[float]:
    return is_right.astype(float).tolist()


def _half(groups: npt.NDArray[np.str_], rng: np.random.Generator) -> Mask:
    """Mark whole groups until half of the sounds are marked."""
    is_in = np.zeros(len(groups), np.bool_)
    for group in rng.permutation(np.unique(groups)):
        if is_in.mean() < 0.5:
            is_in |= groups == group
    return is_in
