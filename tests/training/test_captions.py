import numpy as np

from training.captions import Facts, captions

KICK = Facts(
    kind="kick drum",
    family="drums",
    aliases=("bd", "bass drum"),
    source=("808", "drum machine"),
    character=("dark", "short", "punchy"),
)


def test_captions_use_names_sources_and_character() -> None:
    text = " | ".join(captions(KICK, np.random.default_rng(0), 300))
    assert all(word in text for word in ("kick drum", "bd", "bass drum", "808", "dark", "punchy", "the sound of a"))


def test_captions_never_say_what_is_not_true() -> None:
    words = set(" ".join(captions(KICK, np.random.default_rng(0), 300)).split())
    assert not words & {"bright", "long", "snare", "wet"}


def test_one_seed_writes_one_set_of_captions() -> None:
    assert captions(KICK, np.random.default_rng(5), 9) == captions(KICK, np.random.default_rng(5), 9)
