"""Figures with their targets, printed as a table and kept as JSON."""

import json
import os
import platform
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        name: What was measured.
        value: Ours, in ``unit``.
        baseline: What was measured beside it in the same run, if anything.
        baseline_value: Its figure, in ``unit``.
        target: In words: what ``measure`` has to reach.
        is_met: Whether it does; None for a figure without a target.
    """

    name: str
    value: float
    unit: str
    baseline: str = ""
    baseline_value: float | None = None
    target: str = ""
    is_met: bool | None = None

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the baseline's."""
        return self.value / self.baseline_value if self.baseline_value else None


def at_most(name: str, value: float, unit: str, limit: float) -> Figure:
    return Figure(name, value, unit, target=f"at most {limit:g} {unit}".strip(), is_met=value <= limit)


def at_least(name: str, value: float, unit: str, limit: float) -> Figure:
    return Figure(name, value, unit, target=f"at least {limit:g} {unit}".strip(), is_met=value >= limit)


def at_most_times(name: str, value: float, unit: str, baseline: str, baseline_value: float, limit: float) -> Figure:
    return Figure(
        name, value, unit, baseline, baseline_value, f"at most {limit:g} times", value <= limit * baseline_value
    )


def rate_at_least_times(name: str, value: float, baseline: str, baseline_value: float, limit: float) -> Figure:
    """Compare rates in files a second."""
    target = f"at least {limit:g} times"
    return Figure(name, value, "files/s", baseline, baseline_value, target, value >= limit * baseline_value)


def percentile_ms(seconds: Sequence[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return 1000 * float(np.percentile(seconds, 95))


def gain_figure(name: str, groups: Sequence[str], ours: Sequence[float], without: Sequence[float]) -> Figure:
    """Compare shares with and without something; met where the gain is above its noise.

    Args:
        name: Of the figure.
        groups: What each measurement is about; the noise is twice the standard error of the mean gain of each.
        ours: Shares with it.
        without: Shares without it.
    """
    gains: defaultdict[str, list[float]] = defaultdict(list)
    for group, one, other in zip(groups, ours, without, strict=True):
        gains[group].append(one - other)
    means = [statistics.mean(of_group) for of_group in gains.values()]
    gain, noise = statistics.mean(means), 2 * statistics.stdev(means) / len(means) ** 0.5
    target = f"gain {gain:+.3f} above its noise of {noise:.3f}, {len(ours)} measured"
    return Figure(name, statistics.mean(ours), "", "without", statistics.mean(without), target, gain > noise)


def median_seconds(
    contestants: Mapping[str, Callable[[], object]], n_rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Time contestants in turn, so that a noisy moment of the machine meets them all; medians of the rounds."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(n_rounds):
        for name, run in contestants.items():
            began = clock()
            run()
            seconds[name].append(clock() - began)
    return {name: statistics.median(values) for name, values in seconds.items()}


class Pace:
    """How fast the machine itself is between measurements, by a loop that does nothing.

    A shared machine has spells in which everything takes up to twice as long; seconds are worth little without it.
    """

    _N_ROUNDS = 5_000_000

    def __init__(self) -> None:
        self._seconds: list[float] = []

    def take(self) -> None:
        began = time.perf_counter()
        for _ in range(self._N_ROUNDS):
            pass
        self._seconds.append(time.perf_counter() - began)

    def figure(self) -> Figure:
        name = f"pace of the machine: {self._N_ROUNDS:,} rounds of an empty loop, the slowest of {len(self._seconds)}"
        return Figure(name, max(self._seconds), "s", "the fastest", min(self._seconds))


def show(figures: Sequence[Figure]) -> None:
    """Print a table on stdout."""
    table = Table("figure", "ours", "unit", "beside it", "theirs", "ratio", "target", "")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.value:,.4g}",
            figure.unit,
            figure.baseline,
            "" if figure.baseline_value is None else f"{figure.baseline_value:,.4g}",
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            figure.target,
            {True: "met", False: "MISSED", None: ""}[figure.is_met],
        )
    Console(width=160).print(table)


def as_json(figures: Sequence[Figure]) -> str:
    """Write figures down with the machine that they are from."""
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    rows = [asdict(figure) | {"ratio": figure.ratio} for figure in figures]
    return json.dumps(
        {"machine": machine, "measured_at": time.strftime("%FT%TZ", time.gmtime()), "figures": rows}, indent=1
    )


def keep(figures: Sequence[Figure], path: Path) -> None:
    path.write_text(as_json(figures) + "\n", encoding="utf-8")
