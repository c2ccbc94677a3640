"""All kit formats. A new one is a module in this folder and an entry here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from db.errors import UsageError
from db.paths import display_text
from indexer.export.file_names import portable_name
from indexer.export.kits import (
    ableton,
    bitwig,
    decent_sampler,
    hydrogen,
    mpc,
    octatrack,
    op_1,
    op_xy,
    renoise,
    sfz,
)
from indexer.export.kits.zones import FIRST_NOTE, LAST_NOTE, Kit
from indexer.export.profile import AS_IT_IS, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class KitFormat:
    """A format of kits.

    Attributes:
        title: Name of the sampler, for the user.
        files: Writer of each file of a kit by file name, in which ``{}`` is the name of the kit.
        most_sounds: Maximal number of sounds.
        rules: Rules of a profile for the sounds, besides WAV files with ASCII names.
        folder_suffix: Suffix that the name of the folder must have.
        takes_instruments: The format also has instruments, whose sounds follow the keys.
    """

    title: str
    files: Mapping[str, Callable[[Kit], bytes]]
    most_sounds: int = LAST_NOTE - FIRST_NOTE + 1
    rules: Mapping[str, Any] = field(default_factory=dict)
    folder_suffix: str = ""
    takes_instruments: bool = True

    def profile(self, profile: Profile) -> Profile:
        """Return a profile with the rules of this format added."""
        most = min(self.most_sounds, profile.max_files or self.most_sounds)
        rules = {"format": "wav", "letters": "ascii", "max_files": most, "title": self.title, **self.rules}
        return replace(profile, **rules)

    def folder(self, folder: Path) -> Path:
        """Return a folder with the suffix of the format."""
        return folder.with_name(folder.name.removesuffix(self.folder_suffix) + self.folder_suffix)

    def kit_name(self, folder: Path) -> str:
        """Return the name of the kit in a folder."""
        return display_text(folder.name.removesuffix(self.folder_suffix))

    def file_names(self, folder: Path) -> tuple[str, ...]:
        """Return the names of the files of a kit in a folder."""
        name = portable_name(self.kit_name(folder), "", AS_IT_IS)
        return tuple(file_name.format(name) for file_name in self.files)


_44_16 = {"rate_hz": 44_100, "bits": 16, "is_plain": True}

KIT_FORMATS = {
    "sfz": KitFormat(title="SFZ", files={"{}.sfz": sfz.write}),
    "decentsampler": KitFormat(title="DecentSampler", files={"{}.dspreset": decent_sampler.write}),
    "hydrogen": KitFormat(title="Hydrogen", files={"drumkit.xml": hydrogen.write}, takes_instruments=False),
    "ableton": KitFormat(title="Ableton Drum Rack", files={"{}.adg": ableton.write}, takes_instruments=False),
    "bitwig": KitFormat(title="Bitwig, Studio One", files={"{}.multisample": bitwig.write}),
    "renoise": KitFormat(title="Renoise", files={"{}.xrni": renoise.write}),
    "mpc": KitFormat(title="Akai MPC", files={"{}.xpm": mpc.write}),
    "opxy": KitFormat(
        title="OP-XY",
        files={"patch.json": op_xy.write},
        most_sounds=op_xy.MOST_ZONES,
        rules={**_44_16, "max_channels": 2, "max_seconds": 20.0},
        folder_suffix=".preset",
    ),
    "op1": KitFormat(
        title="OP-1",
        files={"{}.aif": op_1.write},
        most_sounds=op_1.MOST_ZONES,
        rules={**_44_16, "max_channels": 1},
        takes_instruments=False,
    ),
    "octatrack": KitFormat(
        title="Octatrack",
        files={"{} chain.wav": octatrack.write_chain, "{} chain.ot": octatrack.write_slices},
        most_sounds=octatrack.MOST_ZONES,
        rules={**_44_16, "max_channels": 2},
        takes_instruments=False,
    ),
}


def kit_format_named(name: str | None, *, for_instrument: bool = False) -> KitFormat | None:
    """Return a format by its name; None for None.

    Raises:
        UsageError: There is no such format, or it has no instruments.
    """
    if name is None:
        return None
    fitting = [known for known, form in KIT_FORMATS.items() if form.takes_instruments or not for_instrument]
    if name not in KIT_FORMATS:
        raise UsageError(f"There is no kit format {display_text(name)}. There are: {', '.join(fitting)}.")
    if name not in fitting:
        raise UsageError(f"{KIT_FORMATS[name].title} has no instruments. Give one of: {', '.join(fitting)}.")
    return KIT_FORMATS[name]
