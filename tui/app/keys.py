"""Keys: what they do, as the help panel shows it, and how a user changes them."""

import tomllib
from pathlib import Path
from typing import Any

from textual.screen import Screen

from db.errors import UsageError
from db.paths import display_text

VIM = {
    "list.up": "up,k",
    "list.down": "down,j",
    "list.first": "home,g",
    "list.last": "end,G",
    "list.page_up": "pageup,ctrl+b",
    "list.page_down": "pagedown,ctrl+f",
    "play.stop": "left,h",
    "play.replay": "right,l",
    "play.loop": "L",
    "browse.facets": "F",
}
PRESETS: dict[str, dict[str, str]] = {"default": {}, "vim": VIM}

_GROUPS = {
    "play": "Listening",
    "list": "The list",
    "sound": "The sound, or all selected ones",
    "browse": "Searching",
    "query": "In the query line",
    "blend": "Blending",
    "map": "On the map",
    "folders": "Folders",
    "app": "Everywhere",
}


def load_keymap(file: Path) -> dict[str, str]:
    """Read ``keys.toml``: a ``preset`` (default or vim) and a table ``[keys]`` of binding ids.

    Raises:
        UsageError: The file cannot be understood.
    """
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{display_text(file)} cannot be read: {error}") from error
    preset, keys = table.get("preset", "default"), table.get("keys", {})
    if preset not in PRESETS:
        raise UsageError(f"{display_text(file)}: there is no preset {preset!r}; there are {', '.join(PRESETS)}.")
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise UsageError(f'{display_text(file)}: [keys] takes lines such as "play.loop" = "L".')
    return {**PRESETS[preset], **keys}


def help_groups(screen: Screen[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the keys that work on a screen now, under headings, with what they do."""
    groups: dict[str, dict[str, tuple[list[str], str]]] = {}
    for binding in (active.binding for active in screen.active_bindings.values()):
        group = groups.setdefault((binding.id or "").partition(".")[0], {})
        keys, _ = group.setdefault(binding.action, ([], binding.tooltip or binding.description))
        key = screen.app.get_key_display(binding)
        if key not in keys:
            keys.append(key)
    return [
        (title, [(" ".join(keys), does) for keys, does in groups[name].values()])
        for name, title in _GROUPS.items()
        if name in groups
    ]
