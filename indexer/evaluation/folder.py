"""Measure how well a model names the sounds of a labelled folder. Nothing is stored."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from db.errors import UsageError, system_reason
from db.paths import display_text
from indexer.encoders.base import Encoder
from indexer.evaluation.zero_shot import Evaluation, measure
from indexer.ingest.decode_and_embed import decode_and_embed
from indexer.ingest.scan import scan
from indexer.ingest.worker_pool import Task


def evaluate_folder(
    folder: Path,
    labels_csv: Path | None,
    encoder: Encoder,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Evaluation:
    """Embed every labelled sound of a folder and compare what the model says with the labels.

    Args:
        folder: Where the sounds are.
        labels_csv: Columns ``path`` (below ``folder``) and ``label``; without it, the name of the folder that a sound
            lies in is its label.
        encoder: The model to measure.
        on_progress: Told files done and files in all.

    Raises:
        UsageError: The folder or the CSV is not of that form, or holds fewer than two labels.
    """
    labels = read_labels(folder, labels_csv)
    if len(set(labels.values())) < 2:
        raise UsageError(
            "At least two labels are needed: put sounds in folders named after them, or give --labels CSV (path,label)."
        )
    paths = list(labels)
    rows: dict[int, npt.NDArray[np.float32]] = {}
    n_done = 0
    for batch in decode_and_embed((Task(key, path) for key, path in enumerate(paths)), encoder):
        rows.update((item.key, item.vector) for item in batch if item.vector is not None)
        n_done += len(batch)
        on_progress(n_done, len(paths))
    if not rows:
        raise UsageError(
            f"None of the {len(paths)} labelled files could be decoded; try: earmark index, earmark problems"
        )
    embedded = sorted(rows)
    names = [labels[paths[key]] for key in embedded]
    return measure(encoder, np.stack([rows[key] for key in embedded]), names, n_failed=len(paths) - len(embedded))


def read_labels(folder: Path, labels_csv: Path | None) -> dict[bytes, str]:
    """Return the label of each labelled file by its absolute path.

    Raises:
        UsageError: The folder or the CSV is not of the form that `evaluate_folder` takes.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Give the folder that holds the sounds.")
    return _labels_by_folder(folder) if labels_csv is None else _labels_from_csv(folder, labels_csv)


def _labels_by_folder(folder: Path) -> dict[bytes, str]:
    base = os.fsencode(folder.absolute())
    relpaths = sorted(file.relpath for file in scan(folder.absolute(), {}).to_embed)
    return {os.path.join(base, path): os.fsdecode(path.split(b"/")[-2]) for path in relpaths if b"/" in path}


def _labels_from_csv(folder: Path, labels_csv: Path) -> dict[bytes, str]:
    try:
        with labels_csv.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        if isinstance(error, OSError):
            fault = system_reason(error)
        else:
            fault = "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise UsageError(
            f"{display_text(labels_csv)} cannot be read: {fault}. Give a CSV file with the columns path,label."
        ) from None
    if not rows or not {"path", "label"} <= rows[0].keys():
        raise UsageError(f"{labels_csv} needs a header line with the columns path,label.")
    labels = {
        os.fsencode(folder.absolute() / row["path"]): row["label"] for row in rows if row["path"] and row["label"]
    }
    missing = [path for path in labels if not os.path.exists(path)]
    if missing:
        raise UsageError(
            f"{len(missing)} of {len(labels)} files named in {labels_csv} are not below {folder}, "
            f"such as {os.fsdecode(missing[0])!r}."
        )
    return labels
