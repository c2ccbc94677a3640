"""The figures of an evaluation as tables."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from db.paths import display_text
from indexer.evaluation.zero_shot import Evaluation
from tui import formatting

_N_CONFUSIONS = 10


def figure_tables(evaluation: Evaluation) -> Group:
    """Lay out the figures, the figures per label and the largest confusions in words."""
    failed = f", {formatting.count(evaluation.n_failed, 'file')} failed" if evaluation.n_failed else ""
    sounds = (
        f"{formatting.count(evaluation.n_sounds, 'sound')}, {formatting.count(evaluation.n_labels, 'label')}{failed}"
    )
    return Group(
        Text(f"{sounds}, model {evaluation.model}"),
        Text(),
        _overall(evaluation),
        Text(),
        _per_label(evaluation),
        *_confusion_lines(evaluation),
        Text(),
        *_further_lines(evaluation),
    )


def _overall(evaluation: Evaluation) -> Table:
    table = _table("", "top-1", "balanced", "P@10", "1-NN")
    figures = (evaluation.top1, evaluation.balanced, evaluation.p_at_10, evaluation.one_nn)
    table.add_row("all", *(Text(f"{figure:.3f}", "bold") for figure in figures))
    return table


def _per_label(evaluation: Evaluation) -> Table:
    table = _table("label", "sounds", "top-1", "P@10", "1-NN")
    for item in evaluation.per_label:
        shares = (f"{share:.2f}" for share in (item.top1, item.p_at_10, item.one_nn))
        table.add_row(Text(display_text(item.label)), str(item.n), *shares)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _further_lines(evaluation: Evaluation) -> list[Text]:
    lines = [f"Hubs among similar sounds: {evaluation.hubs:.2f} ({evaluation.hubs_uncorrected:.2f} uncorrected)"]
    if evaluation.taught is not None:
        lines.insert(0, f"After 5 examples per label: {evaluation.taught:.3f} of the rest right (balanced)")
    return [Text(line) for line in lines]


def _confusion_lines(evaluation: Evaluation) -> list[Text]:
    confusions = largest_confusions(evaluation, _N_CONFUSIONS)
    if not confusions:
        return []
    sentences = [
        Text(f"  {display_text(truth)}: {n} of {size} taken for {display_text(guess)}")
        for n, size, truth, guess in confusions
    ]
    return [Text(), Text("Most often taken for something else:", "dim"), *sentences]


def largest_confusions(evaluation: Evaluation, n: int) -> list[tuple[int, int, str, str]]:
    """Return the ``n`` most frequent mistakes as (count, size of the label, true label, predicted label)."""
    labels = evaluation.per_label
    mistakes = [
        (count, labels[row].n, labels[row].label, labels[column].label)
        for row, counts in enumerate(evaluation.confusion)
        for column, count in enumerate(counts)
        if count and row != column
    ]
    return sorted(mistakes, key=lambda mistake: (-mistake[0], mistake[2], mistake[3]))[:n]
