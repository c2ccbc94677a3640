"""``earmark organize``: files moved, copied, linked or removed by a plan, with undo."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import UsageError
from db.paths import display_text, shell_text
from tui import formatting
from tui.exit_codes import ExitCode
from tui.terminal.interrupt import stop_on_interrupt
from tui.terminal.library import open_library
from tui.terminal.options import CountOption, JsonOption, LibraryOption, WhereOption, path_argument, path_option
from tui.terminal.output import name_table, print_json, print_list, say, show
from tui.terminal.progress import meter

if TYPE_CHECKING:
    from db.library import Library
    from indexer.organize.steps import Plan

app = typer.Typer(
    help="Move, copy, link or remove files by a plan, and undo it.", no_args_is_help=True, rich_markup_mode=None
)

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command()
def plan(  # noqa: PLR0917 (one per option)
    template: Annotated[
        str, typer.Argument(metavar="[TEMPLATE]", help="Path of each file, such as {type}/{bpm?}/{name}.")
    ] = "",
    where: WhereOption = "",
    k: CountOption = 20,
    to: Annotated[Path | None, path_option("FOLDER", "A folder other than the library's own.", "--to")] = None,
    copy: Annotated[bool, typer.Option("--copy", help="Copies; the files stay where they are.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Symbolic links; the files stay where they are.")] = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Remove duplicates, to the trash or to the folder of --to.")
    ] = False,
    prefer: Annotated[list[Path] | None, path_option("FOLDER", "With --duplicates: prefer to keep files here.")] = None,
    classes: Annotated[
        list[str] | None,
        typer.Option("--class", metavar="CLASS", help="With --duplicates: bytes, audio, sound; bytes by default."),
    ] = None,
    in_projects: Annotated[
        bool, typer.Option("--in-projects", help="Also files in the folders of DAW projects.")
    ] = False,
    remove_empty: Annotated[
        bool, typer.Option("--remove-empty", help="Also remove folders that become empty.")
    ] = False,
    output: Annotated[Path | None, path_option("PLAN", "File for the plan.", "-o", "--output")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Plan new places for files. Nothing is moved: the plan is shown, and with -o written to a file.

    The file has a line for each step; lines can be removed or edited. "earmark organize fields" lists the fields of
    templates. {bpm?} is left out where a sound has no tempo; {type|other} is "other" where it has no type.

    \b
    Examples:
      earmark organize plan "{type}/{bpm?}/{name}"
      earmark organize plan "{family}/{type|other}/{name}" --where in:Downloads --to ~/Samples/Sorted -o sort.plan
      earmark organize plan "{pack}/{key?} {name}" --where form:loop --copy --to /media/stick -o stick.plan
      earmark organize plan --duplicates --prefer ~/Samples/Packs -o duplicates.plan
    """
    from indexer.organize.plan_file import write_plan
    from indexer.organize.steps import Action
    from tui.terminal.organize import print_plan
    from tui.workspace.organize import plan_template

    if duplicates == bool(template) or (copy and link) or (duplicates and (copy or link)):
        raise UsageError(
            "Give a template, with --copy or --link or none of them; or --duplicates without one. "
            "Such as: earmark organize plan {type}/{name}"
        )
    with open_library(library) as opened:
        if duplicates:
            made = _plan_duplicates(
                opened,
                where,
                to,
                prefer or [],
                classes or [],
                takes_projects=in_projects,
                removes_empty=remove_empty,
            )
        else:
            with meter("Planning") as shown:
                made = plan_template(
                    opened,
                    template,
                    where=where,
                    k=k,
                    action=Action.COPY if copy else Action.LINK if link else Action.MOVE,
                    target=to,
                    takes_projects=in_projects,
                    removes_empty=remove_empty,
                    on_progress=shown.show,
                    tell=say,
                )
    if output is not None and made.steps:
        write_plan(made, output)
    print_plan(made, as_json=as_json)
    if output is None:
        say("Nothing was moved. To apply a plan: repeat the command with -o PLAN, then earmark organize apply PLAN")
    else:
        say(f"Nothing was moved. To apply the plan: earmark organize apply {shell_text(output)}")


