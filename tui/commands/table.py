"""All commands, by name."""

import typer

from tui.commands import (
    backup,
    blend,
    collection,
    correct,
    daw,
    demo,
    doctor,
    duplicates,
    evaluate,
    export,
    exports,
    folders,
    hide,
    index,
    info,
    kit,
    marks,
    model,
    organize,
    problems,
    rate,
    search,
    similar,
    slices,
    stats,
    tag,
    tags,
    taxonomy,
    watch,
)
from tui.terminal.query import QueryCommand

_app = typer.Typer(rich_markup_mode=None)  # plain help shows in half the time
_app.command()(index.index)
_app.command(cls=QueryCommand)(search.search)
_app.command(cls=QueryCommand)(similar.similar)
_app.command(cls=QueryCommand)(blend.blend)
_app.command()(info.info)
_app.command()(export.export)
_app.add_typer(kit.app, name="kit")
_app.command("slice")(slices.slice_loops)
_app.add_typer(collection.app, name="collection")
_app.command()(rate.rate)
_app.command()(hide.hide)
_app.command()(hide.unhide)
_app.add_typer(marks.app, name="marks")
_app.add_typer(exports.app, name="exports")
_app.add_typer(organize.app, name="organize")
_app.add_typer(daw.app, name="daw")
_app.command("set")(correct.correct)
_app.command()(stats.stats)
_app.command()(tags.tags)
_app.command()(taxonomy.taxonomy)
_app.command()(problems.problems)
_app.command()(doctor.doctor)
_app.command(cls=QueryCommand)(duplicates.duplicates)
_app.command()(watch.watch)
_app.add_typer(folders.app, name="folders")
_app.command()(folders.relink)
_app.command("eval")(evaluate.evaluate)
_app.add_typer(model.app, name="model")
_app.add_typer(tag.app, name="tag")
_app.command()(backup.backup)
_app.command()(backup.restore)
_app.command()(demo.demo)

COMMANDS = dict(typer.main.get_group(_app).commands)
