"""``earmark watch``: follow the folders of the library."""

import json
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from db.errors import LibraryBusyError
from tui import formatting
from tui.terminal.interrupt import stop_on_interrupt
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption
from tui.terminal.output import say

if TYPE_CHECKING:
    from db.library import Library
    from indexer.encoders.base import Encoder
    from indexer.ingest.pipeline import IndexSummary

_BUSY_SECONDS = 2.0  # between attempts while another process writes the library


def watch(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """Follow the folders of the library: add new, changed and moved sounds within seconds.

    Ctrl-C ends it. Network drives, which report no changes, are scanned every five minutes.

    \b
    Examples:
      earmark watch
      earmark watch --json >> updates.jsonl
    """
    from indexer.encoders.registry import start_encoder
    from indexer.ingest.watch import follow
    from tui.terminal.indexing import run_index, summary_text
    from tui.workspace.active_model import active_model
    from tui.workspace.indexing.index_summary import has_changes

    def tell(summary: "IndexSummary") -> None:
        if as_json:
            typer.echo(json.dumps(asdict(summary)))
        say(summary_text(summary))

    with open_library(library) as opened, start_encoder(active_model(opened)) as encoder:
        first = run_index(opened, (), encoder)
        tell(first)
        if first.was_cancelled:
            return
        say(f"Following {formatting.count(len(opened.roots()), 'folder')}. Ctrl-C ends it.")
        with stop_on_interrupt(say) as stop:
            for _ in follow(opened.online_folders, stop, say):
                summary = _update(opened, encoder, stop)
                if summary is not None and has_changes(summary):
                    tell(summary)


def _update(library: "Library", encoder: "Encoder", stop: threading.Event) -> "IndexSummary | None":
    """Bring the library up to date once no other process writes it; None if stopped before."""
    from indexer.ingest.pipeline import index

    while not stop.is_set():
        try:
            return index(library, (), encoder, cancelled=stop.is_set)
        except LibraryBusyError:
            stop.wait(_BUSY_SECONDS)
    return None
