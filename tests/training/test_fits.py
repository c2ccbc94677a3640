"""The curves that are fitted for indexer.features.tempo and indexer.features.pitch_and_key find what made the data."""

import numpy as np

from training import beats, pitched
from training.sound import SAMPLE_RATE_HZ


def test_a_choice_between_tempos_is_fitted_to_what_decided_it() -> None:
    rng = np.random.default_rng(0)
    decides = np.array([2.0, -1.0, 0.0])
    cases = []
    for _ in range(600):
        rows = rng.standard_normal((4, 3))
        luck = rng.gumbel(size=4)  # which makes the shares those of a logit
        cases.append((rows, int((rows @ decides + luck).argmax())))
    assert np.abs(beats._fit(cases) - decides).max() < 0.35


def test_a_loop_is_played_at_the_tempo_that_is_told() -> None:
    rng = np.random.default_rng(1)
    click = np.exp(-np.arange(2000) / 200).astype(np.float32)
    shots = {role: [click] * beats._N_SHOTS for role in beats._ROLES}
    for _ in range(20):
        loop, bpm = beats._loop(rng, shots)
        n_bars = len(loop) / SAMPLE_RATE_HZ * bpm / 240
        assert min(abs(n_bars - n) for n in beats._N_BARS) < 1e-3
        case = beats._case(loop, bpm)
        assert case is not None
        rows, truth = case
        assert np.isfinite(rows).all()
        assert 0 <= truth < len(rows)


def test_notes_and_drums_weigh_the_same_however_many_there_are() -> None:
    rng = np.random.default_rng(2)
    is_note = np.arange(2000) % 10 == 0
    rows = rng.standard_normal((2000, 2)) + np.where(is_note, 1.5, -1.5)[:, None] * [1, 0]
    constant, tells, says_nothing = pitched._fit(rows, is_note)
    assert tells > 1
    assert abs(says_nothing) < 0.3
    assert abs(constant) < 0.3  # a fit that counts sounds would put it at -2, since nine in ten are drums
