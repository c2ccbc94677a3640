"""The project's tempo and key, as they are typed."""

import pytest

from db.errors import UsageError
from tui.workspace.state.app_state import AppState
from tui.workspace.state.project import has_project, is_project_line, project_of, project_text, set_project


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["128"], "128 bpm"),
        (["128 Am"], "128 bpm Am"),
        (["bpm 92.5"], "92.5 bpm"),
        (["92,5 bpm"], "92.5 bpm"),
        (["128bpm", "key F#m"], "128 bpm F#m"),
        (["8A"], "Am"),
        (["128 Am", "key none"], "128 bpm"),
        (["128 Am", "bpm none"], "Am"),
        (["128 Am", "none"], ""),
        (["128 Am", ""], ""),
    ],
)
def test_tempo_and_key_are_set_and_unset(texts: list[str], said: str) -> None:
    state = AppState()
    for text in texts:
        set_project(state, text)
    assert project_text(state) == said
    assert has_project(state) == bool(said)


@pytest.mark.parametrize("text", ["fast", "128 Xm", "key 128", "5", "999"])
def test_what_is_neither_changes_nothing(text: str) -> None:
    state = AppState(project_bpm=100.0)
    with pytest.raises(UsageError):
        set_project(state, text)
    assert state.project_bpm == 100


def test_the_original_is_heard_until_another_project_is_set() -> None:
    state = AppState()
    set_project(state, "128 Am")
    state.has_original = True
    assert not project_of(state).is_set
    set_project(state, "120")
    assert project_of(state).tempo_bpm == 120
    assert project_of(state).key == "Am"


@pytest.mark.parametrize("line", ["bpm 128", "BPM 92.5", "key Am", "key 8A", " bpm none "])
def test_lines_that_set_the_project(line: str) -> None:
    assert is_project_line(line)


@pytest.mark.parametrize("line", ["bpm", "bpm:128", "bpm 128 kick", "key", "key west", "128 bpm", "dark 808", "key:Am"])
def test_lines_that_are_queries(line: str) -> None:
    assert not is_project_line(line)
