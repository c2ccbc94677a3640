"""An input that keeps the order of keys."""

from textual import events
from textual.widgets import Input


class LineInput(Input):
    """An `Input` whose editing keys are never overtaken by the letters typed after them.

    A key that is bound to an action travels up to the app and acts from there, while a letter acts at once: where the
    app is busy, ctrl+u or backspace would take away letters that came later.
    """

    async def on_key(self, event: events.Key) -> None:
        if event.is_printable:
            return
        bound = self.screen.active_bindings.get(event.key)
        is_own = bound is not None and bound.node is self and bound.enabled
        # false of keys that scroll, which a line cannot: they are left to the list around it
        if is_own and bound is not None and await self.app.run_action(bound.binding.action, self):
            event.stop()
