"""Many short takes played by the system's FluidSynth in one go, and cut apart again."""

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from training import midi
from training.drum_kits import DRUM_BANK
from training.general_midi import Label
from training.sound import SAMPLE_RATE_HZ, Waveform

SOUNDFONTS = (  # Debian: fluid-soundfont-gm and musescore-general-soundfont (MIT), csound-soundfont (public domain)
    Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
    Path("/usr/share/sounds/sf3/MuseScore_General_Full.sf3"),
    Path("/usr/share/sounds/sf2/sf_GMbank.sf2"),
)

BEND_RANGE_SEMITONES = 12
_REST_SECONDS = 0.03  # silence between takes: covers the 64-frame blocks in which FluidSynth takes events
_BYTES_PER_FRAME = 8  # two channels of float32
_FLOOR_DB = -60.0  # below the peak, quieter ends are cut
_SILENCE = 5e-4  # a peak below this is a key that the preset does not have, or an attack that never came


class Preset(NamedTuple):
    """A preset by bank and program number; bank 128 holds the drum kits."""

    bank: int
    program: int


@dataclass(frozen=True)
class Take:
    """What is played for one sound.

    Attributes:
        label: What the sound is.
        presets: One for each layer of the notes; drum kits stand alone.
        notes: What is pressed.
        seconds: Room for the sound and its tail, at most 8.
        bend_semitones: Pitch bend at the start and at the end, within ``BEND_RANGE_SEMITONES``.
        controls: MIDI controller -> 0 to 127.
        offsets: SoundFont generator -> units, see ``midi.generator_offset``.
        balance: Share of the left channel in the mono mix, 0 to 1.
        is_exact: Keep the length to the frame, as loops need.
    """

    label: Label
    presets: tuple[Preset, ...]
    notes: tuple[midi.Note, ...]
    seconds: float
    bend_semitones: tuple[float, float] = (0.0, 0.0)
    controls: dict[int, int] = field(default_factory=dict)
    offsets: dict[int, int] = field(default_factory=dict)
    balance: float = 0.5
    is_exact: bool = False


def is_installed() -> bool:
    """Whether FluidSynth and at least one of the soundfonts are there."""
    return shutil.which("fluidsynth") is not None and any(font.exists() for font in SOUNDFONTS)


def read_presets(font: Path) -> frozenset[Preset]:
    """List the presets of a soundfont (RIFF chunk ``pdta``, ``phdr`` records; SoundFont 2.01, section 7.2).

    A preset that is not there must not be asked for: FluidSynth plays another one in its place.
    """
    with font.open("rb") as file:
        file.seek(12)
        while header := file.read(8):
            name, size = struct.unpack("<4sI", header)
            start = file.tell()
            if name == b"LIST" and file.read(4) == b"pdta":
                phdr_size = struct.unpack("<4sI", file.read(8))[1]
                records = struct.iter_unpack("<20sHH14x", file.read(phdr_size))
                return frozenset(Preset(bank, program) for _, program, bank in list(records)[:-1])
            file.seek(start + size + size % 2)
    raise ValueError(f"{font} is not a soundfont")


def _channel(preset: Preset, layer: int) -> int:
    return midi.DRUM_CHANNEL if preset.bank == DRUM_BANK else layer


def take_events(take: Take, offset_seconds: float) -> Iterator[midi.Event]:
    """Set up the channels, play the notes with their bend, and silence the channels."""
    end = offset_seconds + take.seconds
    for layer, preset in enumerate(take.presets):
        channel = _channel(preset, layer)
        setup = (
            midi.control(channel, 121, 0),  # all controllers and generator offsets to their defaults
            *midi.select_preset(channel, *preset),
            *midi.bend_range(channel, BEND_RANGE_SEMITONES),
            *(midi.control(channel, *item) for item in take.controls.items()),
            *(part for item in take.offsets.items() for part in midi.generator_offset(channel, *item)),
        )
        yield from ((offset_seconds, message) for message in setup)
        first, last = (semitones / BEND_RANGE_SEMITONES for semitones in take.bend_semitones)
        steps = np.linspace(0.0, 1.0, 1 if first == last else 40)
        for step in steps:
            yield offset_seconds + step * take.seconds, midi.bend(channel, first + (last - first) * float(step))
        yield end, midi.control(channel, 120, 0)  # all sound off
    for note in take.notes:
        yield from midi.note_events(note, _channel(take.presets[note.layer], note.layer), offset_seconds)


