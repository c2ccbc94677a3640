"""Folders of DAW projects, whose sounds have to stay where the project expects them."""

import os
from pathlib import Path

# Ableton Live, FL Studio, Reaper, Logic; Cubase, Pro Tools, Bitwig, Studio One, GarageBand, Ardour, LMMS, Audacity
_ENDINGS = frozenset(".als .flp .rpp .logicx .cpr .ptx .bwproject .song .band .ardour .mmp .mmpz .aup3".split())


class Projects:
    """Find the project that a folder belongs to; each folder is read once."""

    def __init__(self) -> None:
        self._found: dict[Path, Path | None] = {}

    def of_folder(self, folder: Path) -> Path | None:
        """Return a project in a folder or in a folder above it; None if there is none.

        Folders above count because projects keep the sounds that they collect in subfolders.
        """
        if folder not in self._found:
            here = folder if _is_project(folder.name) else _project_in(folder)
            above = folder.parent
            self._found[folder] = here or (None if above == folder else self.of_folder(above))
        return self._found[folder]


def _project_in(folder: Path) -> Path | None:
    try:
        with os.scandir(folder) as entries:
            return next((folder / entry.name for entry in entries if _is_project(entry.name)), None)
    except OSError:
        return None


def _is_project(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in _ENDINGS and not name.startswith("._")
