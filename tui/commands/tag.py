"""``earmark tag``: learn, add, remove and rename tags."""

from typing import Annotated

import typer

from db.errors import UsageError
from tui import formatting
from tui.commands import few_shot
from tui.exit_codes import ExitCode
from tui.terminal.interrupt import stop_on_interrupt
from tui.terminal.library import open_library
from tui.terminal.options import CountOption, FilesArgument, JsonOption, LibraryOption, WhereOption
from tui.terminal.output import print_json, report_changed, say
from tui.terminal.progress import meter

app = typer.Typer(help="Learn, add, remove and rename tags.", no_args_is_help=True, rich_markup_mode=None)
app.command(cls=few_shot.LearnCommand)(few_shot.learn)
app.command()(few_shot.export)
app.command("import")(few_shot.import_exemplars)

NameArgument = few_shot.NameArgument
OwnTag = Annotated[str, typer.Argument(metavar="OLD", help="A tag of your own.")]


@app.command()
def add(
    name: NameArgument,
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Add a type or a tag to sounds.

    \b
    Examples:
      earmark tag add dusty ~/Samples/a.wav ~/Samples/b.wav
      earmark tag add dusty --where "snare len:<1" -k 50
      earmark tag add kick --where "in:Kicks len:<1"
    """
    from indexer.tagging.manual_tags import add_tag, find_tag
    from tui.workspace.annotations.tagging import tag_edited
    from tui.workspace.query.selection import chosen_ids

    with open_library(library) as opened:
        n_changed = add_tag(opened, find_tag(opened, name), chosen_ids(opened, files, where, k, say))
        tag_edited(opened)
    _report(n_changed, as_json=as_json)


@app.command()
def remove(
    name: NameArgument,
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Remove a type or a tag from sounds; the model never gives it to them again.

    \b
    Examples:
      earmark tag remove dusty --where tag:dusty
    """
    from indexer.tagging.manual_tags import find_tag, remove_tag
    from tui.workspace.annotations.tagging import tag_edited
    from tui.workspace.query.selection import chosen_ids

    with open_library(library) as opened:
        n_changed = remove_tag(opened, find_tag(opened, name), chosen_ids(opened, files, where, k, say))
        tag_edited(opened)
    _report(n_changed, as_json=as_json)


@app.command()
def rename(
    name: OwnTag,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Rename a tag of your own.

    \b
    Examples:
      earmark tag rename dusty lo-fi
    """
    from indexer.tagging.manual_tags import find_tag, move_tag

    with open_library(library) as opened:
        target = find_tag(opened, new)
        if any((tag.facet, tag.name) == target[:2] for tag in opened.tag_table().tags):
            raise UsageError(f"There is a tag {target.name} already. To merge them: earmark tag merge OLD NEW")
        _report(move_tag(opened, find_tag(opened, name), target), as_json=as_json)


@app.command()
def merge(
    name: OwnTag,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The tag that its sounds get instead.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Merge a tag of your own into another one.

    \b
    Examples:
      earmark tag merge dirty dusty
    """
    from indexer.tagging.manual_tags import find_tag, move_tag

    with open_library(library) as opened:
        _report(move_tag(opened, find_tag(opened, name), find_tag(opened, into)), as_json=as_json)


@app.command()
def undo(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """Undo the last change of tags; run it again to undo the one before.

    \b
    Examples:
      earmark tag undo
    """
    from indexer.tagging.manual_tags import undo as undo_last
    from tui.workspace.annotations.tagging import tag_edited

    with open_library(library) as opened:
        text = undo_last(opened)
        tag_edited(opened)
    if as_json:
        print_json({"undone": text})
    if text is None:
        say("There is nothing to undo.")
        raise typer.Exit(ExitCode.NOTHING_FOUND)
    if not as_json:
        say(f"Undone: {text}")


@app.command()
def renew(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """Tag the whole library again, for example after an update of earmark; your own tags stay.

    No sound is analysed again, so it takes seconds.

    \b
    Examples:
      earmark tag renew
    """
    from indexer.tagging.tag_pass import TagPass
    from tui.workspace.active_model import load_active_text_encoder
    from tui.workspace.annotations.tagging import open_tagger

    with open_library(library) as opened:
        with meter("Tagging") as shown, stop_on_interrupt(shown.note) as stop:
            tag_pass = TagPass(opened, load_active_text_encoder(opened))
            n_tagged = tag_pass.tag_all(shown.show, stop.is_set)
        if opened.few_shot_tags():
            open_tagger(opened).renew()
            tag_pass.tag_queued()
    if as_json:
        print_json({"n_tagged": n_tagged})
    else:
        say(f"{formatting.count(n_tagged, 'sound')} tagged.")


def _report(n_samples: int, *, as_json: bool) -> None:
    hint = " To undo it: earmark tag undo" if n_samples else ""
    report_changed(n_samples, f"{formatting.count(n_samples, 'sound')} changed.{hint}", as_json=as_json)
