"""``earmark library``: libraries on servers, and copies of libraries."""

from typing import Annotated, Any

import typer

from db.engines.postgres.place import ServerPlace
from db.errors import LibraryError, UsageError
from db.paths import shell_text
from tui import settings
from tui.formatting import count
from tui.terminal.library import library_place
from tui.terminal.options import JsonOption, LibraryOption
from tui.terminal.output import print_json, say
from tui.terminal.progress import meter

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Make a library on a PostgreSQL server; copy a library to another place.",
)

_WHAT_ONE_MAY = {
    "indexer": "You may search, tag and add sounds.",
    "editor": "You may search and tag. Adding sounds takes the role of an indexer: ask whoever looks after the server.",
    "reader": "You may search. Tagging takes the role of an editor: ask whoever looks after the server.",
}
_ADDRESS = "postgresql+psycopg://USER@HOST/DATABASE"


def _role_option(role: str, what: str) -> Any:
    return typer.Option(f"--{role}", metavar="USER", help=what)


@app.command("init")
def init(
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help=f"{_ADDRESS}; else that of --library.")
    ] = None,
    reader: Annotated[list[str] | None, _role_option("reader", "Who searches and listens.")] = None,
    editor: Annotated[
        list[str] | None, _role_option("editor", "Who also tags, rates, notes, collects and corrects.")
    ] = None,
    indexer: Annotated[list[str] | None, _role_option("indexer", "Who also adds folders and sounds.")] = None,
    remove: Annotated[list[str] | None, _role_option("remove", "Who may not use the library any more.")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Make a library in a database of a PostgreSQL server, or bring it up to date, and give people their roles.

    The database, its users and the extension pgvector must exist already. A password stands in ~/.pgpass,
    never in the address. Run it again to change roles, or when the library has grown: from 300,000 sounds on they are
    searched by a graph, which is built here. What the library holds stays as it is.

    \b
    Examples:
      earmark library init postgresql+psycopg://owner@db.studio/sounds
      earmark library init postgresql+psycopg://owner@db.studio/sounds --reader ann --editor bob --indexer studio
    """
    place = settings.find_place(address) if address else library_place(library)
    if not isinstance(place, ServerPlace):
        raise UsageError(f"Give the address of a database on a server: earmark library init {_ADDRESS}")
    roles = _roles(reader=reader, editor=editor, indexer=indexer)
    both = sorted(roles.keys() & set(remove or ()))
    if both:
        raise UsageError(f"{both[0]} is to have a role and to lose it. Choose one of both.")
    from db.library import Library
    from db.storage.opening import make_on_server

    with meter("Building a graph of vectors") as shown:
        own = make_on_server(place, roles, remove or (), shown.show)
    with Library.open(place) as opened:
        found = {"library": opened.id, "name": opened.name, "folder": str(opened.folder), "role": own, "roles": roles}
    if as_json:
        print_json(found)
        return
    say(f"The library at {place} is ready. What this machine keeps of it is in {found['folder']}")
    for user, role in roles.items():
        say(f"{user} is {'an' if role[0] in 'aeiou' else 'a'} {role}.")
    say(_WHAT_ONE_MAY[own])
    first = "index FOLDER" if own == "indexer" else 'search "dark kick"'
    say(f"To use it: earmark --library {shell_text(str(place))} {first}; or set EARMARK_LIBRARY to the address.")


@app.command("copy")
def copy(
    places: Annotated[list[str], typer.Argument(metavar="[FROM] TO", help=f"Folders, or {_ADDRESS}.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Copy a library as a whole between folders and PostgreSQL servers: sounds, vectors and all that you said of them.

    Without FROM it is the library in use. TO holds none yet, or an empty one on a server. Your audio stays in place.
    The copy is compared with the library row by row before it can be opened. One that was stopped goes on when you run
    the same command again.

    \b
    Examples:
      earmark library copy postgresql+psycopg://owner@db.studio/sounds
      earmark library copy postgresql+psycopg://owner@db.studio/sounds ./sounds-of-the-studio
    """
    if len(places) > 2:
        raise UsageError("Give one or two places: earmark library copy [FROM] TO")
    source = settings.find_place(places[0]) if len(places) == 2 else library_place(library)
    target = settings.find_place(places[-1])
    if source == target:
        raise UsageError("FROM and TO are the same place.")
    try:
        from db.storage.copying.copy import copy_library
    except ModuleNotFoundError as error:
        raise LibraryError(f"Copying a library needs the package {error.name}: pip install {error.name}") from None
    with meter("Copying") as shown:
        copied = copy_library(source, target, shown.show)
    if as_json:
        rows = {"sounds": copied.n_sounds, "rows": copied.n_rows, "resumed": copied.was_resumed}
        print_json({"library": str(target), **rows})
        return
    use = f"earmark --library {shell_text(str(target))}"
    say(f"Copied {count(copied.n_sounds, 'sound')} and compared all rows. To use it: {use}")


def _roles(**given: list[str] | None) -> dict[str, str]:
    """Return the role of each user.

    Raises:
        UsageError: A user is to have two of them.
    """
    roles: dict[str, str] = {}
    for role, users in given.items():
        for user in users or ():
            if roles.setdefault(user, role) != role:
                raise UsageError(
                    f"{user} is to be {roles[user]} and {role}. Give one role: an indexer may do all that editors may."
                )
    return roles
