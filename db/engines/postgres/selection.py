"""Selections of samples as one statement, for which the server finds the order of its conditions."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    true,
    union_all,
)
from sqlalchemy.sql.expression import FromClause
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from db.engines.selection import FILES, SAMPLES, Condition, Match, Selection

_Rows: TypeAlias = Select[*tuple[Any, ...]]
_SAMPLE_ID: ColumnElement[int] = literal_column("embeddings.sample_id", BigInteger)


def without_values(selection: Selection) -> tuple[Selection, dict[str, object]]:
    """Return a selection with names of parameters as its values, equal for equal conditions, and their values."""
    values: dict[str, object] = {}

    def name(match: Match) -> Match:
        names = {key: f"{key}_{len(values) + number}_" for number, key in enumerate(match.values)}
        values.update({names[key]: value for key, value in match.values.items()})
        return Match(match.statement, names)

    def names(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
        return tuple(Condition(tuple(map(name, one.matches)), one.is_excluded) for one in conditions)

    return Selection(names(selection.samples), names(selection.files)), values


def key_of(selection: Selection) -> object:
    """Return what is equal for selections of one statement."""
    return tuple(
        tuple((one.is_excluded, tuple((match.statement, *match.values) for match in one.matches)) for one in conditions)
        for conditions in (selection.samples, selection.files)
    )


def samples_within(selection: Selection) -> _Rows:
    """Return the ids of the samples that pass all conditions, in any order."""
    rows: Any = SAMPLES.core
    (sample_id,) = rows.selected_columns
    # An index knows what is left out; looked at in place, it makes the server read all rows of samples, which are wide.
    wanted = [_holds(one, rows) for one in selection.samples if not one.is_excluded]
    unwanted = [_is_among(sample_id, one, is_joined=True) for one in selection.samples if one.is_excluded]
    rows = rows.where(*wanted, *unwanted)
    if selection.files:
        _, of_file = files_within(selection.files).selected_columns
        rows = rows.where(sample_id.in_(files_within(selection.files).with_only_columns(of_file)))
    return rows


def joined(selection: Selection) -> ColumnElement[bool]:
    """Say whether a vector passes a selection; the planner may join."""
    return and_(true(), *_passing(selection, is_joined=True))


def looked_up(selection: Selection) -> ColumnElement[bool]:
    """Say whether a vector passes a selection, in whatever order an index brings vectors: the ids are hashed."""
    return and_(true(), *(one.is_(true()) for one in _passing(selection, is_joined=False)))


def _passing(selection: Selection, *, is_joined: bool) -> list[ColumnElement[bool]]:
    conditions = [_is_among(_SAMPLE_ID, one, is_joined=is_joined) for one in selection.samples]
    if selection.files:
        _, of_file = files_within(selection.files).selected_columns
        conditions.append(_SAMPLE_ID.in_(files_within(selection.files).with_only_columns(of_file)))
    return conditions


def files_of_samples(selection: Selection) -> _Rows:
    """Return the files of the samples ``ids`` that pass the conditions on files, each with that of its sample."""
    files = files_within(selection.files)
    _, sample_id = files.selected_columns
    return files.where(sample_id == func.any(bindparam("ids", type_=ARRAY(BigInteger))))


def files_within(conditions: Sequence[Condition]) -> _Rows:
    """Return the ids of the files that pass all conditions, each with that of its sample, in any order."""
    rows: Any = FILES.core
    return rows.where(*(_holds(one, rows) for one in conditions))


def _holds(condition: Condition, rows: _Rows) -> ColumnElement[bool]:
    """Say whether rows, of samples or of files, meet a condition."""
    found = [_bound(match) for match in condition.matches]
    if not found:
        return true() if condition.is_excluded else false()
    wheres = [one.whereclause for one in found if one.whereclause is not None and _is_of(one, rows)]
    if len(wheres) == len(found):
        met = or_(*wheres)
        return met.is_not(true()) if condition.is_excluded else met  # NULL is not met
    return _is_among(rows.selected_columns[0], condition, is_joined=True)


def _is_among(tested: ColumnElement[int], condition: Condition, *, is_joined: bool) -> ColumnElement[bool]:
    """Say whether a column of ids meets a condition."""
    if not condition.matches:
        return true() if condition.is_excluded else false()
    found = [_bound(match) for match in condition.matches]
    ids = [one.with_only_columns(one.selected_columns[0]).order_by(None) for one in found]
    matched = ids[0] if len(ids) == 1 else union_all(*ids)
    if not condition.is_excluded:
        return tested.in_(matched)
    if not is_joined:
        return tested.not_in(matched)
    known = matched.subquery()
    return ~exists().where(known.c[0] == tested)


def _is_of(one: _Rows, rows: _Rows) -> bool:
    """Say whether a statement reads the table of others, and no other."""
    return {part for part in iterate(one) if isinstance(part, FromClause)} == {rows.selected_columns[0].table}


def _bound(match: Match) -> _Rows:
    """Return the statement of a match, its parameters under the names that are its values."""
    names: Mapping[str, Any] = match.values

    def bind(element: Any, **_options: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in names:
            return bindparam(names[element.key], type_=element.type)
        return None

    core: Any = match.statement.core
    return replacement_traverse(core, {}, bind)
