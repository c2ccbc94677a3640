"""Colours: two themes of our own, and one hue for each family of sounds."""

from textual.theme import Theme

DARK = Theme(
    name="earmark-dark",
    primary="#e0a458",
    secondary="#6ba5a8",
    accent="#e0a458",
    foreground="#d8d6d0",
    background="#141416",
    surface="#1b1b1e",
    panel="#232327",
    success="#8fb573",
    warning="#d9a441",
    error="#d9705f",
    dark=True,
    variables={"footer-key-foreground": "#e0a458", "input-selection-background": "#e0a458 35%"},
)
LIGHT = Theme(
    name="earmark-light",
    primary="#9a5b00",
    secondary="#2f6f73",
    accent="#9a5b00",
    foreground="#2a2926",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e8e5de",
    success="#4c7a34",
    warning="#94680c",
    error="#b03a2e",
    dark=False,
    variables={"footer-key-foreground": "#9a5b00", "input-selection-background": "#9a5b00 25%"},
)
THEMES = (DARK, LIGHT)

_FAMILIES_DARK = {
    "drums": "#e0a458",
    "bass": "#d9705f",
    "melodic": "#7aa2d6",
    "vocal": "#c98bc4",
    "fx": "#8fb573",
}
_FAMILIES_LIGHT = {
    "drums": "#9a5b00",
    "bass": "#b03a2e",
    "melodic": "#2f5f9e",
    "vocal": "#8a3f85",
    "fx": "#4c7a34",
}
_OTHER_DARK, _OTHER_LIGHT = "#8b8984", "#77746d"


def family_color(family: str | None, *, is_dark: bool) -> str:
    """Return the colour of a family of sounds as ``#rrggbb``; grey for what has none."""
    if is_dark:
        return _FAMILIES_DARK.get(family or "", _OTHER_DARK)
    return _FAMILIES_LIGHT.get(family or "", _OTHER_LIGHT)
