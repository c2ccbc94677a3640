"""Start the app with exclusive use of the terminal."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from db.engines.postgres.place import LibraryPlace
from db.errors import ProblemError
from db.library import Library
from db.paths import display_text
from tui import settings
from tui.app.keys import declared_bindings, load_keys
from tui.workspace.active_model import active_model


def run_app(place: LibraryPlace) -> None:
    """Open the app on a library, which is created if missing in its folder.

    Raises:
        LibraryError: The library cannot be used.
        ModelError: Its model is not installed.
        ProblemError: The app crashed.
        UsageError: The file of keys is invalid.
    """
    from tui.app.app import EarmarkApp
    from tui.app.terminal_drag import understand_drags
    from tui.workspace.session import Session

    keys = load_keys(settings.keys_file(), known_ids)
    with Library.create(place) as library:
        model = active_model(library)
        with terminal_to_itself(settings.log_file()):
            understand_drags()
            with contextlib.closing(Session(library, model)) as session:
                app = EarmarkApp(session, settings.state_file(), keys=keys, follows_folders=True)
                app.run()
    if app.return_code:
        log = display_text(settings.log_file())
        raise ProblemError(
            "The app met a fault of its own and has closed; nothing is lost. Start it again; if it closes again, "
            f"please report it with what is in {log}"
        )


def known_ids() -> frozenset[str]:
    """Return the ids of all keys that a user can change."""
    from tui.app.app import EarmarkApp
    from tui.app.screens.registry import MODES, mode_owners

    owners = [EarmarkApp, *(owner for mode in MODES for owner in mode_owners(mode))]
    return frozenset(binding.id for owner in owners for binding in declared_bindings(owner) if binding.id)


@contextlib.contextmanager
def terminal_to_itself(log_file: Path) -> Iterator[None]:
    """Let only the app write to the terminal; output of C libraries on descriptor 2 goes to a log.

    ALSA, libsndfile and child processes write there, in the middle of the screen, since Textual draws on stderr.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    terminal = os.dup(2)
    shown, sys.__stderr__ = sys.__stderr__, os.fdopen(terminal, "w", encoding="utf-8")  # type: ignore[misc]
    os.dup2(log, 2)
    os.close(log)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        assert sys.__stderr__ is not None
        sys.__stderr__.close()
        sys.__stderr__ = shown  # type: ignore[misc]
