"""Options that several commands share, declared once."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from tui import settings


def given_path(text: str) -> Path:
    """Return a path as a person wrote it; nothing at all is no path, though `Path` reads it as the current folder."""
    if not text:
        raise typer.BadParameter("an empty name is no file or folder; a variable in the command may be unset.")
    return Path(text).expanduser()


LibraryOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--library",
        parser=given_path,
        metavar="PATH",
        help="Folder of the library; else EARMARK_LIBRARY, else the system's data folder.",
        show_default=False,
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON; docs/commands.md has its shape.")]
HitCountOption: TypeAlias = Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many sounds to show.")]
SortOption: TypeAlias = Annotated[
    str,
    typer.Option(metavar="NAME,...", help="Sort the hits: name, tempo, length, ...; -length is the longest first."),
]
AllOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--all", "--no-fold", help="Also list near-identical sounds, which are otherwise grouped under the best one."
    ),
]
LikeOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--like", parser=given_path, metavar="FILE", help="Another sound to resemble.", show_default=False),
]
UnlikeOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--unlike", parser=given_path, metavar="FILE", help="A sound to avoid.", show_default=False),
]
PathsOption: TypeAlias = Annotated[bool, typer.Option("--paths", help="Print file paths only, one per line.")]
FilesArgument: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(parser=given_path, metavar="FILE", help="Sounds of the library.", show_default=False),
]
KitFormatOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="FORMAT",
        help="Also a kit: ableton, bitwig, decentsampler, hydrogen, mpc, octatrack, op1, opxy, renoise, sfz.",
        show_default=False,
    ),
]
WhereOption: TypeAlias = Annotated[
    str, typer.Option(metavar="QUERY", help="Sounds that a search finds; without words, all that match its filters.")
]
CountOption: TypeAlias = Annotated[
    int, typer.Option("-k", min=1, metavar="N", help="How many hits of the words in --where.")
]
NullOption: TypeAlias = Annotated[
    bool, typer.Option("--null", help="As --paths, each ended by a NUL byte: for xargs -0 and odd names.")
]


def library_folder(context: typer.Context, option: Path | None) -> Path:
    """Return the library that was asked for: after the command, before it, or the default one."""
    before_command: Path | None = context.obj
    chosen = option or before_command
    return chosen or settings.default_library()
