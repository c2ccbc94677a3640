"""One entry in `db.measurements` is all that a measurement needs: each is stored, filtered, sorted and read."""

import re
from dataclasses import replace

import numpy as np
import pytest

from db.library import Library
from db.measurements import FEATURES, MEASUREMENTS, READINGS
from db.query.parser import parse_query
from db.read.orders import ORDERS
from db.schema.tables import Sample
from db.types import Root
from tests.db.factories import FEATURES as MEASURED
from tests.db.factories import observed, record


def test_every_measurement_is_an_indexed_column() -> None:
    table = Sample.metadata.tables["samples"]
    assert set(FEATURES) <= {column.name for column in table.columns}
    assert set(MEASUREMENTS) <= {column.name for index in table.indexes for column in index.columns}
    required = {name for name in FEATURES if not table.c[name].nullable}
    assert required == {"duration_seconds", "n_channels", "sample_rate_hz", "format", "n_onsets"}


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_every_measurement_is_filtered_sorted_and_read(library: Library, root: Root, name: str) -> None:
    value = {"n_channels": 6, "bit_depth": 32, "sample_rate_hz": 96_000, "n_onsets": 9, "n_slices": 8}.get(name, 0.875)
    low, high = (observed(f"{n}.wav", features=replace(MEASURED, **{name: n * value})) for n in (1, 2))
    record(library, root, high, low)
    measurement = MEASUREMENTS[name]
    above = library.filter_ids(parse_query(f"{measurement.filter}:>{1.5 * value}").filters)
    assert above is not None
    assert above.tolist() == [1]
    assert library.sorted_ids(measurement.name).tolist() == [2, 1]
    assert library.measurements(np.array([1, 2]), [name]).tolist() == [[2 * value], [value]]
    assert getattr(library.samples([1])[0].features, name) == 2 * value


@pytest.mark.parametrize("measurement", [*MEASUREMENTS.values(), *READINGS.values()], ids=lambda one: one.filter)
def test_every_example_of_a_filter_can_be_read(measurement: object) -> None:
    examples = re.findall(r"\w+:[^\s,]+", measurement.takes)  # type: ignore[attr-defined]
    assert examples
    assert all(parse_query(example).filters for example in examples)


def test_filters_orders_and_columns_are_called_differently() -> None:
    every = [*MEASUREMENTS.values(), *READINGS.values()]
    for names in ([one.filter for one in every], [one.name for one in every], [one.title for one in every]):
        assert len(set(names)) == len(names)
    assert {one.name for one in every} <= set(ORDERS)


@pytest.mark.parametrize(
    "name", ["", "format", "id", "1", "*", "(SELECT group_concat(value) FROM meta)", "noisiness --"]
)
def test_a_name_that_is_no_measurement_is_refused(library: Library, name: str) -> None:
    with pytest.raises(ValueError, match="is not a measurement; there are: duration_seconds, "):
        library.measurements(np.array([1]), ["noisiness", name])


@pytest.mark.parametrize("order", ["", "id", "name; DROP TABLE samples"])
def test_a_name_that_is_no_order_is_refused(library: Library, order: str) -> None:
    with pytest.raises(ValueError, match="is not an order; there are: added, "):
        library.sorted_ids(order)
