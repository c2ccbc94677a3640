"""Folders and playlists of collections: a name of its own for each."""

from pathlib import Path

import pytest

from indexer.daw.collection_folders import collection_contents
from indexer.daw.mirror import Mirror
from tests.tui.samples import make_sample


@pytest.mark.parametrize(
    ("names", "folders"),
    [
        (("Best", "best", "Rest"), ["Best", "best 2", "Rest"]),
        (("a/b", "a:b"), ["a_b", "a_b 2"]),
        (("k" * 300 + "1", "k" * 300 + "2"), ["k" * 200, "k" * 198 + " 2"]),
    ],
)
def test_each_collection_has_a_folder_and_a_playlist(
    names: tuple[str, ...], folders: list[str], tmp_path: Path
) -> None:
    sound = make_sample("/packs/kick.wav")
    contents = collection_contents(Mirror(tmp_path, "collections"), [(name, [sound]) for name in names])
    assert list(contents) == [path for folder in folders for path in (f"{folder}.m3u8", f"{folder}/kick.wav")]
