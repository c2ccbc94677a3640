"""The command palette: everything that a key does here, and the output devices."""

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from tui.app.keys import PRESETS
from tui.app.messages import DeviceChosen, KeysChosen
from tui.app.player.output import device_names


class EarmarkCommands(Provider):
    """Finds actions by what they do, and shows their keys."""

    async def discover(self) -> Hits:
        for text, run in self._commands():
            yield DiscoveryHit(text, run)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text, run in self._commands():
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(text), run)

    def _commands(self) -> Iterator[tuple[str, IgnoreReturnCallbackType]]:
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.id and binding.tooltip:
                key = self.app.get_key_display(binding)
                yield f"{binding.tooltip}  ({key})", partial(self.app.run_action, binding.action, active.node)
        for name in ("", *device_names()):
            yield f"Play through {name or 'the system default'}", partial(self.app.post_message, DeviceChosen(name))
        yield "Choose a theme: dark, light or another one", self.app.action_change_theme
        for preset in PRESETS:
            yield f"Use the {preset} keys", partial(self.app.post_message, KeysChosen(preset))
