"""Tempo and key of the user's project: parse them, and adapt sounds to them."""

import re

from db.errors import UsageError
from db.keys import canonical_key
from db.paths import display_text
from db.types import Sample
from indexer.export.conform import FASTEST_BPM, NO_PROJECT, SLOWEST_BPM, Conformed, Project, conform
from tui.workspace.state.app_state import AppState

_TEMPO = re.compile(r"(?:bpm|tempo)?\s*[:=]?\s*(\d{2,3}(?:[.,]\d+)?)\s*(?:bpm)?", re.IGNORECASE)
_LINE = re.compile(r"\s*(?:bpm|key)\s+(?!.*[:\"])(\S+)\s*", re.IGNORECASE)
_NONE = {"", "none", "off", "-"}


def is_project_line(line: str) -> bool:
    """Say whether a query line sets the project instead of searching: ``bpm 128``, ``key Am``."""
    match = _LINE.fullmatch(line)
    if match is None:
        return False
    word = match[1]
    return word in _NONE or _TEMPO.fullmatch(word) is not None or canonical_key(word) is not None


def set_project(state: AppState, text: str) -> None:
    """Set the tempo, the key or both: ``128 Am``, ``bpm 128``, ``key Am``; "none" unsets what is named, or both.

    Raises:
        UsageError: The text is neither a tempo nor a key.
    """
    words = text.replace(",", ".").split()
    tempo, key = state.project_bpm, state.project_key
    if text.strip().lower() in _NONE:
        tempo, key = 0.0, ""
    name = ""
    for word in words if text.strip().lower() not in _NONE else ():
        lower = word.lower()
        if lower in {"bpm", "tempo", "key"}:
            name = "key" if lower == "key" else "bpm"
        elif lower in _NONE:
            tempo, key = (tempo, "") if name == "key" else (0.0, key)
        elif name != "key" and (match := _TEMPO.fullmatch(word)) is not None:
            tempo = float(match[1])
            if not SLOWEST_BPM <= tempo <= FASTEST_BPM:
                raise UsageError(f"A tempo is between {SLOWEST_BPM:g} and {FASTEST_BPM:g}, such as: 128")
        elif canonical_key(word) is not None:
            key = canonical_key(word) or ""
        else:
            raise UsageError(f"{display_text(word)!r} is neither a tempo nor a key. Write them as: 128 Am")
    state.project_bpm, state.project_key, state.has_original = tempo, key, False


def project_of(state: AppState) -> Project:
    """Return the project to adapt sounds to; `NO_PROJECT` if none is set or originals are wanted."""
    if state.has_original or not has_project(state):
        return NO_PROJECT
    return Project(state.project_bpm or None, state.project_key or None)


def conform_to_project(sample: Sample, state: AppState) -> Conformed:
    """Return how a sound is adapted to the current project for playback and export."""
    return conform(sample, project_of(state))


def has_project(state: AppState) -> bool:
    """Say whether a tempo or a key is set."""
    return bool(state.project_bpm or state.project_key)


def project_text(state: AppState) -> str:
    """Return ``"128 bpm Am"``; "" if nothing is set."""
    tempo = f"{state.project_bpm:g} bpm" if state.project_bpm else ""
    return f"{tempo} {state.project_key}".strip()
