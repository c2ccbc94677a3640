import os
import subprocess
import sys

import pytest
import typer

from db.errors import LibraryError, QueryError, SoundError
from tui.terminal.errors import errors_as_exit_codes


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (QueryError("bpm: takes a number."), 2, "earmark: bpm: takes a number.\n"),
        (LibraryError("There is none."), 3, "earmark: There is none.\n"),
        (SoundError("empty", "It is \x1b[31mempty."), 3, "earmark: It is [31mempty.\n"),
        (OSError(28, "No space left on device", "a.db"), 3, "earmark: No space left on device: a.db\n"),
        (KeyboardInterrupt(), 130, "\nearmark: stopped.\n"),
    ],
)
def test_an_expected_error_is_one_clean_line_and_an_exit_code(
    error: BaseException, code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as left, errors_as_exit_codes():
        raise error
    assert left.value.exit_code == code
    assert capsys.readouterr().err == sentence


def test_a_fault_of_earmark_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), errors_as_exit_codes():
        raise ZeroDivisionError


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    script = """
import typer
from tui.terminal.errors import EarmarkGroup
app = typer.Typer(cls=EarmarkGroup)
@app.command()
def many(): [typer.echo("x" * 100) for _ in range(100_000)]
@app.command()
def other(): pass
app()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, "many"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 0
    process.stderr.close()
