"""The details of one sound, as lines of a name and a value."""

from collections.abc import Iterator
from dataclasses import asdict

from db.keys import note_name
from db.measurements import MEASUREMENTS, Features, channels_text
from db.paths import display_text
from db.types import Reading, Sample, Source, Tag
from indexer.features.tempo_octave import other_octaves
from tui import formatting
from tui.sample_paths import missing_text


def detail_lines(sample: Sample, guess: Tag | None = None) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each detail of a sound; an empty name continues the line before.

    Args:
        sample: The sound.
        guess: Most likely type of a sound whose type is uncertain.
    """
    yield "name", display_text(sample.paths[0].name)
    yield "id", str(sample.id)
    for path in sample.paths:
        yield "file", display_text(path)
    if not sample.is_online:
        yield "", missing_text(sample.paths[0])
    yield from _signal_lines(sample.features)
    yield from (("caveat", caveat) for caveat in sample.caveats)
    for label, reading in (("tempo", sample.bpm), ("key", sample.key), ("pitch", sample.pitch)):
        if reading is not None:
            yield label, _reading_text(reading)
    if sample.bpm is not None and sample.bpm.number is not None and sample.bpm.source < Source.USER:
        half_and_double = " or ".join(formatting.bpm(tempo) for tempo in other_octaves(sample.bpm.number))
        yield "", f"or {half_and_double} bpm: earmark set bpm half FILE, earmark set bpm double FILE"
    for label, value in asdict(sample.provenance).items():
        if value is not None:
            yield label, display_text(value)
    if guess is not None:
        yield "type", f"{display_text(guess.name)}?  (unsure, {formatting.percent(guess.confidence)})"
    for tag in sample.tags:
        name = f"{tag.parent} / {tag.name}" if tag.parent else tag.name
        yield tag.facet, f"{display_text(name)}  {_trust(tag.source.name, tag.confidence)}"


def _signal_lines(features: Features) -> Iterator[tuple[str, str]]:
    bits = f", {features.bit_depth} bit" if features.bit_depth else ""
    channels = channels_text(features.n_channels)
    yield "length", formatting.duration(features.duration_seconds)
    yield "format", f"{features.format}, {features.sample_rate_hz / 1000:g} kHz{bits}, {channels}"
    for feature, measurement in MEASUREMENTS.items():
        value = getattr(features, feature)
        if measurement.is_detail and value is not None:
            is_zero = bool(measurement.zero) and measurement.text.format(value) == measurement.text.format(0)
            yield measurement.label or "", measurement.zero if is_zero else measurement.text.format(value)


def _reading_text(reading: Reading) -> str:
    if reading.number is None:
        value = display_text(reading.text or "")
    elif reading.name == "pitch":
        value = f"{note_name(reading.number)}, {reading.number:.0f} Hz"
    else:
        value = f"{formatting.bpm(reading.number)} bpm"
    return f"{value}  {_trust(reading.source.name, reading.confidence)}"


def _trust(source: str, confidence: float) -> str:
    """Return source and confidence of a value: ``"(filename, 90%)"``."""
    return f"({source.lower()}, {formatting.percent(confidence)})"
