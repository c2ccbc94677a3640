"""``earmark demo``: the first minute."""

from hashlib import blake2b
from os import fsencode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import UsageError, system_reason
from db.paths import display_text, shell_text
from tui import settings
from tui.terminal.options import LibraryOption, path_argument, path_option
from tui.terminal.output import say

if TYPE_CHECKING:
    from db.library import Library

_QUERIES = ("punchy kick drum", "short bright hi-hat", "deep bass", "soft warm pad", "metallic bell")
_N_HITS = 3


def demo(
    folder: Annotated[Path | None, path_argument("FOLDER", "Folder for the demo.")] = None,
    samples: Annotated[Path | None, path_option("FOLDER", "Try it on your own sounds; they are only read.")] = None,
    library: LibraryOption = None,
) -> None:
    """Show what earmark does, in a minute.

    Creates a small library, or indexes your own sounds, and searches it. The demo library is separate from yours and
    can be deleted at any time.

    \b
    Examples:
      earmark demo
      earmark demo --samples ~/Samples/Drums
    """
    from db.library import Library
    from indexer.demo_sounds import write_demo_sounds
    from indexer.encoders.registry import start_encoder
    from tui.terminal.indexing import finish, run_index

    place = folder.absolute() if folder else _place_for(samples)
    sounds = samples.absolute() if samples else place / "sounds"
    if samples is None:
        try:
            paths = write_demo_sounds(sounds)
        except OSError as error:
            reason = f"No sounds can be made in {display_text(sounds)}: {system_reason(error)}"
            raise UsageError(f"{reason}. Give a folder of yours: earmark demo FOLDER") from error
        say(f"Made {len(paths)} sounds in {sounds}, with meaningless names.")
    with Library.create(library or place / "library") as opened:
        with start_encoder() as encoder:
            finish(run_index(opened, [sounds], encoder), as_json=False)
        for query in _QUERIES:
            _show(opened, query)
        _say_what_is_next(opened)


def _place_for(samples: Path | None) -> Path:
    """Return the folder for the demo's library, a separate one for each folder of samples."""
    if samples is None:
        return settings.demo_folder()

    digest = blake2b(fsencode(samples.resolve()), digest_size=4).hexdigest()
    return settings.demo_folder() / f"samples-{digest}"


def _show(library: "Library", query: str) -> None:
    from indexer.encoders.registry import load_text_encoder
    from indexer.search.request import SearchRequest
    from indexer.search.service import SearchService
    from tui.terminal.results import print_table

    service = SearchService(library, load_text_encoder())
    result = service.search(SearchRequest(query, k=_N_HITS))
    typer.echo(f'\nearmark search "{query}"')
    print_table(library, result, service.hits(result))


def _say_what_is_next(library: "Library") -> None:
    typer.echo(
        f"""
Next steps:
  earmark index FOLDER            add your own sounds
  earmark search "dusty snare"    find one by describing it
  earmark --library {shell_text(library.name)} search WORDS    search the demo again"""
    )
