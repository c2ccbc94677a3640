"""``earmark info``: everything about one sound."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import SoundError
from db.paths import display_text
from tui.exit_codes import ExitCode
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, given_path
from tui.terminal.output import print_json, say, show

if TYPE_CHECKING:
    from db.library import Library
    from db.types import Sample


_MOST_DIGITS = 18  # of an id: databases have no larger ones


def info(
    sound: Annotated[str, typer.Argument(metavar="PATH|ID", help="A file of the library, or the id of a sound.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Show everything that is known about one sound, or why a file could not be read.

    \b
    Examples:
      earmark info ~/Samples/Kicks/dusty.wav
      earmark info 412 --json
    """
    from tui.workspace.annotations.own_words import own_lines, own_words
    from tui.workspace.json_output import sample_shape

    with open_library(library) as opened:
        sample = _find(opened, sound)
        words = own_words(opened, sample.id)
    if as_json:
        print_json({**sample_shape(sample), **words})
        return
    from tui.terminal.details import detail_table

    show(lambda _: detail_table(sample, own_lines(words)))


def _find(library: "Library", sound: str) -> "Sample":
    """Return the sample of a path or an id; a path takes precedence.

    Raises:
        SoundError: The file could not be decoded when it was indexed.
        typer.Exit: With `ExitCode.NOTHING_FOUND` when there is no such sound.
    """
    sample_id = library.find_sample_id(given_path(sound))
    if sample_id is None and sound.isdecimal() and len(sound) <= _MOST_DIGITS:
        sample_id = int(sound)
    found = [] if sample_id is None else library.samples([sample_id])
    if not found:
        problem = library.find_problem(Path(sound).expanduser())
        if problem is not None:
            raise SoundError(problem.code, f"{display_text(problem.path)}: {problem.message}")
        say(f"There is no sound {display_text(sound)} in the library. Find one with: earmark search WORDS")
        raise typer.Exit(ExitCode.NOTHING_FOUND)
    return found[0]
