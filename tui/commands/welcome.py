"""``earmark`` alone: what the library holds, and what to do next."""

import typer

from db.engines.postgres.place import LibraryPlace
from db.errors import LibraryError
from db.paths import display_text
from tui import formatting


def welcome(place: LibraryPlace) -> None:
    """Print a short start screen; a missing library is not an error."""
    from db.library import Library

    typer.echo("earmark: describe a sound, find it.\n")
    try:
        with Library.open(place) as library:
            stats = library.stats()
    except LibraryError as error:
        typer.echo(display_text(str(error)))
    else:
        folders = formatting.count(len(stats.roots), "folder")
        typer.echo(
            f"Your library holds {formatting.count(stats.n_samples, 'sound')} from {folders}, in {library.name}."
        )
    typer.echo(
        """
  earmark demo                     see it work, in a minute
  earmark index FOLDER             add a folder of sounds
  earmark search "dusty snare"     find a sound by describing it

All commands: earmark --help"""
    )
