"""Report errors as one line on stderr and an exit code, never as a traceback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from db.errors import EarmarkError
from db.paths import display_text
from tui.exit_codes import ExitCode, exit_code_of
from tui.terminal.output import say
from tui.workspace.fault_log import describe_fault


class EarmarkGroup(TyperGroup):
    """A group of commands that turns expected errors into exit codes."""

    def invoke(self, ctx: Any) -> Any:
        with errors_as_exit_codes():
            return super().invoke(ctx)


@contextmanager
def errors_as_exit_codes() -> Iterator[None]:
    """Turn every exception into a sentence and `typer.Exit`; the traceback of an unexpected one goes to a log.

    Raises:
        typer.Exit: With the `ExitCode` of the error.
    """
    try:
        yield
        sys.stdout.flush()  # a closed pipe is noticed here, not when the interpreter ends
    except EarmarkError as error:
        say(f"earmark: {display_text(str(error))}")
        raise typer.Exit(exit_code_of(error)) from error
    except KeyboardInterrupt as error:
        say("\nearmark: stopped.")
        raise typer.Exit(ExitCode.INTERRUPTED) from error
    except BrokenPipeError as error:
        _discard_stdout()
        raise typer.Exit(ExitCode.OK) from error  # the reader has closed the pipe, as in: earmark ... | head
    except OSError as error:
        where = f": {display_text(os.fsdecode(error.filename))}" if error.filename else ""
        say(f"earmark: {error.strerror or error}{where}")
        raise typer.Exit(ExitCode.PROBLEM) from error
    except (typer.Exit, typer.Abort, TyperException):
        raise
    except Exception as error:
        say(f"earmark: {display_text(describe_fault(error))}")
        raise typer.Exit(ExitCode.PROBLEM) from error


def _discard_stdout() -> None:
    """Redirect stdout to the null device, so that the interpreter does not report the pipe when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
