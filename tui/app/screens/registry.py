"""The screens by mode. A start shows one of them; the others are imported when they are first opened."""

from collections.abc import Callable, Mapping

from textual.binding import BindingType
from textual.screen import Screen

from tui.app.screens.context import ScreenContext

MODES = ("browse", "blend", "map", "folders")


def screens_by_mode(context: ScreenContext) -> Mapping[str, Callable[[], Screen[None]]]:
    """Return what makes the screen of each mode."""

    def browse() -> Screen[None]:
        from tui.app.screens.browse import BrowseScreen

        return BrowseScreen(context)

    def blend() -> Screen[None]:
        from tui.app.screens.blend import BlendScreen

        return BlendScreen(context)

    def sound_map() -> Screen[None]:
        from tui.app.screens.map import MapScreen

        return MapScreen(context)

    def folders() -> Screen[None]:
        from tui.app.screens.folders import FoldersScreen

        return FoldersScreen(context)

    return dict(zip(MODES, (browse, blend, sound_map, folders), strict=True))


def screen_bindings() -> list[BindingType]:
    """Return the keys of all screens and of the widgets on them."""
    from tui.app.screens.blend import BlendScreen
    from tui.app.screens.browse import BrowseScreen
    from tui.app.screens.folders import FoldersScreen
    from tui.app.screens.map import MapScreen
    from tui.app.widgets.facets import Facets
    from tui.app.widgets.map_canvas import MapCanvas
    from tui.app.widgets.pad import Pad
    from tui.app.widgets.query_input import QueryInput
    from tui.app.widgets.sample_list import SampleList

    owners = (BrowseScreen, BlendScreen, MapScreen, FoldersScreen, SampleList, QueryInput, Facets, MapCanvas, Pad)
    return [binding for owner in owners for kind in owner.__mro__ for binding in vars(kind).get("BINDINGS", ())]
