"""Query lines on the command line."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

if TYPE_CHECKING:
    from db.library import Library

_MINUS_WORD = re.compile(r"-(?!-)(?!k\d*$)(?!$)")  # -loop, -tag:loop; but not -k, -k5, --json
_PHRASE = re.compile(r'(-?\w+:|[+-])([^":]*\s[^":]*)')  # in:My Pack, +long reverb


class QueryCommand(TyperCommand):
    """A command whose words may begin with a minus, as in ``-loop`` and ``-tag:loop``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        takes_value = {name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts}
        words = [
            arg
            for before, arg in zip(["", *args], args, strict=False)
            if _MINUS_WORD.match(arg) and before not in takes_value
        ]
        if words and "--" not in args:
            args = [*(arg for arg in args if arg not in words), "--", *words]
        return super().parse_args(ctx, args)


def query_line(args: Sequence[str]) -> str:
    """Join arguments to one query line.

    The shell removes the quotes of ``in:"My Pack"``; in an argument like this among others, they are restored.
    """
    if len(args) == 1:
        return args[0]
    return " ".join(_PHRASE.sub(r'\1"\2"', arg) if _PHRASE.fullmatch(arg) else arg for arg in args)


def report_unknown(library: "Library", line: str) -> None:
    """Say which parts of a query line are unknown, such as a type that does not exist.

    Raises:
        QueryError: A filter is invalid.
    """
    from db.query.parser import parse_query
    from indexer.search.spelling import find_unknown
    from tui.terminal.output import say
    from tui.workspace.query.query_notices import query_notices

    for sentence in query_notices(line, find_unknown(library, parse_query(line))):
        say(sentence)
