"""Records of sounds that are on no disk, for what only draws them."""

from pathlib import Path

from db.measurements import Features
from db.types import Reading, Sample, Source, Tag
from indexer.search.result import Hit

FEATURES = Features(
    duration_seconds=0.34,
    n_channels=1,
    sample_rate_hz=44_100,
    bit_depth=16,
    format="wav",
    peak_dbfs=-0.3,
    loudness_lufs=-9.1,
    brightness_hz=310.0,
    attack_ms=1.2,
    decay_ms=180.0,
    n_onsets=1,
)


def make_sample(path: str = "/packs/Kicks/dusty.wav", *more: str, is_online: bool = True) -> Sample:
    return Sample(
        id=7,
        paths=(Path(path), *map(Path, more)),
        is_online=is_online,
        features=FEATURES,
        bpm=Reading("bpm", Source.FILENAME, 0.9, number=120.0),
        key=Reading("key", Source.ANALYSIS, 0.6, text="Am"),
        tags=(
            Tag("form", "one-shot", Source.ANALYSIS, 0.9),
            Tag("type", "kick", Source.MODEL, 0.8, parent="drums"),
        ),
    )


def make_hit(sample: Sample, score: float = 0.87, n_folded: int = 0) -> Hit:
    return Hit(sample, score=score, cosine=0.6, name_match=0.5, n_folded=n_folded)
