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
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.expression import FromClause
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from db.engines.selection import FILES, SAMPLES, Condition, Match, Selection

_Rows: TypeAlias = Select[*tuple[Any, ...]]
_sample_id: ColumnElement[int] = literal_column("embeddings.sample_id", BigInteger)


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
    """Return the ids of the samples that pass all conditions, in any order; an id may come several times."""
    wanted = [one for one in selection.samples if not one.is_excluded]
    rows: Any = SAMPLES.core
    # What is matched in another table is where to begin: all its ids are samples, so that their rows, which are wide,
    # need not be read. So is what is left out, which an index knows.
    first = next((one for one in wanted if len(one.matches) == 1 and not _is_of(_bound(one.matches[0]), rows)), None)
    others = selection.files
    if first is not None:
        rows = _all_of(_ids(_bound(first.matches[0])))
    elif not wanted and others:
        rows, others = _all_of(_samples_of(others)), ()
    (sample_id,) = rows.selected_columns
    conditions = [_holds(one, rows) for one in wanted if one is not first]
    conditions += [_is_among(sample_id, one) for one in selection.samples if one.is_excluded]
    if others:
        conditions.append(sample_id.in_(_samples_of(others)))
    return rows.where(*conditions)


def joined(selection: Selection) -> ColumnElement[bool]:
    """Return the condition that a vector passes a selection: the planner joins.

    The quickest where most pass.
    """
    conditions = [_is_among(_sample_id, one) for one in selection.samples]
    if selection.files:
        conditions.append(_sample_id.in_(_samples_of(selection.files)))
    return and_(true(), *conditions)


def looked_up(selection: Selection) -> ColumnElement[bool]:
    """Return the same condition: each row is looked up, in whatever order an index brings the rows.

    The quickest where few rows are looked at, whatever the number of those that pass.
    """
    conditions = [_is_looked_up(_sample_id, one) for one in selection.samples]
    if selection.files:
        conditions.append(_found(_sample_id, _samples_of(selection.files)))
    # In one, which the planner takes for half of all; of each by itself it thinks that it leaves nearly nothing.
    return case((and_(true(), *conditions), true())).is_(true())


def files_of_samples(selection: Selection) -> _Rows:
    """Return the files of the samples ``ids`` that pass the conditions on files, each with that of its sample."""
    files = files_within(selection.files)
    _, sample_id = files.selected_columns
    return files.where(sample_id == func.any(bindparam("ids", type_=ARRAY(BigInteger))))


def files_within(conditions: Sequence[Condition]) -> _Rows:
    """Return the ids of the files that pass all conditions, each with that of its sample, in any order."""
    rows: Any = FILES.core
    return rows.where(*(_holds(one, rows) for one in conditions))


def _samples_of(conditions: Sequence[Condition]) -> _Rows:
    """Return the ids of the samples of files that pass all conditions."""
    files = files_within(conditions)
    return files.with_only_columns(files.selected_columns[1])


def _holds(condition: Condition, rows: _Rows) -> ColumnElement[bool]:
    """Say whether rows, of samples or of files, meet a condition."""
    found = [_bound(match) for match in condition.matches]
    if not found:
        return true() if condition.is_excluded else false()
    wheres = [one.whereclause for one in found if one.whereclause is not None and _is_of(one, rows)]
    if len(wheres) == len(found):
        met = or_(*wheres)
        return met.is_not(true()) if condition.is_excluded else met  # NULL is not met
    return _is_among(rows.selected_columns[0], condition)


def _is_among(tested: ColumnElement[int], condition: Condition) -> ColumnElement[bool]:
    """Say whether a column of ids meets a condition."""
    if not condition.matches:
        return true() if condition.is_excluded else false()
    matched = _matched(condition)
    if not condition.is_excluded:
        return tested.in_(matched)
    known = matched.subquery()
    return ~exists().where(known.c[0] == tested)


def _is_looked_up(tested: ColumnElement[int], condition: Condition) -> ColumnElement[bool]:
    if not condition.matches:
        return true() if condition.is_excluded else false()
    found = _found(tested, _matched(condition))
    return found.is_(None) if condition.is_excluded else found


def _found(tested: ColumnElement[int], matched: Any) -> ColumnElement[bool]:
    """Return true where an id is among others, else NULL; the limit keeps the planner from hashing all of them."""
    ids = matched.subquery()
    found: ColumnElement[bool] = select(true()).select_from(ids).where(ids.c[0] == tested).limit(1).scalar_subquery()
    return found


def _matched(condition: Condition) -> Any:
    ids = [_ids(_bound(match)) for match in condition.matches]
    return ids[0] if len(ids) == 1 else union_all(*ids)


def _ids(matched: _Rows) -> _Rows:
    return matched.with_only_columns(matched.selected_columns[0]).order_by(None)


def _all_of(rows: _Rows) -> _Rows:
    ids = rows.subquery()
    return select(ids.c[0])


def _is_of(one: _Rows, rows: _Rows) -> bool:
    """Say whether a statement reads the table of others, and no other."""
    read = {part for part in iterate(one) if isinstance(part, FromClause) and not isinstance(part, FunctionElement)}
    return read == {rows.selected_columns[0].table}


def _bound(match: Match) -> _Rows:
    """Return the statement of a match, its parameters under the names that are its values."""
    names: Mapping[str, Any] = match.values

    def bind(element: Any, **_options: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in names:
            return bindparam(names[element.key], type_=element.type)
        return None

    core: Any = match.statement.core
    return replacement_traverse(core, {}, bind)
