"""A marked part of a sound."""

import pytest

from tui.workspace.state.region import Region


def test_the_edges_move_one_at_a_time_and_never_cross() -> None:
    region = Region(4.0)
    region.move_to(1.0)
    region.moves_end = True
    region.move_to(2.0)
    assert (region.start, region.end) == (1, 2)
    region.move_to(0.5)
    assert region.end == pytest.approx(1.01)
    region.move_to(9)
    assert region.end == 4
    region.moves_end = False
    region.move_to(-1)
    assert region.start == 0


def test_an_edge_goes_from_onset_to_onset() -> None:
    region = Region(4.0, onsets=(0.5, 1.0, 3.0))
    for place in (0.5, 1.0, 3.0):
        region.move_to_onset(1)
        assert region.start == place
    region.move_to_onset(-1)
    assert region.start == 1
    region.moves_end = True
    region.move_to_onset(-1)
    assert region.end == 3
    region.move_to_onset(1)
    assert region.end == 4
    region.move_to_onset(1)
    assert region.end == 4


def test_the_mouse_marks_in_either_direction_and_takes_onsets_near_it() -> None:
    region = Region(4.0, onsets=(0.5, 1.0))
    region.mark(region.snapped(2.2, 0.1), region.snapped(0.95, 0.1))
    assert (region.start, region.end) == (1.0, 2.2)
