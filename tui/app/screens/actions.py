"""All key bindings of the app as a list, for the palette and the help."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from textual.actions import parse as parse_action
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from tui.app.keys import declared_bindings
from tui.app.screens.registry import MODES, mode_owners

_GROUPS = {
    "play": "Playback",
    "list": "List",
    "sound": "Sound under the cursor, or all selected sounds",
    "browse": "Browse",
    "query": "Query line",
    "region": "Region of the waveform",
    "blend": "Blend",
    "map": "Map",
    "folders": "Folders",
    "kit": "Kit",
    "duplicates": "Duplicates",
    "app": "Everywhere",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that keys do.

    Attributes:
        group: Heading under which it is listed.
        does: Description in a few words.
        keys: Its keys as they are shown, with those that the user set.
        action: As Textual runs it.
        node: Where it runs; None if it belongs to another screen.
        mode: The screen that has it; "" for all of them.
        is_enabled: Whether it is possible now.
    """

    group: str
    does: str
    keys: tuple[str, ...]
    action: str
    node: DOMNode | None
    mode: str
    is_enabled: bool


def list_actions(app: App[Any]) -> list[Action]:
    """Return all actions, those of the screen in view first; what several keys do stands there once."""
    screen = next(shown for shown in reversed(app.screen_stack) if not shown.is_modal)
    current = getattr(screen, "MODE", "")
    found: dict[tuple[str, str], Action] = {}
    for mode in sorted(MODES, key=lambda mode: mode != current):
        for owner in (type(app), *mode_owners(mode)):
            node = _find(app, screen, owner) if mode == current or owner is type(app) else None
            for binding in declared_bindings(owner):
                if not binding.tooltip:
                    continue
                action = _action(app, binding, node, "" if owner is type(app) else mode)
                first = found.get((action.group, action.does))
                if first is None:
                    found[action.group, action.does] = action
                elif first.node is node:
                    keys = (*first.keys, *(key for key in action.keys if not _is_among(key, first.keys)))
                    found[action.group, action.does] = replace(first, keys=keys)
    own = _GROUPS[current] if current else ""
    order = [own, *_GROUPS.values()]
    return sorted(found.values(), key=lambda action: order.index(action.group))


def _action(app: App[Any], binding: Binding, node: DOMNode | None, mode: str) -> Action:
    group = _GROUPS[(binding.id or "").partition(".")[0]]
    return Action(group, binding.tooltip, _keys(app, binding), binding.action, node, mode, _is_enabled(node, binding))


def _keys(app: App[Any], binding: Binding) -> tuple[str, ...]:
    """Return keys as they are shown; the user's own in place of the built-in ones."""
    own = app._keymap.get(binding.id or "")  # noqa: SLF001 (Textual tells only the keys that work at the moment)
    if own is None and binding.key_display:
        return (binding.key_display,)
    return tuple(app.get_key_display(Binding(key.strip(), "")) for key in (own or binding.key).split(","))


def _is_among(key: str, shown: Sequence[str]) -> bool:
    """Say whether a key is shown already, also as one of several arrows or brackets in a row."""
    return any(key == other or _is_part(*key.rpartition("+")[::2], *other.rpartition("+")[::2]) for other in shown)


def _is_part(held: str, key: str, other_held: str, other: str) -> bool:
    return held == other_held and bool(key) and key in other and not any(map(str.isalnum, other))


def _find(app: App[Any], screen: Screen[Any], owner: type) -> DOMNode | None:
    return next((node for node in (app, screen, *screen.walk_children()) if isinstance(node, owner)), None)


def _is_enabled(node: DOMNode | None, binding: Binding) -> bool:
    if node is None:
        return False
    _, name, parameters = parse_action(binding.action)
    return bool(node.check_action(name, parameters))
