"""Draw the README's pictures: the real app on real sounds, and a recording of a search, an audition and a few-shot tag.

usage: PYTHONPATH=. python docs/pictures.py FOLDER... [--out DIR]

The folders are indexed into a library that is thrown away, such as those of the Debian packages lmms-common,
sonic-pi-samples and hydrogen-drumkits.
"""

import argparse
import asyncio
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.pilot import Pilot

from db.library import Library
from indexer.encoders.registry import BUILT_IN, start_encoder
from indexer.ingest.pipeline import index
from tui.app.app import EarmarkApp
from tui.app.player.output import DeviceOutput
from tui.workspace.session import Session

_SIZE, _RECORDING_SIZE = (140, 36), (84, 24)
_FONT_FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # it would load a font from the network
_SCENES = {
    "browse": [*"dusty", "space", *"snare", "enter", "down", "down"],
    "map": ["f4"],
}
_RECORDING = (
    [*"dark"],
    ["space", *"808", "space", *"kick"],
    ["enter"],
    ["down"],
    ["5"],
    ["s"],
    ["escape", "L"],
    [*"dusty"],
    ["enter"],
    ["t"],
    ["T"],
    ["t", "t"],
)
_FRAME_SECONDS = 1.4


async def _settle(pilot: Pilot[None], is_ready: Callable[[], object] = lambda: True, seconds: float = 2.0) -> None:
    end = time.monotonic() + 60
    while not is_ready() and time.monotonic() < end:
        await pilot.pause(0.05)
    await pilot.pause(seconds)  # what threads still bring


def _picture(app: EarmarkApp) -> str:
    return _FONT_FACE.sub("", app.export_screenshot(title="earmark"))


async def _draw_scenes(app: EarmarkApp, out_dir: Path) -> None:
    async with app.run_test(size=_SIZE) as pilot:
        await _settle(pilot, lambda: app.context.facts)
        for name, keys in _SCENES.items():
            await pilot.press(*keys)
            await _settle(pilot)
            (out_dir / f"{name}.svg").write_text(_picture(app), encoding="utf-8")


async def _record(app: EarmarkApp, out_dir: Path) -> None:
    frames = []
    async with app.run_test(size=_RECORDING_SIZE) as pilot:
        await _settle(pilot, lambda: app.context.facts)
        for keys in _RECORDING:
            await pilot.press(*keys)
            await _settle(pilot, seconds=0.7)
            frames.append(_picture(app))
    (out_dir / "tour.svg").write_text(animated(frames), encoding="utf-8")


def animated(frames: Sequence[str]) -> str:
    """Return one SVG that shows others of the same size in turn, for ever."""
    match = re.search(r'viewBox="([^"]*)"', frames[0])
    assert match is not None
    share = 100 / len(frames)
    turn = f"0%, {share:.3f}% {{ visibility: visible }} {share + 0.001:.3f}%, 100% {{ visibility: hidden }}"
    seconds = len(frames) * _FRAME_SECONDS
    style = f"@keyframes turn {{ {turn} }} .frame {{ visibility: hidden; animation: turn {seconds:.1f}s infinite }}"
    turns = "".join(
        f'<g class="frame" style="animation-delay: {place * _FRAME_SECONDS:.1f}s">{frame}</g>'
        for place, frame in enumerate(frames)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{match[1]}"><style>{style}</style>{turns}</svg>\n'


def main() -> None:
    """Write one SVG for each scene, and the recording."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, Library.create(Path(place) / "library") as library:
        with start_encoder(BUILT_IN) as encoder:
            index(library, arguments.folders, encoder)
        session = Session(library, BUILT_IN)
        try:
            for number, draw in enumerate((_draw_scenes, _record)):
                app = EarmarkApp(
                    session, Path(place) / f"{number}.json", open_device=lambda r: DeviceOutput(r, is_silent=True)
                )
                asyncio.run(draw(app, arguments.out))
        finally:
            session.close()


if __name__ == "__main__":
    main()
