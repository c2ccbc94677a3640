import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.encoders.prompts import combine, describe, unit
from tests.fakes import FakeEncoder

words = st.lists(st.text(min_size=1, max_size=8), max_size=3)


@given(st.text(max_size=12), words, words)
def test_any_combination_is_a_unit_vector_or_nothing(text: str, plus: list[str], minus: list[str]) -> None:
    vector = combine(FakeEncoder(), text, plus, minus)
    if vector is None:
        assert (text, plus, minus) == ("", [], [])
    else:
        norm = float(np.linalg.norm(vector))
        assert abs(norm - 1) < 1e-5 or norm == 0  # "+a -a" cancels out


def test_plus_draws_towards_a_word_and_minus_away_from_it() -> None:
    encoder = FakeEncoder()
    reverb = describe(encoder, ["reverb"])[0]
    plain, wet, dry = (
        combine(encoder, "snare", plus, minus) @ reverb
        for plus, minus in (((), ()), (("reverb",), ()), ((), ("reverb",)))
    )
    assert dry < plain < wet


def test_description_loses_what_all_texts_share() -> None:
    encoder = FakeEncoder()
    encoder.text_center = np.full(16, 0.1, np.float32)
    plain = FakeEncoder()
    shared = unit(encoder.text_center)
    assert describe(encoder, ["kick"])[0] @ shared < describe(plain, ["kick"])[0] @ shared


def test_unit_keeps_zero() -> None:
    assert not unit(np.zeros((1, 4), np.float32)).any()
