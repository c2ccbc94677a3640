"""The built-in model behind the interface of ``indexer.encoders.base``."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from db.errors import ModelError
from db.types import EncoderInfo, Matrix, Vector
from indexer.audio.waveform import Waveform
from indexer.encoders.base import Background, Calibration, EncoderTraits
from indexer.encoders.compact.text import FEATURES, TextTower
from indexer.encoders.prompts import unit

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from onnxruntime import InferenceSession

    from indexer.encoders.compact.quantized import Ranges
    from indexer.encoders.compact.timbre import Timbre

WEIGHTS_FOLDER = Path(__file__).parent
INFO = EncoderInfo(
    name="compact",
    revision="6",
    dim=384,
    sample_rate_hz=48_000,
    window_rule="trim -60 dB, up to 6 even windows of 5 s, mean by level",
)
TABLES_REVISION = "1"  # the tables of words, letter groups and word pairs are older than the layers above them
TEXT_DIM = 256
# A sound's vector is its embedding and, behind it, its timbre, which texts have none of. Timbre has this share of the
# likeness of two sounds.
TIMBRE_SHARE = 0.3
AUDIO_CENTER, TEXT_CENTER, TIMBRE_CENTER = "audio_center", "text_center", "timbre_center"
BACKGROUND, CURVE = "rows", "curve"

Arrays = Mapping[str, npt.NDArray[Any]]

_EMBEDDING = slice(0, TEXT_DIM)
GEOMETRY = EncoderTraits(
    duplicate_columns=_EMBEDDING,  # MP3 compression changes the timbre part
)


class CompactTextEncoder:
    """The half of the model that a search needs; loads in milliseconds.

    Args:
        weights_folder: Where the weights are.
        arrays: Of a text tower; by default that of this folder.

    Raises:
        ModelError: The weights are missing or damaged.
    """

    info = INFO

    def __init__(self, weights_folder: Path = WEIGHTS_FOLDER, arrays: Arrays | None = None) -> None:
        self._folder = weights_folder
        self._arrays = load_text_arrays(weights_folder) if arrays is None else arrays
        self._tower = TextTower(self._arrays)

    def embed_text(self, texts: Sequence[str]) -> Matrix:
        """Embed descriptions; unit rows, shape ``(len(texts), dim)``."""
        return padded(self._tower.embed(texts))

    @cached_property
    def text_center(self) -> Vector:
        """Mean text embedding over captions of training sounds (not unit norm)."""
        return padded(self._arrays[TEXT_CENTER].astype(np.float32)[None])[0]

    @cached_property
    def audio_center(self) -> Vector:
        """Mean audio embedding over training sounds (not unit norm)."""
        center: Vector = load_arrays(audio_path(self._folder), [AUDIO_CENTER])[AUDIO_CENTER].astype(np.float32)
        timbre: Vector = load_arrays(timbre_path(self._folder), [TIMBRE_CENTER])[TIMBRE_CENTER].astype(np.float32)
        return _joined(center[None], timbre[None])[0]

    @cached_property
    def traits(self) -> EncoderTraits:
        """Properties of the vectors that searching and tagging depend on.

        Raises:
            ModelError: A file is missing or damaged.
        """
        return replace(
            GEOMETRY,
            calibration=load_calibration(calibration_path(self._folder)),
            background=_load_background(background_path(self._folder)),
        )


class CompactEncoder(CompactTextEncoder):
    """The whole model: sounds and descriptions into one space. Computed by `onnxruntime`, which the first sound loads.

    In 8 bits, if the weights have ranges beside them: the vectors differ from those in floating point by less than an
    MP3 from its original (`training.ranges` measures it), so both have one fingerprint.

    Args:
        weights_folder: Where the weights are.
        n_threads: How many sounds are embedded at once.

    Raises:
        ModelError: The weights are missing or damaged.
    """

    def __init__(self, weights_folder: Path = WEIGHTS_FOLDER, n_threads: int = 1) -> None:
        super().__init__(weights_folder)
        self._n_threads = n_threads

    @cached_property
    def _workers(self) -> "Executor | None":
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(self._n_threads) if self._n_threads > 1 else None

    @cached_property
    def _sessions(self) -> "tuple[InferenceSession, InferenceSession]":
        """All layers but the last two, for one window, and those two, for many."""
        from indexer.encoders.compact.graph import build_graph, build_head

        ranges = load_ranges(self._folder)
        body = _start(self._folder, lambda weights: build_graph(weights, ranges, has_head=False))
        return body, _start(self._folder, build_head)

    @cached_property
    def _timbre(self) -> "Timbre":
        return _load_timbre(self._folder)

    def load(self) -> None:
        """Load what sounds need now.

        Raises:
            ModelError: The weights are missing or damaged.
        """
        _ = self._sessions, self._timbre

    def warm_up(self) -> None:
        """Do nothing: loading takes a tenth of a second."""

    def embed_audio(self, waveforms: Sequence[Waveform]) -> Matrix:
        """Embed sounds; unit rows, shape ``(len(waveforms), dim)``.

        Args:
            waveforms: Mono float32 at 48 kHz, each of at least one finite frame.

        Raises:
            ValueError: A waveform is empty or holds NaN or infinity.
        """
        for number, waveform in enumerate(waveforms):
            if not len(waveform) or not np.isfinite(waveform).all():
                raise ValueError(f"Waveform {number} of {len(waveforms)} is empty or not finite.")
        if not len(waveforms):
            return np.zeros((0, INFO.dim), np.float32)
        self.load()
        each = map if self._workers is None else self._workers.map
        sounds = list(each(self._read_windows, waveforms))
        firsts = np.cumsum([0, *map(len, sounds[:-1])])  # of all windows, the first one of each sound
        views, first_layers, measured, levels = map(np.array, zip(*chain.from_iterable(sounds), strict=True))
        levels += np.finfo(np.float32).tiny  # a sound without any level is its windows in equal shares
        # Windows count by their level, so that a cymbal is described by its attack and not by its faint end.
        shares = (levels / np.repeat(np.maximum.reduceat(levels, firsts), [len(sound) for sound in sounds]))[:, None]
        embeddings: Matrix = self._sessions[1].run(None, {"views": views})[0]
        parts = embeddings, self._timbre(measured, first_layers)
        return _joined(*(unit(np.add.reduceat(shares * rows, firsts)) for rows in parts))

    def _read_windows(self, waveform: Waveform) -> "list[_Window]":
        """Compute each window of a sound up to the last two layers."""
        from indexer.encoders.compact.frontend import active_part, cut_windows

        part = active_part(waveform)
        return [self._read_window(window, len(part) / INFO.sample_rate_hz) for window in cut_windows(part)]

    def _read_window(self, window: Waveform, seconds: float) -> "_Window":
        """Compute a window up to the last two layers.

        Args:
            window: Mono, shape ``(n_frames,)``.
            seconds: Length of the whole sound.
        """
        from indexer.encoders.compact.frontend import draw, length_views, to_input
        from indexer.encoders.compact.graph import FIRST_LAYER, LENGTH, PICTURE, VIEWS
        from indexer.encoders.compact.timbre import spectra

        picture = draw(window)
        measured = spectra(picture, seconds)  # while the picture is in the cache
        inputs = {PICTURE: to_input(picture)[None], LENGTH: length_views([seconds])}
        views, first_layer = self._sessions[0].run([VIEWS, FIRST_LAYER], inputs)
        return _Window(views[0], first_layer[0], measured, np.sqrt(window @ window / len(window)))


class _Window(NamedTuple):
    """What is computed of one window: the input of the last two layers, the activity of the first, spectra, level."""

    views: Vector
    first_layer: Vector
    spectra: Vector
    level: np.float32


def padded(rows: Matrix) -> Matrix:
    """Append zeros, where sounds have their timbre, to rows of shape ``(n, TEXT_DIM)``."""
    return np.pad(rows, ((0, 0), (0, INFO.dim - rows.shape[1])))


def _joined(embeddings: Matrix, timbres: Matrix) -> Matrix:
    """Return vectors of embedding and timbre; unit rows if both are."""
    parts = (1 - TIMBRE_SHARE) ** 0.5 * embeddings, TIMBRE_SHARE**0.5 * timbres
    joined: Matrix = np.concatenate(parts, axis=1, dtype=np.float32)
    return joined


def tables_path(folder: Path) -> Path:
    return folder / f"compact-{TABLES_REVISION}-text.safetensors"


def text_path(folder: Path) -> Path:
    return folder / f"compact-{INFO.revision}-text.safetensors"


def audio_path(folder: Path) -> Path:
    return folder / f"compact-{INFO.revision}-audio.safetensors"


def timbre_path(folder: Path) -> Path:
    return folder / f"compact-{INFO.revision}-timbre.safetensors"


def ranges_path(folder: Path) -> Path:
    return folder / f"compact-{INFO.revision}-ranges.json"


def calibration_path(folder: Path) -> Path:
    return folder / f"compact-{INFO.revision}-calibration.json"


def background_path(folder: Path) -> Path:
    """Return where `training.relevance` writes the sounds that libraries are compared with."""
    return folder / f"compact-{INFO.revision}-background.safetensors"


def _load_background(path: Path) -> Background:
    arrays = load_arrays(path)
    slope, threshold = arrays[CURVE].tolist()
    rows = np.float32((1 - TIMBRE_SHARE) ** 0.5) * unit(arrays[BACKGROUND].astype(np.float32))
    return Background(padded(rows), slope, threshold)


def load_text_arrays(folder: Path) -> Arrays:
    """Read the tables of the text tower and the layers above them.

    Raises:
        ModelError: A file is missing or damaged.
    """
    return {**_map_tables(tables_path(folder)), **load_arrays(text_path(folder))}


def _map_tables(path: Path) -> Arrays:
    """Leave the tables of the text tower in their file: a query reads 100 rows of 13 MB, and copying takes 7 ms.

    A safetensors file is the length of a header in 8 bytes, the header as JSON, and the arrays.
    """
    load_arrays(path, [TEXT_CENTER])  # the file is whole
    with path.open("rb") as file:
        n_header = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(n_header))
    places = {name: (header[name]["data_offsets"][0], tuple(header[name]["shape"])) for name in FEATURES}
    return {
        name: np.asarray(np.memmap(path, np.float16, "r", 8 + n_header + start, shape))
        for name, (start, shape) in places.items()
    }


def load_calibration(path: Path) -> Calibration:
    try:
        entry = json.loads(path.read_text("utf-8"))
        characters = {name: (slope, offset) for name, (slope, offset) in entry["characters"].items()}
        return Calibration(entry["scale"], entry["offsets"], characters)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The built-in model's calibration cannot be read from {path}: reinstall earmark.") from error


def load_arrays(path: Path, names: Sequence[str] = ()) -> Arrays:
    """Read some arrays of a file, or all of them."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in names or file.keys()}
    except (OSError, SafetensorError) as error:
        raise ModelError(f"The built-in model's weights cannot be read from {path}: reinstall earmark.") from error


