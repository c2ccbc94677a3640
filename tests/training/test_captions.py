import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.captions import PROMPTS, Facts, captions, typo

KICK = Facts(
    kind="kick drum",
    family="drums",
    aliases=("bd", "bass drum"),
    source=("808", "drum machine"),
    character=("dark", "short", "punchy"),
)


def test_the_first_caption_is_the_bare_kind() -> None:
    assert captions(KICK, np.random.default_rng(0), 4)[0] == "kick drum"


def test_captions_use_aliases_sources_and_character() -> None:
    text = " | ".join(captions(KICK, np.random.default_rng(0), 200))
    assert all(word in text for word in ("bd", "bass drum", "808", "dark", "punchy", "one shot"))


def test_captions_never_say_what_is_not_true() -> None:
    words = set(" ".join(captions(KICK, np.random.default_rng(0), 200)).split())
    assert not words & {"bright", "long", "snare", "wet"}


def test_one_seed_writes_one_set_of_captions() -> None:
    assert captions(KICK, np.random.default_rng(5), 9) == captions(KICK, np.random.default_rng(5), 9)


def test_every_prompt_takes_a_label() -> None:
    assert all("kick" in prompt.format("kick") for prompt in PROMPTS)


@given(text=st.text(alphabet="abcdefgh ", max_size=40), seed=st.integers(0, 1000))
def test_a_typo_changes_one_word_at_most(text: str, seed: int) -> None:
    before, after = text.split(" "), typo(text, np.random.default_rng(seed)).split(" ")
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) <= 1


def test_short_words_have_no_typos() -> None:
    assert typo("bd 808", np.random.default_rng(0)) == "bd 808"
