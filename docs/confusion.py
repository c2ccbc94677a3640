"""Draw what ``earmark eval --json`` found: ``python docs/confusion.py EVAL.json``.

Prints the table of classes for ``docs/model.md`` and writes ``docs/confusion.svg``. Needs the dependency group
"training" for matplotlib.
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

PICTURE = Path(__file__).with_name("confusion.svg")
_N_CONFUSED = 3


def main() -> None:
    found = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    labels = [row["label"] for row in found["per_label"]]
    confusion = np.array(found["confusion"])
    print("| class | sounds | top-1 | P@10 | taken for |\n|---|---|---|---|---|")
    for place, row in enumerate(found["per_label"]):
        figures = f"{row['n']} | {row['top1']:.2f} | {row['p_at_10']:.2f}"
        print(f"| {row['label']} | {figures} | {taken_for(confusion[place], place, labels)} |")
    draw(confusion, labels)


def taken_for(counts: np.ndarray, own: int, labels: list[str]) -> str:
    """Name the classes that one is most often taken for, with how often."""
    others = np.where(np.arange(len(counts)) == own, 0, counts)
    order = np.argsort(-others, kind="stable")[:_N_CONFUSED]
    return ", ".join(f"{labels[other]} {others[other]}" for other in order if others[other])


def draw(confusion: np.ndarray, labels: list[str]) -> None:
    """Write the picture: a row per true class, darker where more of its sounds were taken for the column."""
    mpl.rcParams["svg.hashsalt"] = "earmark"  # the same sounds give the same file
    shares = confusion / confusion.sum(axis=1, keepdims=True)
    figure = Figure(figsize=(9, 8.5), layout="tight")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=7)
    axes.set_yticks(range(len(labels)), labels, fontsize=7)
    axes.set_xlabel("classified as")
    axes.set_ylabel("is")
    for (row, column), count in np.ndenumerate(confusion):
        if count:
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(count), ha="center", va="center", fontsize=5, color=colour)
    figure.savefig(PICTURE, metadata={"Date": None})


if __name__ == "__main__":
    main()
