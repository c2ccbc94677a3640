"""Key bindings, their presets, and the user's own."""

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from textual.binding import Binding

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
    "browse.folders": "ctrl+t",
    "browse.open_folder": "right,l",
    "browse.close_folder": "left,h",
    "sound.hide": "ctrl+x",
    "browse.teach": "ctrl+l",
    "sound.key": "ctrl+k",
    "sound.kit": "ctrl+g",
    "blend.left": "left,h",
    "blend.right": "right,l",
    "blend.up": "up,k",
    "blend.down": "down,j",
    "kit.left": "left,h",
    "kit.right": "right,l",
    "kit.up": "up,k",
    "kit.down": "down,j",
    "duplicates.up": "up,k",
    "duplicates.down": "down,j",
    "duplicates.stop": "left,h",
    "duplicates.replay": "right,l",
    "map.left": "left,h",
    "map.right": "right,l",
    "map.up": "up,k",
    "map.down": "down,j",
    "map.pan_left": "shift+left,H",
    "map.pan_right": "shift+right,L",
    "map.pan_up": "shift+up,K",
    "map.pan_down": "shift+down,J",
    "region.left": "left,h",
    "region.right": "right,l",
    "region.onset_before": "shift+left,H",
    "region.onset_after": "shift+right,L",
    "region.zoom_in": "up,k",
    "region.zoom_out": "down,j",
    "list.extend_up": "shift+up,K",
    "list.extend_down": "shift+down,J",
}
PRESETS: dict[str, dict[str, str]] = {"default": {}, "vim": VIM}


@dataclass(frozen=True, slots=True)
class Keys:
    """Which keys do what.

    Attributes:
        preset: One of `PRESETS`.
        own: Keys by binding id that the user has set; several with commas.
    """

    preset: str = "default"
    own: Mapping[str, str] = field(default_factory=dict)

    def keymap(self, preset: str = "") -> dict[str, str]:
        """Return keys by binding id, where another preset may stand under the user's own."""
        return {**PRESETS.get(preset, PRESETS[self.preset]), **self.own}


def load_keys(file: Path, known_ids: Callable[[], Collection[str]]) -> Keys:
    """Read ``keys.toml``: a ``preset`` (default or vim) and a table ``[keys]`` of binding ids.

    Raises:
        UsageError: The file is invalid, or names an unknown binding.
    """
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return Keys()
    except (OSError, ValueError) as error:
        raise UsageError(f"{display_text(file)} cannot be read: {error}") from error
    preset, keys = table.get("preset", "default"), table.get("keys", {})
    if preset not in PRESETS:
        raise UsageError(f"{display_text(file)}: there is no preset {preset!r}; there are {', '.join(PRESETS)}.")
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise UsageError(f'{display_text(file)}: [keys] takes lines such as "play.loop" = "L".')
    unknown = ", ".join(sorted(set(keys) - set(known_ids()))) if keys else ""
    if unknown:
        raise UsageError(f"{display_text(file)}: there is no key called {display_text(unknown)}. See docs/app.md")
    return Keys(preset, keys)


def declared_bindings(owner: type) -> Iterator[Binding]:
    """Yield the configurable bindings of a class; its own override inherited ones."""
    seen: set[str] = set()
    for kind in owner.__mro__:
        own = [it for it in vars(kind).get("BINDINGS", ()) if isinstance(it, Binding) and it.id]
        yield from (binding for binding in own if binding.id not in seen)
        seen.update(binding.id for binding in own if binding.id)
