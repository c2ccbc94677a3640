"""Lists, details and JSON show every measurement without naming one."""

import json
from dataclasses import replace

import pytest

from db.measurements import FEATURES, MEASUREMENTS
from tests.tui.samples import make_sample
from tui.workspace.json_output import sample_shape
from tui.workspace.listing.columns import COLUMNS, Row
from tui.workspace.listing.details import detail_lines


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_every_measurement_has_a_column_and_a_line_of_details(name: str) -> None:
    measurement = MEASUREMENTS[name]
    value = 0.25 if isinstance(getattr(make_sample().features, name), float | None) else 7
    sample = replace(make_sample(), features=replace(make_sample().features, **{name: value}))
    column = COLUMNS[measurement.name]
    assert column.title == measurement.title
    assert len(column.title) <= column.width
    assert 0 < len(column.text(Row(sample))) <= column.width
    if measurement.is_detail:
        assert (measurement.label, measurement.text.format(value)) in list(detail_lines(sample))


def test_what_could_not_be_measured_is_left_out() -> None:
    features = replace(make_sample().features, peak_dbfs=None)
    sample = replace(make_sample(), features=features)
    assert COLUMNS["peak"].text(Row(sample)) == ""
    assert "peak" not in dict(detail_lines(sample))


def test_json_holds_every_feature_by_its_name() -> None:
    shape = json.loads(json.dumps(sample_shape(make_sample())))
    assert tuple(shape["features"]) == FEATURES


def test_details_and_json_tell_what_could_not_be_read() -> None:
    sample = replace(make_sample(), caveats=("Only half of it can be decoded.",))
    assert ("caveat", "Only half of it can be decoded.") in list(detail_lines(sample))
    assert sample_shape(sample)["caveats"] == ["Only half of it can be decoded."]
