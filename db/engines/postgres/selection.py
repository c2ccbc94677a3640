"""Selections of samples as one statement, for which the server finds the order of its conditions."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, false, or_, true, union_all
from sqlalchemy.sql.expression import FromClause
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from db.engines.postgres.values import plain
from db.engines.selection import FILES, SAMPLES, Condition, Match, Selection

_Rows: TypeAlias = Select[*tuple[Any, ...]]


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


def passing(sample_id: ColumnElement[int], selection: Selection, *, is_joined: bool) -> list[ColumnElement[bool]]:
    """Return the conditions of a selection on a column of samples that is never NULL.

    Args:
        sample_id: The column.
        selection: Which samples pass.
        is_joined: Let the planner join; else the ids that pass are hashed and each row is looked up there, in whatever
            order an index brings the rows.
    """
    conditions = [_is_among(sample_id, one, is_joined=is_joined) for one in selection.samples]
    if selection.files:
        _, of_file = files_within(selection.files).selected_columns
        conditions.append(sample_id.in_(files_within(selection.files).with_only_columns(of_file)))
    return conditions if is_joined else [one.is_(true()) for one in conditions]


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
    """Return the statement of a match with its values, under names that no other has."""
    values = plain(match.values)

    def bind(element: Any, **_options: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in values:
            return bindparam(element.key, values[element.key], type_=element.type, unique=True)
        return None

    core: Any = match.statement.core
    return replacement_traverse(core, {}, bind)
