import os
import subprocess
import sys
from pathlib import Path

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


def test_an_unforeseen_error_is_one_line_and_its_traceback_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tui.settings.fault_log", lambda: tmp_path / "logs" / "fault.log")
    with pytest.raises(typer.Exit) as left, errors_as_exit_codes():
        raise ZeroDivisionError("by\n\x1b[31mzero")
    assert left.value.exit_code == 3
    said = capsys.readouterr().err
    assert "(ZeroDivisionError: by [31mzero)" in said
    assert said.count("\n") == 1
    assert "Traceback" in (tmp_path / "logs" / "fault.log").read_text()


@pytest.mark.parametrize("end", [typer.Exit(4), typer.Abort(), typer.BadParameter("no")])
def test_how_typer_itself_ends_a_command_is_left_alone(end: Exception) -> None:
    with pytest.raises(type(end)), errors_as_exit_codes():
        raise end


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


@pytest.mark.parametrize("closed", ["stdin", "stdout", "stderr"])
def test_a_standard_stream_that_is_closed_gets_no_file_of_ours(closed: str) -> None:
    script = (
        "import os, sys; from tui.main import _fill_closed_streams; _fill_closed_streams(); "
        "print('said'); print('told', file=sys.stderr); "
        "sys.exit(os.open(os.devnull, os.O_RDONLY) <= 2)"
    )
    shell = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-"}[closed]
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -c "$1" {shell}', sys.executable, script], capture_output=True, check=False
    )
    assert done.returncode == 0
    assert (done.stdout, done.stderr) == (
        b"" if closed == "stdout" else b"said\n",
        b"" if closed == "stderr" else b"told\n",
    )
