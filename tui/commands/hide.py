"""``earmark hide`` and ``earmark unhide``: leave sounds out of lists."""

from pathlib import Path

from db.engines.postgres.place import LibraryPlace
from tui import formatting
from tui.terminal.library import open_library
from tui.terminal.options import CountOption, FilesArgument, JsonOption, LibraryOption, WhereOption
from tui.terminal.output import report_changed, say


def hide(
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Leave sounds out of all searches and lists. Their files stay as they are.

    The filter hidden:yes lists hidden sounds; earmark unhide brings them back.

    \b
    Examples:
      earmark hide "demo song.wav"
      earmark hide --where "in:Demos len:>30"
    """
    _hide(files, where, k, is_hidden=True, as_json=as_json, library=library)


def unhide(
    files: FilesArgument = None,
    where: WhereOption = "",
    k: CountOption = 20,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Bring hidden sounds back into searches and lists.

    \b
    Examples:
      earmark unhide "demo song.wav"
      earmark unhide --where "hidden:yes"
    """
    _hide(files, where, k, is_hidden=False, as_json=as_json, library=library)


def _hide(
    files: list[Path] | None,
    where: str,
    k: int,
    *,
    is_hidden: bool,
    as_json: bool,
    library: LibraryPlace | None,
) -> None:
    from tui.workspace.query.selection import chosen_ids

    with open_library(library) as opened:
        ids = chosen_ids(opened, files, where, k, say)
        with opened.edits() as edits:
            n_changed = edits.change_annotations(ids, is_hidden=is_hidden)
    verb = "hidden. To list hidden sounds: earmark search hidden:yes" if is_hidden else "listed again."
    report_changed(n_changed, f"{formatting.count(n_changed, 'sound')} {verb}", as_json=as_json)