def load_ranges(folder: Path) -> "Ranges | None":
    """Return the values that the layers of the audio tower take; None if nobody has measured them (in training)."""
    path = ranges_path(folder)
    if not path.exists():
        return None
    try:
        return {name: (float(low), float(high)) for name, (low, high) in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(f"The built-in model's ranges cannot be read from {path}: reinstall earmark.") from error


def start_session(folder: Path, ranges: "Ranges | None", watched: Sequence[str] = ()) -> "InferenceSession":
    """Return the whole audio tower as `onnxruntime` computes it, in the thread that asks.

    Args:
        folder: Where the weights are.
        ranges: As of `build_graph`, as is ``watched``.
        watched: Layers that are outputs too.

    Raises:
        ModelError: The weights are missing or damaged.
    """
    from indexer.encoders.compact.graph import build_graph

    return _start(folder, lambda weights: build_graph(weights, ranges, watched))


def _start(folder: Path, build: Callable[[Arrays], bytes]) -> "InferenceSession":
    # 1.32 sends events to its maker and keeps them in the cache folder of the user, unless this is set before it is
    # imported; its own `disable_telemetry_events` comes too late
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    path = audio_path(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # no two sounds have one length
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(build(load_arrays(path)), options, ["CPUExecutionProvider"])
    except (KeyError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"The built-in model's weights at {path} do not fit this version: reinstall earmark."
        ) from error


def _load_timbre(folder: Path) -> "Timbre":
    from indexer.encoders.compact.timbre import from_arrays

    return from_arrays(load_arrays(timbre_path(folder)))
