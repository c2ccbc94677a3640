"""``earmark tag learn``, ``export`` and ``import``: few-shot tags."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from db.paths import display_text, shell_text
from tui import formatting
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, path_argument, path_option
from tui.terminal.output import print_json, print_paths, say

if TYPE_CHECKING:
    from db.library import Library
    from indexer.few_shot.service import LearnedTag

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A type such as kick, or a tag of your own.")]


class LearnCommand(TyperCommand):
    """A command whose ``--yes`` and ``--no`` take any number of files, as in ``--yes kicks/*.wav``."""

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


def learn(
    name: NameArgument,
    yes: Annotated[list[Path] | None, path_option("FILE", "A sound that has the tag.")] = None,
    no: Annotated[list[Path] | None, path_option("FILE", "A sound that does not have it.")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Learn a tag from a few examples, and tag the whole library with it.

    Three examples are enough to start. Without new examples, the tag is learned again from the earlier ones. The most
    uncertain sounds are listed: labelling them helps most.

    \b
    Examples:
      earmark tag learn dusty --yes a.wav b.wav c.wav --no clean.wav
    """
    from indexer.tagging.manual_tags import find_tag
    from tui.workspace.annotations.tagging import open_tagger, tag_edited
    from tui.workspace.query.selection import ids_of

    with open_library(library) as opened:
        tagger = open_tagger(opened)
        learned = tagger.learn(find_tag(opened, name), ids_of(opened, yes or []), ids_of(opened, no or []))
        tag_edited(opened)
        _report(opened, learned, as_json=as_json)


def export(name: NameArgument, library: LibraryOption = None) -> None:
    """Print the examples of a tag, as JSON for another library with the same model.

    \b
    Examples:
      earmark tag export dusty > dusty.json
    """
    from indexer.tagging.manual_tags import find_tag
    from tui.workspace.annotations.tagging import open_tagger

    with open_library(library) as opened:
        print_json(open_tagger(opened).export(find_tag(opened, name)))


def import_exemplars(
    file: Annotated[Path, path_argument("FILE", "What `earmark tag export` printed.")],
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Learn a tag from the examples of another library.

    \b
    Examples:
      earmark tag import dusty.json
    """
    from tui.workspace.annotations.json_file import read_json
    from tui.workspace.annotations.tagging import open_tagger

    document = read_json(file, "examples", "earmark tag export NAME > FILE")
    with open_library(library) as opened:
        _report(opened, open_tagger(opened).import_exemplars(document), as_json=as_json)


def _report(library: "Library", learned: "LearnedTag", *, as_json: bool) -> None:
    from db.query.parser import Filter

    paths = [sample.path for sample in library.samples(learned.uncertain)]
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
        f"{display_text(learned.tag.name)}: {formatting.count(learned.n_tagged, 'sound')} tagged, "
        f"from {formatting.count(learned.n_yes, 'example')} and {formatting.count(learned.n_no, 'counterexample')}."
    )
    if learned.n_tagged:
        asked = str(Filter("tag", learned.tag.name))
        say(f"See them, most certain first: earmark search {shell_text(asked)}")
    if paths:
        say("The most uncertain sounds; labelling them with --yes or --no helps most:")
        print_paths(paths, null=False)
