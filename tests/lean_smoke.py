"""What works without the packages of the large model: ``make test-lean`` runs this in an environment that has none."""

import asyncio
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

ABSENT = ("torch", "torchvision", "transformers", "laion_clap", "librosa", "tokenizers", "huggingface_hub")


def earmark(*args: str, exit_code: int = 0) -> "subprocess.CompletedProcess[str]":
    """Run a command, and stop where it ends in another way than it should."""
    ended = subprocess.run([sys.executable, "-m", "tui", *args], capture_output=True, text=True, check=False)
    assert ended.returncode == exit_code, (args, ended.returncode, ended.stdout, ended.stderr)
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


def main() -> None:
    """Index, search and start the app."""
    assert not [name for name in ABSENT if find_spec(name)], "this is no lean environment"
    with TemporaryDirectory() as place:
        os.environ |= {"EARMARK_LIBRARY": f"{place}/library", "EARMARK_MODELS": f"{place}/models", "HOME": place}
        _use(Path(place))
    sys.stdout.write("The lean set-up works.\n")


def _use(place: Path) -> None:
    from indexer.demo_sounds import write_demo_sounds

    sounds = write_demo_sounds(place / "sounds")
    outside = sounds[0].rename(place / "outside.wav")
    earmark("index", str(place / "sounds"))
    found = json.loads(earmark("search", "kick drum", "--json").stdout)["hits"]
    assert found
    first = found[0]["path"]
    for path in (first, str(outside)):
        assert json.loads(earmark("similar", path, "--json").stdout)["hits"]
    earmark("blend", first, "glass bell", "--steps", "4")
    assert "closed hi-hat" in earmark("tags", "--json").stdout
    earmark("info", first)
    earmark("stats")
    earmark("doctor", "--deep")
    for arguments in (("model", "get", "laion-music"), ("model", "get", "laion-630k", "--from", str(outside))):
        assert "pip install torch" in earmark(*arguments, exit_code=3).stderr
    asyncio.run(_start_app(place))


async def _start_app(place: Path) -> None:
    from db.library import Library
    from indexer.encoders.registry import BUILT_IN
    from tui.app.app import EarmarkApp
    from tui.app.player.output import DeviceOutput
    from tui.workspace.session import Session

    with Library.open(place / "library") as library:
        app = EarmarkApp(
            Session(library, BUILT_IN),
            place / "state.json",
            open_device=lambda render: DeviceOutput(render, is_silent=True),
        )
        async with app.run_test() as pilot:
            await pilot.press(*"kick")
            await pilot.pause(1)
            assert app.return_code is None


if __name__ == "__main__":
    main()
