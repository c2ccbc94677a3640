"""The screens by mode. A start shows one of them; the others are imported when they are first opened."""

from collections.abc import Callable

from textual.binding import Binding
from textual.screen import Screen


def _browse() -> Screen[None]:
    from tui.app.screens.browse import BrowseScreen

    return BrowseScreen()


def _blend() -> Screen[None]:
    from tui.app.screens.blend import BlendScreen

    return BlendScreen()


def _map() -> Screen[None]:
    from tui.app.screens.map import MapScreen

    return MapScreen()


def _folders() -> Screen[None]:
    from tui.app.screens.folders import FoldersScreen

    return FoldersScreen()


MODES: dict[str, str | Callable[[], Screen[None]]] = {
    "browse": _browse,
    "blend": _blend,
    "map": _map,
    "folders": _folders,
}


def binding_ids() -> frozenset[str]:
    """Return the ids of all keys that can be changed."""
    from tui.app.app import EarmarkApp
    from tui.app.screens.blend import BlendScreen
    from tui.app.screens.browse import BrowseScreen
    from tui.app.screens.folders import FoldersScreen
    from tui.app.screens.map import MapScreen
    from tui.app.widgets.facets import Facets
    from tui.app.widgets.map_canvas import MapCanvas
    from tui.app.widgets.pad import Pad
    from tui.app.widgets.query_input import QueryInput
    from tui.app.widgets.sample_list import SampleList

    screens = (BrowseScreen, BlendScreen, MapScreen, FoldersScreen)
    owners = (EarmarkApp, *screens, SampleList, QueryInput, Facets, MapCanvas, Pad)
    declared = (binding for owner in owners for kind in owner.__mro__ for binding in vars(kind).get("BINDINGS", ()))
    return frozenset(binding.id for binding in declared if isinstance(binding, Binding) and binding.id)