def trim(waveform: Waveform) -> Waveform:
    """Cut what lies more than 60 dB below the peak from both ends, down to 40 ms, and fade the last 5 ms."""
    loud = np.flatnonzero(np.abs(waveform) > np.max(np.abs(waveform)) * 10 ** (_FLOOR_DB / 20))
    start = max(0, int(loud[0]) - SAMPLE_RATE_HZ // 1000)
    sound = waveform[start : max(int(loud[-1]) + 1, start + SAMPLE_RATE_HZ // 25)].copy()
    n_fade = min(len(sound), SAMPLE_RATE_HZ // 200)
    sound[len(sound) - n_fade :] *= np.linspace(1.0, 0.0, n_fade, dtype=np.float32)
    return sound


def cut(frames: npt.NDArray[np.float32], take: Take) -> Waveform | None:
    """Make one mono sound of what was rendered for a take.

    Args:
        frames: Stereo, shape ``(n_frames, 2)``.
        take: What was played.

    Returns:
        Mono with a peak of 0.9, trimmed unless the take is exact; None if the take is silent.
    """
    mono = frames @ np.array([take.balance, 1.0 - take.balance], dtype=np.float32)
    peak = float(np.max(np.abs(mono), initial=0.0))
    if peak < _SILENCE:
        return None
    mono *= 0.9 / peak
    return mono if take.is_exact else trim(mono)


def _n_frames(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ)


def read_takes(stream: IO[bytes], takes: Sequence[Take]) -> Iterator[Waveform | None]:
    position = 0.0
    n_read = 0
    for take in takes:
        start = _n_frames(position)
        _read_frames(stream, start - n_read)
        frames = _read_frames(stream, _n_frames(take.seconds))
        n_read = start + _n_frames(take.seconds)
        position += take.seconds + _REST_SECONDS
        yield cut(frames, take)


def _read_frames(stream: IO[bytes], n_frames: int) -> npt.NDArray[np.float32]:
    data = stream.read(n_frames * _BYTES_PER_FRAME)
    if len(data) < n_frames * _BYTES_PER_FRAME:
        raise RuntimeError("fluidsynth ended before the last note; run it by hand to see why")
    return np.frombuffer(data, dtype=np.float32).reshape(-1, 2)


def render(takes: Sequence[Take], font: Path, work_dir: Path) -> Iterator[Waveform | None]:
    """Play takes one after another and yield each as soon as it has sounded.

    FluidSynth runs at about 300 times real time; opening MuseScore General costs four seconds, so takes should come in
    hundreds.

    Args:
        takes: What to play.
        font: SoundFont 2 or 3.
        work_dir: Folder for the temporary MIDI file.

    Yields:
        Mono float32 at 48 kHz with a peak of 0.9, or None for a take that is silent.
    """
    events: list[midi.Event] = []
    position = 0.0
    for take in takes:
        events.extend(take_events(take, position))
        position += take.seconds + _REST_SECONDS
    events.append((position + 0.5, midi.control(0, 120, 0)))
    with tempfile.TemporaryDirectory(dir=work_dir) as folder:
        score = Path(folder, "takes.mid")
        score.write_bytes(midi.standard_midi_file(events))
        options = (
            "-niq",
            "-R0",
            "-C0",
            "-g",
            "0.5",
            "-r",
            str(SAMPLE_RATE_HZ),
            "-T",
            "raw",
            "-O",
            "float",
            "-F",
            "-",
            "-z",
            "4096",
        )
        command = ["fluidsynth", *options, "-o", "synth.polyphony=512", str(font), str(score)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            try:
                yield from read_takes(process.stdout, takes)
            finally:
                process.kill()
