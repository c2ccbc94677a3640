"""Queries to ranked hits. The package can also be called: ``indexer.search(library, "kick")`` is public API.

A function cannot stand in `indexer` beside a package of its name: importing the package replaces it.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.api.hits import Hits
    from indexer.api.opened import OpenLibrary
    from indexer.search.result import Hit


class _SearchPackage(ModuleType):
    """The package, with the call of `indexer.api.functions.search`."""

    def __call__(
        self, library: "OpenLibrary", query: str = "", *, k: int | None = 20, order: str = "", folds: bool = True
    ) -> "Hits[Hit]":
        """Find sounds by describing them: `indexer.api.functions.search`."""
        from indexer.api.functions import search

        return search(library, query, k=k, order=order, folds=folds)


sys.modules[__name__].__class__ = _SearchPackage
