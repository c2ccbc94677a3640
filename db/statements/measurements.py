"""What was measured on samples."""

from sqlalchemy import func, select

from db.measurements import FEATURES as FIELDS
from db.measurements import MEASUREMENTS, READINGS
from db.schema.tables import Sample
from db.statements.constructs import given_ids

_given = given_ids("ids")
_columns = {name: getattr(Sample, name) for name in (*FIELDS, *READINGS)}
_silence_ms = func.coalesce(_columns["silence_before_ms"], 0) + func.coalesce(_columns["silence_after_ms"], 0)
_derived = {
    "audible_seconds": _columns["duration_seconds"] - _silence_ms.op("/", precedence=8)(1000.0)
}  # `db.measurements.DERIVED`

FEATURES = (
    select(Sample.id, *(_columns[name] for name in FIELDS))
    .select_from(_given)
    .join(Sample, Sample.id == _given.c.value)
)
MEASURED = (
    select(*(_columns[name] for name in (*MEASUREMENTS, *READINGS)), *(_derived[name].label(name) for name in _derived))
    .select_from(_given)
    .outerjoin(Sample, Sample.id == _given.c.value)
    .order_by(_given.c.key)
)
