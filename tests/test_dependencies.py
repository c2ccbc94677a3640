"""Every package that the product imports is declared: one that only comes with another is missing on some machine."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_OWN = ("db", "indexer", "tui")
# Packages that are a part of what is declared: its own interface has their types.
_PART_OF = {
    "aiohttp": "textual-serve",
    "anyio": "fastapi",
    "pydantic": "fastapi",
    "starlette": "fastapi",
    "mcp_types": "mcp",
    "clap_module": "laion-clap",
}
_WHERE_INSTALLED = {"pandas"}  # only to give a table to those who have it


def _imports(file: Path) -> Iterator[str]:
    """Yield the packages that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _name(requirement: str) -> str:
    """Return the name of a distribution, as all its spellings are compared."""
    return re.split(r"[\s\[<>=;!~]", requirement)[0].lower().replace("_", "-").replace(".", "-")


def test_every_import_is_of_a_declared_package() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {_name(requirement) for group in groups for requirement in group}
    distributions = packages_distributions()

    def is_declared(package: str) -> bool:
        names = [_PART_OF[package]] if package in _PART_OF else distributions.get(package, [package])
        return not declared.isdisjoint(map(_name, names))

    imported = {package for own in _OWN for file in (_ROOT / own).rglob("*.py") for package in _imports(file)}
    foreign = imported - sys.stdlib_module_names - {*_OWN} - _WHERE_INSTALLED
    assert {"numpy", "textual", "psycopg"} <= foreign
    assert [package for package in sorted(foreign) if not is_declared(package)] == []
