"""All statements of a library."""

from collections.abc import Iterator
from importlib import import_module

from db.engines.statement import Statement
from db.statements.ahead import subjects


def all_statements() -> Iterator[Statement]:
    for subject in subjects():
        for found in vars(import_module(f"db.compiled.{subject}")).values():
            if isinstance(found, Statement):
                yield found
            elif isinstance(found, dict):
                yield from (one for one in found.values() if isinstance(one, Statement))
