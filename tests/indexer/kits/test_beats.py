"""Beats: everybody plays, on time, and four bars loop without a seam."""

import numpy as np
import pytest

from indexer.kits.beats import STYLES, Hit, Style, beat_of, render_beat, role_of

RATE_HZ = 4_800
KIT = ("kick", "snare", "closed hi-hat", "open hi-hat", "clap", "tom", "tom", "cowbell", "vocal")


@pytest.mark.parametrize("name", STYLES)
def test_every_slot_of_a_kit_is_heard_within_four_bars(name: str) -> None:
    style = STYLES[name]
    assert {64 % len(row) for row in style.rows.values()} == {0}
    hits = beat_of(style, [role_of(kind) for kind in KIT])
    assert {hit.slot for hit in hits} == set(range(len(KIT)))
    assert all(0 <= hit.step < 64 and 0 < hit.velocity <= 1 for hit in hits)
    assert len({(hit.step, hit.slot) for hit in hits}) == len(hits)


def test_every_second_sixteenth_swings_and_slots_of_a_role_take_turns() -> None:
    hits = beat_of(Style(90, 0.25, {"kick": "Xx.............."}), ["kick", "kick"])
    assert hits[:3] == [Hit(0, 0, 1.0), Hit(1.25, 1, 0.7), Hit(16, 0, 1.0)]


def test_strokes_lie_on_their_frames_and_tails_go_round() -> None:
    sound = np.ones((3_000, 2), np.float32) * 0.5
    mix = render_beat([Hit(0, 0, 1.0), Hit(63, 1, 0.5)], {0: sound[:10], 1: sound}, ["kick", None], 120, RATE_HZ)
    assert len(mix) == 8 * RATE_HZ  # 16 beats at 120 bpm
    assert mix[:10, 0].tolist() == [0.75] * 10
    assert mix[10:2_400, 0].tolist() == [0.25] * 2_390
    assert not mix[2_400 : 63 * 600].any()
    assert mix[63 * 600 :, 1].tolist() == [0.25] * 600


def test_an_open_hat_ends_where_a_closed_one_is_hit_and_nothing_clips() -> None:
    sound = np.ones((6_000, 2), np.float32)
    hits = [Hit(2, 0, 1.0), Hit(4, 1, 1.0)]
    mix = render_beat(hits, {0: sound, 1: np.zeros((1, 2), np.float32)}, ["open", "hat"], 120, RATE_HZ)
    assert mix[1_200:2_400].min() == pytest.approx(0.9)
    assert not mix[2_400 + 40 :].any()
    assert np.abs(mix).max() == pytest.approx(0.9)


def test_a_slot_without_a_sound_is_silent() -> None:
    assert not render_beat([Hit(0, 0, 1.0)], {}, ["kick"], 240, RATE_HZ).any()
