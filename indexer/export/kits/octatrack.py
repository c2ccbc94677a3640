"""Sample chains of the Octatrack: one WAV file of all sounds, and an ``.ot`` file with a slice for each.

The format is not published. The layout is that of OctaChainer (public domain): 832 bytes, big-endian, 64 slices of
start, end and loop point, and a checksum, the sum of the bytes from the 17th on.
"""

import io
import struct
from itertools import accumulate, pairwise

import soundfile as sf

from indexer.export.kits.zones import Kit

RATE_HZ = 44_100
MOST_ZONES = 64
_BPM = 120
_TEMPO_UNITS_PER_BPM = 24
_NO_GAIN = 48
_DIRECT = 0xFF  # trig quantization
_NO_LOOP = 0xFFFF_FFFF


def write_chain(kit: Kit) -> bytes:
    """Return the WAV file: 44.1 kHz, 16 bit."""
    chain = io.BytesIO()
    sf.write(chain, kit.joined().frames, RATE_HZ, "PCM_16", format="WAV")
    return chain.getvalue()


def write_slices(kit: Kit) -> bytes:
    """Return the ``.ot`` file, which has the name of the WAV file."""
    ends = list(accumulate(kit.n_frames[zone.file] for zone in kit.zones))
    n_frames = ends[-1]
    bars = round(n_frames / RATE_HZ * _BPM / 60 / 4 * 100)  # in hundredths
    table = [(start, end, _NO_LOOP) for start, end in pairwise([0, *ends])] + [(0, 0, 0)] * (MOST_ZONES - len(ends))
    settings = bytes.fromhex("00000000000200") + struct.pack(
        ">IIIIIHBIII", _BPM * _TEMPO_UNITS_PER_BPM, bars, bars, 0, 0, _NO_GAIN, _DIRECT, 0, n_frames, 0
    )
    body = settings + b"".join(struct.pack(">III", *one) for one in table) + struct.pack(">I", len(ends))
    return b"FORM\0\0\0\0DPS1SMPA" + body + struct.pack(">H", sum(body) & 0xFFFF)
