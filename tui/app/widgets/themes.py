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
_BRIGHTNESS_DARK = ("#d9705f", "#e0a458", "#c3c36a", "#8fb573", "#6ba5a8", "#7aa2d6")
_BRIGHTNESS_LIGHT = ("#b03a2e", "#9a5b00", "#77740c", "#4c7a34", "#2f6f73", "#2f5f9e")
_LEVELS_DARK = ("#1b1b1e", "#33302b", "#5a4a33", "#8a6a3c", "#b98a4a", "#e0a458", "#ecc894", "#f6ead6")
_LEVELS_LIGHT = ("#f3f1ec", "#e6d9c2", "#d6bd92", "#c19a5c", "#a8752a", "#8a5200", "#633b00", "#3b2300")
_OTHER_DARK, _OTHER_LIGHT = "#8b8984", "#77746d"


def brightness_colors(*, is_dark: bool) -> tuple[str, ...]:
    """Return the colours of sounds from low to high: red to blue, as players draw them."""
    return _BRIGHTNESS_DARK if is_dark else _BRIGHTNESS_LIGHT


def level_colors(*, is_dark: bool) -> tuple[str, ...]:
    """Return the colours of a spectrogram, from silence to the loudest."""
    return _LEVELS_DARK if is_dark else _LEVELS_LIGHT


def family_color(family: str | None, *, is_dark: bool) -> str:
    """Return the colour of a family of sounds as ``#rrggbb``; grey for what has none."""
    if is_dark:
        return _FAMILIES_DARK.get(family or "", _OTHER_DARK)
    return _FAMILIES_LIGHT.get(family or "", _OTHER_LIGHT)
