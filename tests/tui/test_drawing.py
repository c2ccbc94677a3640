"""What is drawn for people: it fits, it is complete, and no name can do harm."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from indexer.evaluation.zero_shot import Evaluation, LabelFigures
from tests.tui.samples import make_hit, make_sample
from tui.sample_paths import folder_under
from tui.terminal.details import detail_table
from tui.terminal.figures import figure_tables, largest_confusions
from tui.terminal.hits import hit_table, shorten

ROOTS = [Path("/packs")]


def drawn(what: RenderableType, width: int = 80) -> list[str]:
    console = Console(width=width, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as capture:
        console.print(what)
    return capture.get().splitlines()


def test_a_hit_shows_what_a_producer_decides_by() -> None:
    (line,) = drawn(hit_table([make_hit(make_sample(), n_folded=3)], ROOTS, 120), 120)
    for part in ("1", "87%", "dusty.wav", "+3 like it", "0.34 s", "kick", "120 bpm", "Am", "packs/Kicks"):
        assert part in line


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_hits_take_one_line_each_at_any_width(width: int) -> None:
    long_name = f"/packs/{'Very Long Folder Name/' * 5}{'long_name_' * 12}.wav"
    wide_name = "/packs/太鼓/" + "ドラム" * 30 + ".wav"
    hits = [make_hit(make_sample(path), n_folded=12) for path in (long_name, wide_name, "/packs/a.wav")]
    lines = drawn(hit_table(hits, ROOTS, width), width)
    assert len(lines) == 3
    assert all(cell_len(line) <= width for line in lines)


def test_in_a_pipe_nothing_is_cut() -> None:
    name = "long_name_" * 20 + ".wav"
    (line,) = drawn(hit_table([make_hit(make_sample(f"/packs/{name}"))], ROOTS, 10_000), 10_000)
    assert name in line


@pytest.mark.parametrize("name", ["[Am] pad [120].wav", "[bold red]x.wav", ":smile: kick.wav", "[link=x]y.wav"])
def test_markup_in_a_name_is_shown_as_it_is(name: str) -> None:
    assert name in drawn(hit_table([make_hit(make_sample(f"/packs/{name}"))], ROOTS, 200), 200)[0]
    assert any(name in line for line in drawn(detail_table(make_sample(f"/packs/{name}")), 200))


@given(
    st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=40).filter(
        lambda name: name not in {".", ".."}
    )
)
def test_no_name_can_control_the_terminal(name: str) -> None:
    sample = make_sample(f"/packs/{name}")
    text = "".join(drawn(hit_table([make_hit(sample)], ROOTS, 200), 200) + drawn(detail_table(sample), 200))
    assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in text)


def test_a_sound_that_no_words_describe_has_no_score() -> None:
    assert drawn(hit_table([make_hit(make_sample(), score=0)], ROOTS, 80))[0].split()[:2] == ["1", "-"]


def test_an_offline_sound_says_so() -> None:
    sample = make_sample(is_online=False)
    assert "offline" in drawn(hit_table([make_hit(sample)], ROOTS, 120), 120)[0]
    assert any("is the drive connected?" in line for line in drawn(detail_table(sample)))


def test_a_folder_begins_with_the_name_of_its_root() -> None:
    assert folder_under(Path("/home/me/Packs/Drums/Kicks/a.wav"), [Path("/home/me/Packs")]) == "Packs/Drums/Kicks"
    assert folder_under(Path("/home/me/Packs/a.wav"), [Path("/home/me/Packs")]) == "Packs"
    assert folder_under(Path("/elsewhere/a.wav"), [Path("/home/me/Packs")]) == "/elsewhere"


def test_a_sound_is_played_from_a_place_that_is_there(tmp_path: Path) -> None:
    here = tmp_path / "a.wav"
    here.touch()
    assert make_sample("/gone/a.wav", str(here)).path == here
    assert make_sample("/gone/a.wav", "/gone/b.wav").path == Path("/gone/a.wav")


def test_a_long_folder_loses_its_beginning_first() -> None:
    assert shorten("Packs/Drums/Kicks", 20) == "Packs/Drums/Kicks"
    assert shorten("Packs/Drums/Kicks", 16) == "…/Drums/Kicks"
    assert shorten("Packs/Drums/Kicks", 3) == "…/Kicks"


def test_the_details_name_every_place_and_the_source_of_each_value() -> None:
    text = "\n".join(drawn(detail_table(make_sample("/packs/a.wav", "/packs/copy/b.wav"))))
    for part in (
        *("/packs/a.wav", "/packs/copy/b.wav", "44.1 kHz", "16 bit", "mono", "-0.3 dBFS"),
        *("120 bpm  (filename, 90%)", "Am  (analysis, 60%)", "drums / kick  (model, 80%)"),
    ):
        assert part in text


EVALUATION = Evaluation(
    model="fake-1",
    n_sounds=30,
    n_labels=3,
    n_failed=1,
    top1=0.7,
    balanced=0.6,
    p_at_10=0.5,
    one_nn=0.9,
    hubs=0.3,
    hubs_uncorrected=0.7,
    taught=0.8,
    per_label=tuple(LabelFigures(label, 10, 0.5, 0.5, 0.5) for label in ("clap", "kick", "[snare]")),
    confusion=((10, 0, 0), (3, 6, 1), (0, 5, 5)),
)


def test_confusions_are_told_in_words_largest_first() -> None:
    assert largest_confusions(EVALUATION, 2) == [(5, 10, "[snare]", "kick"), (3, 10, "kick", "clap")]
    text = "\n".join(drawn(figure_tables(EVALUATION)))
    assert "[snare]: 5 of 10 taken for kick" in text
    assert "30 sounds, 3 labels, 1 file failed" in text
    assert "0.700" in text
    assert "After 5 examples per label: 0.800" in text
    assert "0.30 (0.70 uncorrected)" in text
