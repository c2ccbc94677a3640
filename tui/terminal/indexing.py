"""Run the indexer with progress, Ctrl-C and a summary."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from db.library import Library
from db.paths import display_text
from indexer.encoders.base import Encoder
from tui.exit_codes import ExitCode
from tui.terminal.interrupt import stop_on_interrupt
from tui.terminal.output import print_json, say
from tui.terminal.progress import Meter, meter
from tui.workspace.indexing.index_summary import counts_text, has_changes

if TYPE_CHECKING:
    from indexer.ingest.decode_and_embed import EmbedFiles
    from indexer.ingest.pipeline import IndexEvent, IndexSummary


def run_index(
    library: Library,
    folders: Sequence[Path],
    encoder: Encoder,
    *,
    retry_problems: bool = False,
    is_full: bool = False,
    embed_files: "EmbedFiles | None" = None,
) -> "IndexSummary":
    """Bring a library up to date, with progress on stderr; errors as in `indexer.ingest.pipeline.index`."""
    from indexer.ingest.pipeline import index

    with meter("Analysing") as shown, stop_on_interrupt(shown.note) as stop:
        return index(
            library,
            folders,
            encoder,
            on_event=_show_on(shown),
            cancelled=stop.is_set,
            retry_problems=retry_problems,
            is_full=is_full,
            embed_files=embed_files,
            has_remote=True,
        )


def _show_on(shown: Meter) -> Callable[["IndexEvent"], None]:
    from indexer.audio.remote import url_of
    from indexer.ingest.pipeline import BatchStored

    n_to_embed = 0

    def on_event(event: "IndexEvent") -> None:
        nonlocal n_to_embed
        if isinstance(event, BatchStored):
            shown.show(event.n_done, event.n_total, event.current)
            return
        n_to_embed += event.n_to_embed
        shown.show(0, n_to_embed)
        url = None if event.is_online else url_of(event.root)
        if url is not None:
            say(
                f"{display_text(url)} does not answer, or has no sounds now. Its sounds stay in the library as offline."
            )
        elif not event.is_online:
            say(
                f"{display_text(event.root)} not found; is the drive connected? "
                "Its sounds stay in the library as offline. If the folder has moved: earmark relink OLD NEW"
            )

    return on_event


def summary_text(summary: "IndexSummary") -> str:
    """Return what a run did and what to do next, in a few sentences."""
    sentences = [counts_text(summary)]
    if summary.n_failed or summary.n_skipped_folders:
        sentences.append("See why with: earmark problems")
    elif not (has_changes(summary) or summary.n_unchanged or summary.n_offline_roots or summary.was_cancelled):
        sentences.append("Add sounds with: earmark index FOLDER")
    if summary.was_cancelled:
        sentences.append("Stopped early; the same command continues from here.")
    return " ".join(sentences)


def finish(summary: "IndexSummary", *, as_json: bool) -> None:
    """Report a run.

    Raises:
        typer.Exit: With `ExitCode.INTERRUPTED` when Ctrl-C has stopped it.
    """
    if as_json:
        print_json(asdict(summary))
    say(summary_text(summary))
    if summary.was_cancelled:
        raise typer.Exit(ExitCode.INTERRUPTED)
