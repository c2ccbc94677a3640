"""Presets of the OP-XY: a folder ``NAME.preset`` of WAV files and ``patch.json``.

The format is not published. The fields are those of presets that the device exports, as public tools read and write
them.
"""

import json
from typing import Any

from indexer.export.kits.zones import Kit, Zone

MOST_ZONES = 24
_FIRST_KEY = 53  # F2, the first key of the device
_OFF = {"amount": 16_383, "target": 0}


def write(kit: Kit) -> bytes:
    """Return the JSON of a drum preset, or of a multisample preset for an instrument."""
    regions = [
        _note_region(kit, zone) if kit.is_instrument else _drum_region(kit, zone, _FIRST_KEY + number)
        for number, zone in enumerate(kit.zones)
    ]
    return json.dumps({**_patch(kit), "regions": regions}, indent=2).encode()


def _drum_region(kit: Kit, zone: Zone, key: int) -> dict[str, Any]:
    return {
        "fade.in": 0,
        "fade.out": 0,
        "framecount": kit.n_frames[zone.file],
        "hikey": key,
        "lokey": key,
        "pan": 0,
        "pitch.keycenter": 60,
        "playmode": "oneshot",
        "reverse": False,
        "sample": zone.file,
        "sample.end": kit.n_frames[zone.file],
        "sample.start": 0,
        "transpose": 0,
        "tune": 0,
    }


def _note_region(kit: Kit, zone: Zone) -> dict[str, Any]:
    return {
        "framecount": kit.n_frames[zone.file],
        "gain": 0,
        "hikey": zone.high,
        "lokey": zone.low,
        "loop.crossfade": 0,
        "loop.enabled": False,
        "loop.end": kit.n_frames[zone.file],
        "loop.onrelease": False,
        "loop.start": 0,
        "pitch.keycenter": zone.root,
        "reverse": False,
        "sample": zone.file,
        "sample.end": kit.n_frames[zone.file],
        "sample.start": 0,
        "tune": 0,
    }


def _patch(kit: Kit) -> dict[str, Any]:
    return {
        "engine": {
            "bendrange": 8191,
            "highpass": 0,
            "modulation": dict.fromkeys(("aftertouch", "modwheel", "pitchbend", "velocity"), _OFF),
            "params": [16_384] * 8,
            "playmode": "poly",
            "portamento.amount": 0,
            "portamento.type": 32_767,
            "transpose": 0,
            "tuning.root": 0,
            "tuning.scale": 0,
            "velocity.sensitivity": 19_660,
            "volume": 18_348,
            "width": 0,
        },
        "envelope": {
            "amp": {"attack": 0, "decay": 0, "release": 1000, "sustain": 32_767},
            "filter": {"attack": 0, "decay": 3276, "release": 23_757, "sustain": 983},
        },
        "fx": {"active": False, "params": [22_014, 0, 30_285, 11_880, 0, 32_767, 0, 0], "type": "ladder"},
        "lfo": {"active": False, "params": [20_309, 5679, 19_114, 15_807, 0, 0, 0, 12_287], "type": "random"},
        "name": kit.name,
        "octave": 0,
        "platform": "OP-XY",
        "type": "multisampler" if kit.is_instrument else "drum",
        "version": 4,
    }
