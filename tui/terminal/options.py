"""Options that several commands share, declared once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from db.engines.postgres.place import LibraryPlace
from db.errors import UsageError
from tui import settings

# typer takes no unions
if TYPE_CHECKING:
    _Place: TypeAlias = LibraryPlace
else:
    _Place = object


def given_path(text: str) -> Path:
    """Return a path from the command line; an empty one is refused, since `Path` takes it for the current folder."""
    if not text:
        raise typer.BadParameter("an empty name is not a file or folder; a variable in the command may be unset.")
    return Path(text).expanduser()


def path_argument(metavar: str, help_text: str) -> Any:
    """Declare an argument that is a path."""
    return typer.Argument(parser=given_path, metavar=metavar, help=help_text)


def path_option(metavar: str, help_text: str, *names: str) -> Any:
    """Declare an option that takes a path; it is called like its parameter where no names are given."""
    return typer.Option(*names, parser=given_path, metavar=metavar, help=help_text)


def _given_place(text: str) -> LibraryPlace:
    given_path(text)
    try:
        return settings.find_place(text)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from None


def _also_before_command(context: typer.Context, value: LibraryPlace | None) -> LibraryPlace | None:
    """Return the library that was given after the command, or else before it."""
    return value or context.obj


LibraryOption: TypeAlias = Annotated[
    _Place | None,
    typer.Option(
        "--library",
        callback=_also_before_command,
        parser=_given_place,
        metavar="PLACE",
        help="Folder or server of the library; else EARMARK_LIBRARY, else the system's data folder.",
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON; docs/commands.md has its shape.")]
HitCountOption: TypeAlias = Annotated[int, typer.Option("-k", min=1, metavar="N", help="Number of sounds to show.")]
SortOption: TypeAlias = Annotated[
    str,
    typer.Option(metavar="NAME,...", help="Sort the hits: name, tempo, length, ...; -length is longest first."),
]
AllOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--all", "--no-fold", help="Also list near-identical sounds, which are otherwise grouped under the best one."
    ),
]
LikeOption: TypeAlias = Annotated[
    list[Path] | None,
    path_option("FILE", "Another sound to resemble.", "--like"),
]
UnlikeOption: TypeAlias = Annotated[
    list[Path] | None,
    path_option("FILE", "A sound to avoid.", "--unlike"),
]
PathsOption: TypeAlias = Annotated[bool, typer.Option("--paths", help="Print file paths only, one per line.")]
FilesArgument: TypeAlias = Annotated[
    list[Path] | None,
    path_argument("FILE", "Sounds of the library."),
]
KitFormatOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="FORMAT",
        help="Also write a kit: ableton, bitwig, decentsampler, hydrogen, mpc, octatrack, op1, opxy, renoise, sfz.",
    ),
]
WhereOption: TypeAlias = Annotated[
    str, typer.Option(metavar="QUERY", help="The hits of a search; without words, all sounds that pass its filters.")
]
CountOption: TypeAlias = Annotated[
    int, typer.Option("-k", min=1, metavar="N", help="Number of hits, where --where has words.")
]
DryRunOption: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")
]
ProfileOption: TypeAlias = Annotated[
    str, typer.Option(metavar="NAME", help="Rules of a device: m8, digitakt, ...; see earmark exports profiles.")
]
RayOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="[ADDRESS]",
        help="Embed on a Ray cluster: of this machine, or at HOST:PORT.",
    ),
]
NullOption: TypeAlias = Annotated[
    bool, typer.Option("--null", help="As --paths, each ended by a NUL byte, for xargs -0.")
]
