"""Pictures of sounds, of which the last ones are kept."""

import threading
from collections import OrderedDict

from db.library import Library
from tui.serving.sound_files import opened_sound
from tui.serving.waveform import Extremes, draw_waveform, read_extremes

_MOST_KEPT = 256  # of 64 kB


class Pictures:
    """Draw the sounds of a library, one at a time: decoding takes a core."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: OrderedDict[str, Extremes] = OrderedDict()
        self._turn = threading.Lock()

    def draw(self, sample_id: int, width: int, height: int) -> str:
        """Return the picture of a sound as SVG; sizes in pixels.

        Raises:
            NoFileError: None of its files can be served.
            SoundError: It cannot be decoded.
        """
        with opened_sound(self._library, sample_id) as sound, self._turn:
            extremes = self._kept.pop(sound.version, None)
            if extremes is None:
                extremes = read_extremes(sound.file)
            self._kept[sound.version] = extremes
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return draw_waveform(extremes, width, height)
