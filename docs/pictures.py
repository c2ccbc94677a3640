"""Draw the README's pictures: the real app on a real library.

usage: python docs/pictures.py LIBRARY [OUT_DIR]

Index the sounds first, such as `earmark --library LIBRARY index /usr/share/sonic-pi/samples`.
"""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from db.library import Library
from tui.app.app import EarmarkApp
from tui.workspace.active_model import active_model
from tui.workspace.session import Session

_SIZE = (120, 36)
_FONT_FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # it would load a font from the network
_SCENES = {
    "browse": ["f2", *"dusty", "space", *"snare", "down", "down"],
    "map": ["f4"],
}


async def _settle(pilot: Pilot[None], is_ready: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not is_ready() and time.monotonic() < end:
        await pilot.pause(0.05)
    await pilot.pause(2.0)  # what threads still bring


async def _draw(app: EarmarkApp, out_dir: Path) -> None:
    async with app.run_test(size=_SIZE) as pilot:
        await _settle(pilot, lambda: app.context.facts)
        for name, keys in _SCENES.items():
            await pilot.press(*keys)
            await _settle(pilot, lambda: True)
            picture = _FONT_FACE.sub("", app.export_screenshot(title="earmark"))
            (out_dir / f"{name}.svg").write_text(picture, encoding="utf-8")


def main() -> None:
    """Write one SVG for each scene."""
    out_dir = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent
    with tempfile.TemporaryDirectory() as state_dir, Library.open(Path(sys.argv[1])) as library:
        session = Session(library, active_model(library))
        try:
            asyncio.run(_draw(EarmarkApp(session, Path(state_dir) / "state.json"), out_dir))
        finally:
            session.close()


if __name__ == "__main__":
    main()
