"""``earmark tag``: teach, add, remove and rename tags."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from tui.terminal.options import JsonOption, LibraryOption

if TYPE_CHECKING:
    from db.library import Library
    from indexer.lessons import Learned, Teacher

app = typer.Typer(help="Teach, add, remove and rename tags.", no_args_is_help=True, rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A type such as kick, or a tag of your own.")]
FilesArgument = Annotated[
    list[Path] | None, typer.Argument(metavar="FILE", help="Sounds of the library.", show_default=False)
]
WhereOption = Annotated[
    str, typer.Option(metavar="QUERY", help="Sounds that a search finds; without words, all that pass its filters.")
]
CountOption = Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many hits of the words in --where.")]


class LearnCommand(TyperCommand):
    """A command whose ``--yes`` and ``--no`` take any number of files, as a shell makes of ``--yes kicks/*.wav``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        spread: list[str] = []
        option = ""
        for place, arg in enumerate(args):
            is_option = arg.startswith("--")
            if option and not is_option and args[place - 1] != option:
                spread.append(option)
            spread.append(arg)
            if is_option:
                option = arg if arg in {"--yes", "--no"} else ""
        return super().parse_args(ctx, spread)


@app.command(cls=LearnCommand)
def learn(
    context: typer.Context,
    name: NameArgument,
    yes: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A sound that is it.")] = None,
    no: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A sound that is not.")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Learn a tag from a few sounds, and tag the whole library by it.

    Three sounds are enough to begin with. Without any, it is learned again from those given before. The sounds that it
    is least sure of are shown: they teach most.

    \b
    Examples:
      earmark tag learn dusty --yes a.wav b.wav c.wav --no clean.wav
    """
    from indexer.bulk_tags import tag_named
    from tui.terminal.session import open_library

    with open_library(context, library) as opened:
        teacher = _teacher(opened)
        learned = teacher.learn(tag_named(name), _ids(opened, yes or []), _ids(opened, no or []))
        _report(opened, learned, as_json=as_json)


@app.command()
def add(
    context: typer.Context,
    name: NameArgument,
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    library: LibraryOption = None,
) -> None:
    """Say that sounds are something.

    \b
    Examples:
      earmark tag add dusty ~/Samples/a.wav ~/Samples/b.wav
      earmark tag add dusty --where "snare len:<1" -k 50
      earmark tag add kick --where "in:Kicks len:<1"
    """
    from indexer.bulk_tags import add_tag, tag_named
    from tui.terminal.session import open_library

    with open_library(context, library) as opened:
        _say_changed(add_tag(opened, tag_named(name), _chosen(opened, files, where, k)))


@app.command()
def remove(
    context: typer.Context,
    name: NameArgument,
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    library: LibraryOption = None,
) -> None:
    """Say that sounds are not something.

    \b
    Examples:
      earmark tag remove dusty --where tag:dusty
    """
    from indexer.bulk_tags import remove_tag, tag_named
    from tui.terminal.session import open_library

    with open_library(context, library) as opened:
        _say_changed(remove_tag(opened, tag_named(name), _chosen(opened, files, where, k)))


@app.command()
def rename(context: typer.Context, name: NameArgument, new: NameArgument, library: LibraryOption = None) -> None:
    """Give a tag of your own another name.

    \b
    Examples:
      earmark tag rename dusty lo-fi
    """
    from db.errors import UsageError
    from indexer.bulk_tags import move_tag, tag_named
    from tui.terminal.session import open_library

    with open_library(context, library) as opened:
        target = tag_named(new)
        if any((tag.facet, tag.name) == target[:2] for tag in opened.tag_table().tags):
            raise UsageError(f"There is a tag {target.name} already. To put both together: earmark tag merge OLD NEW")
        _say_changed(move_tag(opened, tag_named(name), target))


@app.command()
def merge(context: typer.Context, name: NameArgument, into: NameArgument, library: LibraryOption = None) -> None:
    """Put a tag of your own into another one.

    \b
    Examples:
      earmark tag merge dirty dusty
    """
    from indexer.bulk_tags import move_tag, tag_named
    from tui.terminal.session import open_library

    with open_library(context, library) as opened:
        _say_changed(move_tag(opened, tag_named(name), tag_named(into)))


@app.command()
def undo(context: typer.Context, library: LibraryOption = None) -> None:
    """Take back the last change of tags; again for the one before.

    \b
    Examples:
      earmark tag undo
    """
    from indexer.bulk_tags import undo as take_back
    from tui.exit_codes import ExitCode
    from tui.terminal.output import say
    from tui.terminal.session import open_library

    with open_library(context, library) as opened:
        text = take_back(opened)
    if text is None:
        say("There is nothing to take back.")
        raise typer.Exit(ExitCode.NOTHING_FOUND)
    say(f"Taken back: {text}")


@app.command()
def renew(context: typer.Context, library: LibraryOption = None) -> None:
    """Tag the whole library again, as after an update of earmark; nothing that you said is changed.

    No sound is heard again: it takes seconds.

    \b
    Examples:
      earmark tag renew
    """
    from indexer.models import load_text_encoder
    from indexer.retagging import retag
    from tui import human
    from tui.terminal.interrupt import stop_on_interrupt
    from tui.terminal.output import say
    from tui.terminal.progress import meter
    from tui.terminal.session import active_model, open_library

    with open_library(context, library) as opened:
        with meter("Tagging") as shown, stop_on_interrupt(shown.note) as is_stopped:
            n_tagged = retag(
                opened, load_text_encoder(active_model(opened)), on_progress=shown.show, cancelled=is_stopped
            )
        if opened.lessons():
            _teacher(opened).renew()
    say(f"{human.count(n_tagged, 'sound')} tagged.")


@app.command()
def export(context: typer.Context, name: NameArgument, library: LibraryOption = None) -> None:
    """Print what was taught of a tag, as JSON for another library with the same model.

    \b
    Examples:
      earmark tag export dusty > dusty.json
    """
    from indexer.bulk_tags import tag_named
    from tui.terminal.output import print_json
    from tui.terminal.session import open_library

    with open_library(context, library) as opened:
        print_json(_teacher(opened).export(tag_named(name)))


@app.command("import")
def import_lesson(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `earmark tag export` printed.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Learn a tag that was taught elsewhere.

    \b
    Examples:
      earmark tag import dusty.json
    """
    import json

    from db.errors import UsageError
    from tui.terminal.session import open_library

    try:
        document = json.loads(file.expanduser().read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{file} is no lesson. Lessons are made with: earmark tag export NAME") from error
    with open_library(context, library) as opened:
        _report(opened, _teacher(opened).import_lesson(document), as_json=as_json)


def _teacher(library: "Library") -> "Teacher":
    from indexer.lessons import Teacher
    from tui.terminal.session import active_model

    info = active_model(library).info
    assert info is not None  # else it would not be active
    return Teacher(library, info)


def _ids(library: "Library", files: list[Path]) -> list[int]:
    from db.errors import UsageError

    ids = [library.find_sample_id(file.expanduser().absolute()) for file in files]
    for file, sample_id in zip(files, ids, strict=True):
        if sample_id is None:
            raise UsageError(f"The library does not know {file}. Add its folder with: earmark index FOLDER")
    return [sample_id for sample_id in ids if sample_id is not None]


def _chosen(library: "Library", files: list[Path] | None, where: str, k: int) -> list[int]:
    """Return the samples that are files or that a query finds."""
    from db.errors import UsageError
    from db.query import parse_query

    if bool(files) == bool(where):
        raise UsageError('Say which sounds: either files, or --where "QUERY".')
    if files:
        return _ids(library, files)
    query = parse_query(where)
    if query.text or query.plus or query.minus:
        from indexer.models import load_text_encoder
        from indexer.search import Searcher
        from tui.terminal.session import active_model

        result = Searcher(library, load_text_encoder(active_model(library))).search(where, k)
        return [hit.sample.id for hit in result.hits]
    found = library.filter_ids(query.filters)
    return [] if found is None else [int(sample_id) for sample_id in found]


def _say_changed(n_samples: int) -> None:
    from tui import human
    from tui.exit_codes import ExitCode
    from tui.terminal.output import say

    say(f"{human.count(n_samples, 'sound')} changed." + (" To take it back: earmark tag undo" if n_samples else ""))
    if not n_samples:
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _report(library: "Library", learned: "Learned", *, as_json: bool) -> None:
    from db.paths import display_text
    from tui import human
    from tui.places import usable_path
    from tui.terminal.output import print_json, print_paths, say

    paths = [usable_path(sample) for sample in library.samples(learned.doubtful)]
    if as_json:
        print_json(
            {
                "facet": learned.tag.facet,
                "name": learned.tag.name,
                "n_yes": learned.n_yes,
                "n_no": learned.n_no,
                "n_tagged": learned.n_tagged,
                "doubtful": [str(path) for path in paths],
            }
        )
        return
    say(
        f"{display_text(learned.tag.name)}: {human.count(learned.n_tagged, 'sound')} tagged, "
        f"from {human.count(learned.n_yes, 'example')} and {human.count(learned.n_no, 'counterexample')}."
    )
    if paths:
        say("Least sure of these; say --yes or --no to teach more:")
        print_paths(paths, null=False)
