import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui import formatting


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0004, "1 ms"), (0.034, "34 ms"), (0.0996, "0.10 s"),
     (0.34, "0.34 s"), (9.994, "9.99 s"), (9.996, "10.0 s"), (59.94, "59.9 s"), (59.96, "1:00"),
     (75.2, "1:15"), (3599.6, "1:00:00"), (6100, "1:41:40")],
)  # fmt: skip
def test_a_duration_reads_like_a_clock_from_a_minute_on(seconds: float, text: str) -> None:
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [(0, "0 B"), (812, "812 B"), (1200, "1.2 kB"), (99_600, "100 kB"), (20_000_000, "20.0 MB"), (3e12, "3.0 TB")],
)  # fmt: skip
def test_a_size_has_two_or_three_digits_and_a_unit(n_bytes: int, text: str) -> None:
    assert formatting.size(int(n_bytes)) == text


def test_one_is_singular_and_large_counts_are_grouped() -> None:
    assert formatting.count(1, "sound") == "1 sound"
    assert formatting.count(0, "sound") == "0 sounds"
    assert formatting.count(12_345, "sound") == "12,345 sounds"


@pytest.mark.parametrize(("bpm", "text"), [(120.0, "120"), (87.5, "87.5"), (99.96, "100")])
def test_a_tempo_shows_no_needless_digits(bpm: float, text: str) -> None:
    assert formatting.bpm(bpm) == text


@given(share=st.floats(allow_nan=False), width=st.integers(1, 60))
def test_a_bar_never_leaves_its_width(share: float, width: int) -> None:
    assert len(formatting.bar(share, width)) <= width


@given(st.lists(st.floats(0, 1), min_size=2))
def test_a_larger_share_never_draws_a_shorter_bar(shares: list[float]) -> None:
    bars = [formatting.bar(share, 20) for share in sorted(shares)]
    assert [len(bar) for bar in bars] == sorted(len(bar) for bar in bars)
