"""Standard MIDI files from plain notes (format 0, one tick a millisecond)."""

import struct
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

TICKS_PER_SECOND = 1000
DRUM_CHANNEL = 9

Event: TypeAlias = tuple[float, bytes]  # seconds from the start of the file, one MIDI message


class Note(NamedTuple):
    """One key pressed; times in seconds from the start of its take."""

    start_seconds: float
    duration_seconds: float
    key: int  # 60 is middle C
    velocity: int  # 1 to 127
    layer: int = 0  # which of the take's presets plays it


def note_events(note: Note, channel: int, offset_seconds: float) -> tuple[Event, Event]:
    """Press and release one key on a channel."""
    start = offset_seconds + note.start_seconds
    stop = start + max(note.duration_seconds, 0.01)
    return (start, bytes((0x90 | channel, note.key, note.velocity))), (stop, bytes((0x80 | channel, note.key, 0)))


def control(channel: int, number: int, value: int) -> bytes:
    """Set a controller of a channel to 0 to 127."""
    return bytes((0xB0 | channel, number, value))


def select_preset(channel: int, bank: int, program: int) -> tuple[bytes, ...]:
    """Choose a preset; the drum channel has one bank only and takes no bank number."""
    change = bytes((0xC0 | channel, program))
    return (change,) if channel == DRUM_CHANNEL else (control(channel, 0, bank), change)


def bend_range(channel: int, semitones: int) -> tuple[bytes, ...]:
    """Set how far a full pitch bend goes (registered parameter 0)."""
    return control(channel, 101, 0), control(channel, 100, 0), control(channel, 6, semitones)


def bend(channel: int, fraction: float) -> bytes:
    """Bend the pitch by a fraction of the bend range, -1 to 1."""
    value = max(0, min(16383, round(8192 + fraction * 8192)))
    return bytes((0xE0 | channel, value & 0x7F, value >> 7))


def generator_offset(channel: int, generator: int, units: int) -> tuple[bytes, ...]:
    """Shift a generator of the sounding preset by non-registered parameter 120 (SoundFont 2.01, section 9.6).

    Args:
        channel: MIDI channel.
        generator: Number of the generator, below 100 (section 8.1.2).
        units: -8192 to 8191; how much one unit moves depends on the generator (two cents or timecents for most).
    """
    value = 8192 + units
    return (
        control(channel, 99, 120),
        control(channel, 98, generator),
        control(channel, 38, value & 0x7F),
        control(channel, 6, value >> 7),
    )


def _variable_length(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | value & 0x7F)
    return bytes(reversed(groups))


def standard_midi_file(events: Iterable[Event]) -> bytes:
    """Write events, in any order, as one track; events of one moment keep the order in which they came."""
    track = bytearray(b"\x00\xff\x51\x03" + (1_000_000).to_bytes(3, "big"))  # tempo: a quarter note a second
    last_tick = 0
    for tick, message in sorted(((round(at * TICKS_PER_SECOND), m) for at, m in events), key=lambda event: event[0]):
        track += _variable_length(tick - last_tick) + message
        last_tick = tick
    track += b"\x00\xff\x2f\x00"
    header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS_PER_SECOND)
    return header + b"MTrk" + struct.pack(">I", len(track)) + bytes(track)
