"""All statements compiled ahead of time for SQLite, as modules of Python."""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

from sqlalchemy import Executable

import db.compiled
import db.statements
from db.engines.sqlite.dialect import compile_for_sqlite
from db.engines.statement import Statement

FOLDER = Path(db.compiled.__file__).parent
_NO_STATEMENTS = {"__main__", "ahead", "constructs", "name_index"}


def subjects() -> list[str]:
    """Return the names of the modules that hold statements."""
    return sorted({module.name for module in pkgutil.iter_modules(db.statements.__path__)} - _NO_STATEMENTS)


def source(subject: str) -> str:
    """Return the module of `db/compiled` for one subject."""
    module = import_module(f"db.statements.{subject}")
    parts = [f'"""Written by ``python -m db.statements`` from db/statements/{subject}.py; change that one."""']
    parts.append("\nfrom db.engines.statement import Statement\n")
    for name, core in _constants(module):
        if isinstance(core, Executable):
            parts.append(f"{name} = {_literal(compile_for_sqlite(f'{subject}.{name}', core))}\n")
        else:
            family = (
                f"    {key!r}: {_literal(compile_for_sqlite(f'{subject}.{name}:{key}', one))},\n"
                for key, one in core.items()
            )
            parts.append(f"{name} = {{\n{''.join(family)}}}\n")
    return "\n".join(parts)


def write_all() -> None:
    """Write the modules of all subjects, and remove those of subjects that are gone."""
    for subject in subjects():
        (FOLDER / f"{subject}.py").write_text(source(subject), encoding="utf-8")
    for path in FOLDER.glob("[a-z]*.py"):
        if path.stem not in subjects():
            path.unlink()


def _constants(module: ModuleType) -> Iterator[tuple[str, Executable | Mapping[str, Executable]]]:
    for name, found in vars(module).items():
        is_family = isinstance(found, Mapping) and all(isinstance(one, Executable) for one in found.values())
        if name.isupper() and not name.startswith("_") and (is_family or isinstance(found, Executable)):
            yield name, found


def _sorted_set(names: Iterable[str]) -> str:
    return f"{{{', '.join(map(repr, sorted(names)))}}}"


def _literal(statement: Statement) -> str:
    lists = f"frozenset({_sorted_set(statement.lists)})" if statement.lists else "frozenset()"
    given = f"{statement.parameters!r}, {lists}, {statement.n_columns}"
    sql = statement.sql.replace("\n", "\n    ")
    return f'Statement(\n    {statement.name!r},\n    r"""\n    {sql}\n    """,\n    {given},\n)'
