"""``earmark api``: the library for other programs, by HTTP."""

import math
import re
from collections.abc import Sequence
from contextlib import closing
from typing import Annotated

import typer

from db.errors import UsageError
from db.paths import display_text
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption
from tui.terminal.output import name_table, print_json, print_list, say

app = typer.Typer(rich_markup_mode=None, invoke_without_command=True)
token_app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(token_app, name="token")

TokenName = Annotated[str, typer.Argument(metavar="NAME", help="Of the person or program that uses it.")]


@app.callback()
def api(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port; 0 takes a free one.")] = 8420,
    rate: Annotated[float, typer.Option(min=0.1, metavar="N", help="Requests a second of one token.")] = 50,
    cors: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Let pages of this web site ask, too."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not print a line for each request.")] = False,
    library: LibraryOption = None,
) -> None:
    """Serve the library to other programs by HTTP: search, similar, blend, tags, audio; docs/http.md has examples.

    For this machine only, unless --host says otherwise. Each request carries a token; a reader's token asks, an
    editor's also rates, tags and collects. Ctrl-C ends it.

    \b
    Examples:
      earmark api token add studio --role editor
      earmark api --port 8420
    """
    if context.invoked_subcommand is not None:
        context.obj = library
        return
    _check(host, rate, cors or ())
    from indexer.api.session import LibrarySession
    from tui.workspace.active_model import active_model

    try:
        from tui.serving.server import address_of, is_loopback, listen, serve
    except ImportError as error:
        raise UsageError("Serving other programs takes a few more packages: pip install 'earmark[api]'") from error
    from tui.serving.library_api import LibraryApi
    from tui.serving.tokens import read_tokens

    with open_library(library) as opened, closing(LibrarySession(opened, active_model(opened))) as session:
        listening = listen(host, port)
        answers = LibraryApi(session)
        answers.warm_up()
        if not read_tokens(opened):
            say("There is no token yet, so nobody may ask. Make one with: earmark api token add NAME")
        if not is_loopback(host):
            say("Other machines reach this address, and nothing is encrypted: put a proxy with TLS before it.")
        say(f"earmark answers at {address_of(listening)}. Ctrl-C ends it.")
        serve(answers, listening, rate, cors or (), (lambda _: None) if quiet else say)
    say("Stopped.")


def _check(host: str, rate: float, origins: Sequence[str]) -> None:
    """Raise a UsageError for values that would serve nobody."""
    if not host:
        raise UsageError("An empty name is not an address; a variable in the command may be unset.")
    if math.isnan(rate):
        raise UsageError("--rate takes a number of requests a second, such as: earmark api --rate 50")
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"[\w+.-]+://[^/\s]+", origin):
            raise UsageError(f"{display_text(origin)!r} is no web site. Give one such as: --cors https://their.site")


@token_app.callback()
def token() -> None:
    """Make, list and remove tokens, by which programs identify themselves.

    \b
    Examples:
      earmark api token add studio --role reader
      earmark api token list
      earmark api token remove studio
    """


@token_app.command("add")
def add(
    name: TokenName,
    role: Annotated[str, typer.Option(metavar="ROLE", help="reader asks, editor also rates, tags and collects.")] = (
        "reader"
    ),
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Make a token and print it, once: only its hash is kept.

    \b
    Examples:
      earmark api token add studio
      earmark api token add "$USER" --role editor
    """
    from tui.serving.tokens import Role, add_token

    if role not in set(Role):
        raise UsageError(f"A role is one of: {', '.join(Role)}")
    with open_library(library) as opened:
        secret = add_token(opened, name, Role(role))
    if as_json:
        print_json({"name": name, "role": role, "token": secret})
    else:
        say("Keep this token; it is not shown again. Programs send it as: Authorization: Bearer TOKEN")
        typer.echo(secret)


@token_app.command("list")
def list_tokens(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the tokens of the library.

    \b
    Examples:
      earmark api token list
    """
    from tui.serving.tokens import Token, read_tokens

    with open_library(library) as opened:
        found = read_tokens(opened)

    def shape(one: Token) -> dict[str, str]:
        return {"name": one.name, "role": one.role.value, "added_at": one.added_at}

    print_list(
        found,
        shape,
        lambda tokens: name_table((one.name, f"{one.role.value}, added {one.added_at[:10]}") for one in tokens),
        "There is no token yet. Make one with: earmark api token add NAME",
        as_json=as_json,
    )


@token_app.command("remove")
def remove(name: TokenName, as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """Remove a token; a server that runs refuses it from now on.

    \b
    Examples:
      earmark api token remove studio
    """
    from tui.serving.tokens import remove_token

    with open_library(library) as opened:
        remove_token(opened, name)
    if as_json:
        print_json({"n_removed": 1})
    else:
        say(f"The token {display_text(name)} is removed.")
