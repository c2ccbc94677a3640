"""The screens by mode. A start shows one of them; the others are imported when they are first opened."""

from collections.abc import Callable, Mapping

from textual.screen import Screen

from tui.app.screens.context import ScreenContext

MODES = ("browse", "blend", "map", "folders", "kit", "duplicates")


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

    def kit() -> Screen[None]:
        from tui.app.screens.kit import KitScreen

        return KitScreen(context)

    def duplicates() -> Screen[None]:
        from tui.app.screens.duplicates import DuplicatesScreen

        return DuplicatesScreen(context)

    return dict(zip(MODES, (browse, blend, sound_map, folders, kit, duplicates), strict=True))


def mode_owners(mode: str) -> tuple[type, ...]:
    """Return what has keys on the screen of a mode: the screen and the widgets on it."""
    from tui.app.widgets.sample_list import SampleList

    if mode == "browse":
        from tui.app.screens.browse import BrowseScreen
        from tui.app.widgets.facets import Facets
        from tui.app.widgets.folder_panel import FolderPanel
        from tui.app.widgets.query_input import QueryInput
        from tui.app.widgets.region_waveform import RegionWaveform

        return (BrowseScreen, SampleList, QueryInput, Facets, FolderPanel, RegionWaveform)
    if mode == "blend":
        from tui.app.screens.blend import BlendScreen
        from tui.app.widgets.pad import Pad

        return (BlendScreen, SampleList, Pad)
    if mode == "map":
        from tui.app.screens.map import MapScreen
        from tui.app.widgets.map_canvas import MapCanvas

        return (MapScreen, SampleList, MapCanvas)
    if mode == "kit":
        from tui.app.screens.kit import KitScreen
        from tui.app.widgets.pads import Pads

        return (KitScreen, SampleList, Pads)
    if mode == "folders":
        from tui.app.screens.folders import FoldersScreen

        return (FoldersScreen,)
    from tui.app.screens.duplicates import DuplicatesScreen

    return (DuplicatesScreen,)