@app.command()
def apply(
    file: Annotated[Path, path_argument("PLAN", "Made by: organize plan -o PLAN.")],
    yes: YesOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Show a plan, ask, and apply it. No file is ever overwritten.

    A backup of the library is made first. Files that were changed since the plan was made are refused, the others are
    moved. After an interruption at any moment, the same command continues, or "earmark organize undo" undoes the run.

    \b
    Examples:
      earmark organize apply sort.plan
      earmark organize apply sort.plan --yes --json
    """
    from indexer.organize.plan_file import read_plan
    from tui.terminal.organize import print_plan, report
    from tui.workspace.organize import apply as apply_plan

    with open_library(library) as opened:
        read = read_plan(file)
        if not yes:
            print_plan(read, as_json=as_json)
            if not _is_confirmed(f"earmark organize apply {shell_text(file)} --yes"):
                say("Nothing was moved.")
                return
        with meter("Organising") as shown, stop_on_interrupt(shown.note) as stop:
            outcome = apply_plan(opened, read, shown.show, stop.is_set, shown.note)
    if outcome.n_done and not as_json:
        say(f"To undo it: earmark organize undo {outcome.run_id}")
    report(outcome, "done", as_json=as_json)


@app.command()
def undo(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="A run of the history; the last one by default.")
    ] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Undo a run: paths, times and modes of files become what they were before.

    Files that were changed since, or whose old place is taken, are left alone and named.

    \b
    Examples:
      earmark organize undo
      earmark organize undo 3 --yes
    """
    from indexer.organize.journal import LEFT_TO_UNDO, RunLog
    from tui.terminal.organize import report
    from tui.workspace.organize import undo as undo_run

    with open_library(library) as opened:
        run = RunLog(opened.folder).find(number)
        if not yes:
            n_files = len(run.in_state(*LEFT_TO_UNDO))
            say(f"Run {run.id}, {formatting.count(n_files, 'file')}: {display_text(run.what)}")
            if not _is_confirmed(f"earmark organize undo {run.id} --yes"):
                say("Nothing was moved.")
                return
        with meter("Undoing") as shown, stop_on_interrupt(shown.note) as stop:
            outcome = undo_run(opened, run.id, shown.show, stop.is_set, shown.note)
    report(outcome, "undone", as_json=as_json)


@app.command()
def history(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the runs of plans, the last one first.

    \b
    Examples:
      earmark organize history
    """
    from indexer.organize.journal import RunLog
    from tui.terminal.organize import run_shape, run_table
    from tui.workspace.organize import unreadable_journals

    with open_library(library) as opened:
        log = RunLog(opened.folder)
        runs = log.runs()
    for sentence in unreadable_journals(log.unreadable.items()):
        say(sentence)
    nothing = "There are no runs yet. See: earmark organize plan --help"
    print_list(runs, run_shape, run_table, nothing, as_json=as_json)


@app.command()
def fields(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List the fields that templates can use.

    \b
    Examples:
      earmark organize fields
    """
    from indexer.organize.fields import FIELDS

    if as_json:
        print_json({name: field.about for name, field in FIELDS.items()})
        return
    show(lambda _: name_table((f"{{{name}}}", field.about) for name, field in FIELDS.items()))


def _is_confirmed(unasked: str) -> bool:
    """Ask the user; ``unasked`` is the command that does not ask.

    Raises:
        UsageError: There is no terminal to ask on.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"Nothing was moved: there is no terminal to ask on. To run without asking: {unasked}")
    return typer.confirm("Do it?", err=True)


def _plan_duplicates(
    library: "Library",
    where: str,
    to: Path | None,
    prefer: list[Path],
    classes: list[str],
    *,
    takes_projects: bool,
    removes_empty: bool,
) -> "Plan":
    from tui.commands.duplicates import read_classes
    from tui.workspace.organize import plan_duplicates

    with meter("Comparing") as shown, stop_on_interrupt(shown.note) as stop:
        made = plan_duplicates(
            library,
            where,
            read_classes(classes or ["bytes"]),
            preferred=prefer,
            target=to,
            takes_projects=takes_projects,
            removes_empty=removes_empty,
            on_progress=shown.show,
            cancelled=stop.is_set,
        )
    if stop.is_set():
        raise typer.Exit(ExitCode.INTERRUPTED)
    return made
