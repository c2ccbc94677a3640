"""The state of the app that is kept between sessions."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_origin

DEFAULT_COLUMNS = ("name", "type", "length", "tempo", "key", "stars", "folder", "score")
_MAX_HISTORY = 100


@dataclass
class AppState:
    """Choices of the user that last; each has a default, for damaged and older files."""

    theme: str = "earmark-dark"
    columns: list[str] = field(default_factory=lambda: list(DEFAULT_COLUMNS))
    sort: str = ""
    has_autoplay: bool = True
    is_looping: bool = False
    has_advance: bool = False
    has_spectrogram: bool = False
    project_bpm: float = 0.0  # 0 for none
    project_key: str = ""
    has_original: bool = False  # play sounds unchanged, whatever the project
    has_count_in: bool = False
    volume: float = 1.0
    device: str = ""
    key_preset: str = ""
    has_facets: bool = True
    has_folder_tree: bool = False
    has_details: bool = True
    query: str = ""
    screen: str = "browse"
    corners: list[str] = field(default_factory=list)
    map_view: list[float] = field(default_factory=list)
    history: list[str] = field(default_factory=list)

    def remember_query(self, line: str) -> None:
        """Put a query in front of the history."""
        line = line.strip()
        if line:
            self.history = [line, *(old for old in self.history if old != line)][:_MAX_HISTORY]


def load_state(file: Path) -> AppState:
    """Read the state; missing values and values of another type keep their defaults."""
    try:
        stored = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return AppState()
    state = AppState()
    if isinstance(stored, dict):
        for known in fields(state):
            value = stored.get(known.name)
            if _is_of(value, known.type):
                setattr(state, known.name, value)
    return state


def save_state(file: Path, state: AppState) -> None:
    """Write the state atomically."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
    new.replace(file)


def _is_of(value: Any, kind: Any) -> bool:
    """Say whether a value from JSON has the declared type of a field."""
    if get_origin(kind) is list:
        return isinstance(value, list) and all(_is_of(item, get_args(kind)[0]) for item in value)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is kind
