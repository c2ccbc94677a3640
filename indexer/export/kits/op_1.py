"""Drum patches of the OP-1, OP-1 field and OP-Z: one AIFF file of all sounds, with a chunk that locates each.

The format is not published. The chunk ``APPL`` with signature ``op-1``, before the sound, holds JSON with the fields of
patches that the devices save. Positions are frames times 4058.
"""

import json
import struct
from typing import Any

import numpy as np

from indexer.export.kits.zones import Kit

RATE_HZ = 44_100
MOST_ZONES = 24
_MOST_SECONDS = 12
_UNITS_PER_FRAME = 4058
_RATE_80_BITS = bytes.fromhex("400eac44000000000000")  # 44,100 as an extended float


def write(kit: Kit) -> bytes:
    """Return the AIFF file: mono, 44.1 kHz, 16 bit; the longest sounds are cut so that all fit into 12 seconds."""
    frames, slices = kit.joined(_MOST_SECONDS * RATE_HZ)
    pcm = np.clip(np.round(frames.mean(axis=1) * 32_768), -32_768, 32_767).astype(">i2").tobytes()
    common = struct.pack(">hIh", 1, len(frames), 16) + _RATE_80_BITS
    text = json.dumps(_patch(kit.name, slices), separators=(",", ":")).encode() + b"\n"
    body = b"AIFF" + _chunk(b"COMM", common) + _chunk(b"APPL", b"op-1" + text) + _chunk(b"SSND", bytes(8) + pcm)
    return b"FORM" + struct.pack(">I", len(body)) + body


def _patch(name: str, slices: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    filled = (*slices, *[slices[-1]] * (MOST_ZONES - len(slices)))  # keys without a sound play the last one
    return {
        "drum_version": 1,
        "dyna_env": [0, 8192, 0, 8192, 0, 0, 0, 0],
        "end": [max(end - 1, start) * _UNITS_PER_FRAME for start, end in filled],
        "fx_active": False,
        "fx_params": [8000] * 8,
        "fx_type": "delay",
        "lfo_active": False,
        "lfo_params": [16_000, 16_000, 16_000, 16_000, 0, 0, 0, 0],
        "lfo_type": "tremolo",
        "name": name,
        "octave": 0,
        "pitch": [0] * MOST_ZONES,
        "playmode": [8192] * MOST_ZONES,
        "reverse": [8192] * MOST_ZONES,
        "start": [start * _UNITS_PER_FRAME for start, _ in filled],
        "type": "drum",
        "volume": [8192] * MOST_ZONES,
    }


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">I", len(content)) + content + bytes(len(content) % 2)
