"""earmark for scripts and notebooks; docs/api.md shows how.

::

    from indexer import index, open_library, search

    library = open_library("drums", create=True)
    index(library, "~/Samples/Drums")
    hits = search(library, "dark punchy kick")

Each name is imported when it is first used, so that ``import indexer`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.api.encoder import SoundEncoder, load_encoder
    from indexer.api.functions import blend, index, search, similar
    from indexer.api.hits import Hits
    from indexer.api.opened import OpenLibrary, open_library

__all__ = [
    "Hits",
    "OpenLibrary",
    "SoundEncoder",
    "blend",
    "index",
    "load_encoder",
    "open_library",
    "search",
    "similar",
]
# ``search`` is missing here: it is the package `indexer.search`, which can be called.
_MODULES = {
    "Hits": "hits",
    "OpenLibrary": "opened",
    "SoundEncoder": "encoder",
    "blend": "functions",
    "index": "functions",
    "load_encoder": "encoder",
    "open_library": "opened",
    "similar": "functions",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"indexer.api.{_MODULES[name]}"), name)
