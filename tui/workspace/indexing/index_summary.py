"""The summary of an indexing run, in words."""

from typing import TYPE_CHECKING

from tui import formatting

if TYPE_CHECKING:
    from indexer.ingest.pipeline import IndexSummary


def has_changes(summary: "IndexSummary") -> bool:
    """Say whether a run changed anything."""
    return any(
        (
            summary.n_new,
            summary.n_changed,
            summary.n_retagged,
            summary.n_moved,
            summary.n_duplicate,
            summary.n_removed,
            summary.n_embedded,
        )
    )


def counts_text(summary: "IndexSummary") -> str:
    """Return what a run did, in one or two sentences."""
    parts = [
        f"{n:,} {word}"
        for n, word in (
            (summary.n_new, "new"),
            (summary.n_changed, "changed"),
            (summary.n_retagged, "retagged"),
            (summary.n_moved, "moved"),
            (summary.n_duplicate, "duplicate"),
            (summary.n_unchanged, "unchanged"),
            (summary.n_removed, "removed"),
            (summary.n_failed, "failed"),
        )
        if n
    ]
    counts = ", ".join(parts) or "no sounds found"
    sentences = [f"{counts} in {formatting.duration(summary.seconds)}."]
    if summary.n_skipped_folders:
        sentences.append(f"{formatting.count(summary.n_skipped_folders, 'hidden folder')} with sounds skipped.")
    if summary.n_offline_roots:
        sentences.append(f"{formatting.count(summary.n_offline_roots, 'folder')} offline.")
    return " ".join(sentences)
