"""The command palette: all actions, with and without a key."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.style import Style

from tui.app.keys import PRESETS
from tui.app.messages import DeviceChosen, KeysChosen
from tui.app.player.output import device_names
from tui.app.screens.actions import Action, list_actions
from tui.app.widgets.top_bar import TITLES

_Command = tuple[str, bool, Callable[[], object]]  # text, whether it can be done now, what does it


class EarmarkCommands(Provider):
    """Find actions by description and show their keys; those that are not available now are dimmed."""

    async def startup(self) -> None:
        self._commands = list(self._list())

    async def discover(self) -> Hits:
        for text, is_enabled, run in self._commands:
            yield DiscoveryHit(_drawn(text, is_enabled), run, text=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text, is_enabled, run in self._commands:
            score, places = matcher.fuzzy_search.match(query, text)
            if score > 0:
                shown = _drawn(text, is_enabled)
                for place in places:
                    shown = shown.stylize(Style(underline=True), place, place + 1)
                begins = not places[0]  # what is called so stands before what only speaks of it
                yield Hit(score + begins, shown, run, text=text)

    def _list(self) -> Iterator[_Command]:
        app = self.app
        for action in list_actions(app):
            yield self._command(action)
        yield from self._organizing()
        yield "Choose the theme: dark, light or another one", True, app.action_change_theme
        for preset in PRESETS:
            yield f"Use the {preset} keys", True, partial(app.post_message, KeysChosen(preset))
        for name in ("", *device_names()):
            text = f"Play through {name or 'the default output of the system'}"
            yield text, True, partial(app.post_message, DeviceChosen(name))

    def _organizing(self) -> Iterator[_Command]:
        """Yield what moves files; it has no key, so that nobody does it by chance."""
        screen = next(shown for shown in reversed(self.app.screen_stack) if not shown.is_modal)
        can_move = hasattr(screen, "action_organize")
        for text, action in (
            ("Organise the files of the listed sounds: folders and names by a template", "organize"),
            ("Remove duplicate files, those of the same bytes: to the trash", "remove_duplicates"),
            ("Undo the last organising or removal of files", "undo_organizing"),
        ):
            yield text, can_move, partial(self.app.run_action, action, screen)

    def _command(self, action: Action) -> _Command:
        keys = " ".join(action.keys)
        if action.node is not None:
            run = partial(self.app.run_action, action.action, action.node)
            return f"{action.does}  ({keys})", action.is_enabled, run
        go = partial(self.app.run_action, f"app.switch_mode('{action.mode}')")
        return f"{action.does}  ({keys} on {TITLES[action.mode]})", False, go


def _drawn(text: str, is_enabled: bool) -> Content:
    content = Content(text)
    return content if is_enabled else content.stylize(Style(dim=True))
