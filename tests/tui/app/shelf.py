"""A small library of real sounds, embedded by a small working encoder."""

from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from db.library import Library
from indexer.ingest.pipeline import index
from tests.fakes import FakeEncoder
from tests.sounds import write_demo_sounds
from tui.app.app import EarmarkApp
from tui.app.keys import Keys
from tui.app.player.output import DeviceOutput, Output, Render
from tui.workspace.session import Session

ENCODER = FakeEncoder()


@dataclass(frozen=True)
class Shelf:
    library: Path
    sounds: Path
    state: Path

    def open(self) -> Library:
        return Library.open(self.library)


def make_shelf(place: Path) -> Shelf:
    sounds = place / "Packs"
    write_demo_sounds(sounds)
    one_worker = patch(
        "indexer.ingest.decode_and_embed.os.cpu_count", return_value=1
    )  # else ids come as workers finish
    with Library.create(place / "library") as library, one_worker:
        index(library, [sounds], ENCODER)
    return Shelf(place / "library", sounds, place / "state.json")


def silent(render: Render) -> Output:
    return DeviceOutput(render, is_silent=True)


def make_app(
    library: Library, state_file: Path, keys: Keys | None = None, *, follows_folders: bool = False
) -> EarmarkApp:
    session = Session(library, "fake", text_encoder=ENCODER, encoder=ENCODER)
    return EarmarkApp(session, state_file, keys=keys, open_device=silent, follows_folders=follows_folders)
