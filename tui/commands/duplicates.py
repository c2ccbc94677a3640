"""``earmark duplicates``: files with the same sound."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import UsageError
from tui import formatting
from tui.terminal.interrupt import stop_on_interrupt
from tui.terminal.library import open_library
from tui.terminal.options import JsonOption, LibraryOption, NullOption, path_option
from tui.terminal.output import report_changed
from tui.terminal.progress import meter
from tui.terminal.query import query_line, report_unknown

if TYPE_CHECKING:
    from db.library import Library
    from indexer.duplicates.groups import DuplicateClass


def duplicates(  # noqa: PLR0917 (one per option)
    what: Annotated[
        list[str] | None, typer.Argument(metavar="[WHAT]", help="Filters: only groups with a sound that passes them.")
    ] = None,
    classes: Annotated[
        list[str] | None, typer.Option("--class", metavar="CLASS", help="bytes, audio or sound; all by default.")
    ] = None,
    prefer: Annotated[list[Path] | None, path_option("FOLDER", "Prefer to keep files in this folder.")] = None,
    paths: Annotated[bool, typer.Option("--paths", help="Print the files that are not kept, one per line.")] = False,
    null: NullOption = False,
    keep: Annotated[list[Path] | None, path_option("FILE", "Decide to keep this file.")] = None,
    apart: Annotated[
        list[Path] | None, path_option("FILE", "Decide that files are not duplicates; give two or more.")
    ] = None,
    undecide: Annotated[list[Path] | None, path_option("FILE", "Forget the decisions on this file.")] = None,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Find files with the same sound. Nothing is changed or deleted.

    Each group has a proof and a suggested file to keep. Classes: the same bytes; the same audio in another container
    or with other tags; the same sound at another level, rate, depth, codec, channel count or length, proven by a null
    test. Sounds that are merely similar are not duplicates.

    \b
    Examples:
      earmark duplicates
      earmark duplicates in:Downloads --prefer ~/Samples/Packs
      earmark duplicates --class bytes --null | xargs -0 ls -l
      earmark duplicates --keep Packs/kick.wav
      earmark duplicates --apart "snare 1.wav" --apart "snare 2.wav"
    """
    from db.query.parser import parse_filters
    from indexer.duplicates.audit import AuditRequest, find_duplicates
    from tui.terminal.duplicates import print_audit

    chosen = read_classes(classes or [])
    with open_library(library) as opened:
        if keep or apart or undecide:
            _decide(opened, keep or [], apart or [], undecide or [], as_json=as_json)
            return
        line = query_line(what or [])
        ids = opened.filter_ids(parse_filters(line))
        if ids is not None and not len(ids):
            report_unknown(opened, line)
        request = AuditRequest(ids, chosen, tuple(prefer or ()))
        with meter("Comparing") as shown, stop_on_interrupt(shown.note) as stop:
            audit = find_duplicates(opened, request, on_progress=shown.show, cancelled=stop.is_set)
    print_audit(audit, as_json=as_json, as_paths=paths, null=null)


def read_classes(names: list[str]) -> "tuple[DuplicateClass, ...]":
    """Return classes by their names; all classes if there are no names.

    Raises:
        UsageError: There is no class of a name.
    """
    from indexer.duplicates.groups import DuplicateClass

    known = [each.value for each in DuplicateClass]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"There is no class {unknown[0]!r}; there are: {', '.join(known)}.")
    return tuple(DuplicateClass(name) for name in names) or tuple(DuplicateClass)


def _decide(library: "Library", keep: list[Path], apart: list[Path], undecide: list[Path], *, as_json: bool) -> None:
    from tui.workspace.duplicates import choose_keepers, find_places, forget_decisions, keep_apart

    kept, split, forgotten = (find_places(library, files) for files in (keep, apart, undecide))
    sentences = []
    if forgotten:
        n = forget_decisions(library, forgotten)
        sentences.append(f"{formatting.count(n, 'decision')} forgotten.")
    if kept:
        choose_keepers(library, kept)
        sentences.append(f"{formatting.count(len(kept), 'file')} will be kept in place of duplicates.")
    if split:
        keep_apart(library, split)
        sentences.append(f"{formatting.count(len(split), 'file')} count as different from now on.")
    report_changed(len(kept) + len(split) + len(forgotten), " ".join(sentences), as_json=as_json)
