"""Keys that have no place in the footer."""

from textual.binding import Binding


def hidden_key(
    keys: str,
    action: str,
    binding_id: str | None = None,
    tooltip: str = "",
    *,
    key_display: str | None = None,
    is_first: bool = False,
) -> Binding:
    """Bind keys to an action that the footer does not name.

    Args:
        keys: Separated by commas.
        action: As Textual runs it.
        binding_id: By which the user may set other keys; None for keys that stay as they are.
        tooltip: What it does, for the help and the palette; empty where they are not to list it.
        key_display: How the keys are shown, if not by their names.
        is_first: Asked before the widget that has the focus.
    """
    return Binding(keys, action, show=False, id=binding_id, tooltip=tooltip, key_display=key_display, priority=is_first)
