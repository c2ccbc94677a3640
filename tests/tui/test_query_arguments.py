import pytest
import typer
from typer.testing import CliRunner

from tui.terminal.query import QueryCommand, query_line


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["dark kick len:<1"], "dark kick len:<1"),
        (["dark", "kick", "len:<1"], "dark kick len:<1"),
        (["kick", "in:My Pack"], 'kick in:"My Pack"'),
        (["kick", "-in:My Pack"], 'kick -in:"My Pack"'),
        (["kick", "+long reverb"], 'kick +"long reverb"'),
        (["warm pad key:Am", "len:<1"], "warm pad key:Am len:<1"),
        (["in:My Pack"], "in:My Pack"),
        (["kick", 'in:"My Pack"'], 'kick in:"My Pack"'),
    ],
)
def test_arguments_join_to_the_line_that_was_meant(args: list[str], line: str) -> None:
    assert query_line(args) == line


@pytest.mark.parametrize(
    ("args", "words", "k"),
    [
        (["-loop", "kick"], {"-loop", "kick"}, 20),
        (["kick", "-tag:loop", "-k", "5"], {"-tag:loop", "kick"}, 5),
        (["kick", "-kick", "-k7"], {"-kick", "kick"}, 7),
        (["-k", "3", "--", "-loop"], {"-loop"}, 3),
    ],
)
def test_a_word_may_begin_with_a_minus(args: list[str], words: set[str], k: int) -> None:
    app = typer.Typer()

    @app.command(cls=QueryCommand)
    def show(query: list[str], n: int = typer.Option(20, "-k")) -> None:
        assert set(query) == words
        assert n == k

    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
