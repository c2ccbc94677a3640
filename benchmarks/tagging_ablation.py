"""What each stage of tagging gains for types, with the names of the sounds hidden.

The libraries are the left-out sources, each a library of its own, and all of them together.
"""

from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from benchmarks.figures import Figure, gain_figure
from benchmarks.left_out import embed_left_out, load_text_encoder, mark_half, sources_of
from indexer.features.loop_classifier import form_of
from indexer.tagging import domain_adaptation
from indexer.tagging.filename_tags import tags_from_name
from indexer.tagging.library_profile import LibraryProfile, Survey, build_profile
from indexer.tagging.tag_pass import label_of
from indexer.tagging.tagger import Probabilities, Tagger
from training.labelled import Labelled, calibration_error

_LEAST = 20  # sounds of a source that is a library
_N_DRAWS = 10
_SWEPT = {
    "_STRENGTH": (20.0, 50.0, 100.0, 200.0),
    "_SHARPNESS": (15.0, 20.0, 25.0, 30.0),
    "_EXPONENT": (1.0, 1.1, 1.2, 1.3, 1.4),
}

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def measure(*, is_quick: bool) -> list[Figure]:
    """Return the share of right types with and without each stage, and the noise of the gain."""
    trial = _Trial(embed_left_out())
    n_draws = 2 if is_quick else _N_DRAWS
    return [trial.class_prior(), *trial.adaptation(n_draws)]


def sweep(*, is_quick: bool) -> list[Figure]:
    """Return figures of domain adaptation at several values of its constants."""
    trial = _Trial(embed_left_out())
    n_draws = 1 if is_quick else _N_DRAWS // 2
    return [figure for constant, values in _SWEPT.items() for figure in trial.sweep(constant, values, n_draws)]


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
        """Compare the types of nameless sounds with what the model and the class prior make of them."""
        figures = []
        for what, draws in self._draws(n_draws).items():
            labels: list[str] = []
            ours: list[float] = []
            without: list[float] = []
            for is_seen in draws:
                profile, asked = self._profile(is_seen), np.flatnonzero(~is_seen)
                labels += [self._labels[place] for place in asked]
                ours += _shares(self._is_right(asked, profile))
                without += _shares(self._is_right(asked, replace(profile, references=None)))
            name = f"domain adaptation: types of nameless sounds, {what} named"
            figures.append(gain_figure(name, labels, ours, without))
        return figures

    def sweep(self, constant: str, values: Sequence[float], n_draws: int) -> list[Figure]:
        """Return the share of right types and the calibration error of families at several values of a constant."""
        now = getattr(domain_adaptation, constant)
        figures = []
        for what, draws in self._draws(n_draws).items():
            measured = {value: self._adapted(constant, value, draws) for value in dict.fromkeys([now, *values])}
            for value in values:
                for place, unit in enumerate(("types", "calibration error of families")):
                    name = f"domain_adaptation.{constant} = {value:g}: {unit}, {what} named"
                    figures.append(Figure(name, measured[value][place], "", f"{now:g}, in use", measured[now][place]))
        return figures

    def _adapted(self, constant: str, value: float, draws: list[Mask]) -> tuple[float, float]:
        families = sorted({kind.family for kind in self._tagger.types})
        of_type = np.array([families.index(kind.family) for kind in self._tagger.types])
        right, errors = [], []
        with patch.object(domain_adaptation, constant, value):
            for is_seen in draws:
                asked = np.flatnonzero(~is_seen)
                found = self._probabilities(asked, self._profile(is_seen))
                right.append(float((found.argmax(axis=1) == self._truth[asked]).mean()))
                of_family = found @ np.eye(len(families), dtype=np.float32)[of_type]
                is_right = of_family.argmax(axis=1) == of_type[self._truth[asked]]
                errors.append(calibration_error(of_family.max(axis=1), is_right))
        return float(np.mean(right)), float(np.mean(errors))

    def _draws(self, n_draws: int) -> dict[str, list[Mask]]:
        """Return which sounds are named, several times each: half of them, all of half of the sources, or none."""
        everything = np.arange(len(self._truth))
        drawn = {
            what: [mark_half(groups, np.random.default_rng(seed)) for seed in range(n_draws)]
            for what, groups in (("half of the sounds", everything.astype(str)), ("half of the sources", self._sources))
        }
        return {**drawn, "nothing": [np.zeros(len(everything), np.bool_)]}

    def _profile(self, is_seen: Mask) -> LibraryProfile:
        everything = np.arange(len(self._truth))
        return build_profile(self._survey(everything, np.where(is_seen, self._truth, -1)), self._names)

    def _survey(self, places: Places, labels: Places) -> Survey:
        rows = self._vectors[places]
        return Survey(rows, self._tagger.type_probabilities(rows, self._forms[places].tolist()), labels)

    def _is_right(self, places: Places, profile: LibraryProfile) -> Mask:
        return self._probabilities(places, profile).argmax(axis=1) == self._truth[places]

    def _probabilities(self, places: Places, profile: LibraryProfile) -> Probabilities:
        tagger = self._tagger.with_profile(profile)
        return tagger.type_probabilities(self._vectors[places], self._forms[places].tolist())


def _shares(is_right: Mask) -> list[float]:
    return is_right.astype(float).tolist()
