"""What is measured on a sound. One entry is all that a measurement needs.

The columns of the library, the filters of a query line, the orders and columns of a list, JSON and the details of a
sound all derive from the fields of `Features`. A new measurement is a field here that may be None, since sounds that
were indexed before have no value, and the code in `indexer.features` that measures it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, get_args, get_type_hints

from db.keys import NOTE_HZ


@dataclass(frozen=True, slots=True)
class Unit:
    """How numbers of one kind are written.

    Attributes:
        factors: Factor by suffix in a query line; without a suffix the factor is 1.
        slack: A plain number in a query line means this much more and less.
        slack_share: And this share of itself more and less.
        words: Words that stand for a number in a query line.
        cell: Format in a list, whose title names the unit.
        text: Format with its unit.
    """

    factors: Mapping[str, float] = field(default_factory=dict)
    slack: float = 0.0
    slack_share: float = 0.0
    words: Mapping[str, float] = field(default_factory=dict)
    cell: str = "{}"
    text: str = "{}"


@dataclass(frozen=True, slots=True)
class Measurement:
    """How one number is asked for and shown.

    Attributes:
        filter: Name in a query line.
        takes: The right form of that filter, for whoever wrote a wrong one.
        name: Of its order and of its column in a list; that of the filter where it is left out.
        title: Of that column; the name where it is left out.
        label: In the details of a sound; the name where it is left out, and "" where it continues the line before.
        text: Format in the details; that of the unit where it is left out.
        zero: What the details say where the value is written as 0; the same as any number where it is left out.
        is_detail: Whether the details have a line of it.
    """

    unit: Unit
    filter: str
    takes: str
    name: str = ""
    title: str = ""
    label: str | None = None
    text: str = ""
    zero: str = ""
    is_detail: bool = True

    def __post_init__(self) -> None:
        name = self.name or self.filter
        for attribute, value in (
            ("name", name),
            ("title", self.title or name.capitalize()),
            ("label", name if self.label is None else self.label),
            ("text", self.text or self.unit.text),
        ):
            object.__setattr__(self, attribute, value)


_HZ = {"hz": 1.0, "k": 1000.0, "khz": 1000.0}
COUNT = Unit()
BITS = Unit({"bit": 1.0})
CHANNELS = Unit(words={"mono": 1.0, "stereo": 2.0})
BPM = Unit({"bpm": 1.0}, slack=0.5)
BARS = Unit({"bar": 1.0, "bars": 1.0}, slack_share=0.05)
SECONDS = Unit({"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}, slack_share=0.05)
MILLISECONDS = Unit({"ms": 1.0, "s": 1000.0}, slack_share=0.1, cell="{:.0f}", text="{:.0f} ms")
SAMPLE_RATE = Unit(_HZ, slack=0.5)
HERTZ = Unit(_HZ, slack_share=0.1, cell="{:.0f}", text="{:,.0f} Hz")
PITCH = Unit(_HZ, slack_share=0.03, words=NOTE_HZ)  # half a semitone
LUFS = Unit({"lufs": 1.0, "db": 1.0}, slack=0.5, cell="{:z.1f}", text="{:z.1f} LUFS")
DBFS = Unit({"db": 1.0, "dbfs": 1.0}, slack=0.5, cell="{:z.1f}", text="{:z.1f} dBFS")
SHARE = Unit({"%": 0.01}, slack=0.05, cell="{:.0%}", text="{:.0%}")


@dataclass(frozen=True, slots=True)
class Features:
    """What signal measurements say about one sound; ``None`` where it cannot be measured on this sound."""

    duration_seconds: Annotated[
        float, Measurement(SECONDS, "len", "a length, such as len:<1 or len:200ms..2s", "length", is_detail=False)
    ]
    n_channels: Annotated[
        int, Measurement(CHANNELS, "channels", "a number, such as channels:1 or channels:stereo", is_detail=False)
    ]
    sample_rate_hz: Annotated[
        int, Measurement(SAMPLE_RATE, "rate", "a sample rate, such as rate:44.1k or rate:>=48k", is_detail=False)
    ]
    bit_depth: Annotated[
        int | None, Measurement(BITS, "bits", "a bit depth, such as bits:24 or bits:>=24", is_detail=False)
    ]  # None for lossy codecs
    format: str  # "wav", "flac", "ogg", ...
    peak_dbfs: Annotated[
        float | None, Measurement(DBFS, "peak", "a peak, such as peak:>-1 or peak:-6..0")
    ]  # None for digital silence
    loudness_lufs: Annotated[
        float | None, Measurement(LUFS, "loud", "a loudness, such as loud:>-12 or loud:-20..-14", "loudness", "LUFS")
    ]  # BS.1770, one block for sounds under 0.4 s
    brightness_hz: Annotated[
        float | None,
        Measurement(HERTZ, "bright", "a frequency, such as bright:<500 or bright:2k..4k", "brightness", "Bright"),
    ]  # power-weighted spectral centroid
    attack_ms: Annotated[
        float | None, Measurement(MILLISECONDS, "attack", "a time, such as attack:<10 or attack:5ms..20ms")
    ]
    decay_ms: Annotated[float | None, Measurement(MILLISECONDS, "decay", "a time, such as decay:<200 or decay:1s..3s")]
    n_onsets: Annotated[int, Measurement(COUNT, "onsets", "a number, such as onsets:1 or onsets:4..16")]
    noisiness: Annotated[
        float | None, Measurement(SHARE, "noise", "a share, such as noise:>50% or noise:0.2..0.4", "noisiness", "Noise")
    ] = None  # 0 is a pure tone, 1 white noise
    stereo_width: Annotated[
        float | None,
        Measurement(SHARE, "width", "a share, such as width:>20% or width:0", label="stereo width", zero="mono"),
    ] = None  # share of the power in which the channels differ; 0 is mono
    silence_before_ms: Annotated[
        float | None,
        Measurement(
            MILLISECONDS, "before", "a time, such as before:>10ms", label="silence", text="{:.0f} ms at the start"
        ),
    ] = None  # until it comes within 60 dB of its peak
    silence_after_ms: Annotated[
        float | None,
        Measurement(MILLISECONDS, "after", "a time, such as after:>1s", label="", text="{:.0f} ms at the end"),
    ] = None
    low_share: Annotated[
        float | None,
        Measurement(SHARE, "low", "a share, such as low:>50%", label="low end", text="{:.0%} below 150 Hz"),
    ] = None  # share of the power below 150 Hz
    n_slices: Annotated[int | None, Measurement(COUNT, "slices", "a number, such as slices:>1 or slices:8..32")] = (
        None  # that the file itself names: of REX loops, and by cue points and markers
    )

    @property
    def audible_seconds(self) -> float:
        """Length without the silence at both ends."""
        return self.duration_seconds - ((self.silence_before_ms or 0.0) + (self.silence_after_ms or 0.0)) / 1000


FEATURES = tuple(one.name for one in fields(Features))
MEASUREMENTS: Mapping[str, Measurement] = {
    name: measurement
    for name, hint in get_type_hints(Features, include_extras=True).items()
    for measurement in get_args(hint)
    if isinstance(measurement, Measurement)
}
# Of the readings (`db.types.Reading`) the one that counts is stored beside the measurements.
READINGS: Mapping[str, Measurement] = {
    "bpm": Measurement(BPM, "bpm", "a number or a range, such as bpm:120 or bpm:120..130", "tempo", "BPM"),
    "pitch_hz": Measurement(PITCH, "pitch", "a note or a frequency, such as pitch:C2..C3 or pitch:<80"),
}
# Computed from measurements where they are read (`db.statements.measurements`).
DERIVED = ("audible_seconds",)


def channels_text(n_channels: int) -> str:
    """Return ``"mono"``, ``"stereo"`` or ``"6 channels"``."""
    return {1: "mono", 2: "stereo"}.get(n_channels, f"{n_channels} channels")
