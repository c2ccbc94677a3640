"""What voices say: words, phrases, shouts and syllables."""

import numpy as np

WORDS = """yes no go stop now more love baby music dance night fire water dream sunshine freedom tonight forever heart
soul body move feel money power energy system control machine future signal party people crazy ready listen everybody
again higher deeper summer city street rock bass drop beat sound drums money welcome goodbye hello never always
midnight shadow angel devil heaven moonlight danger attention computer robot transmission""".split()
PHRASES = tuple(
    line.strip()
    for line in """
    one two three | one two three four | five six seven eight | three two one | ten nine eight seven six | here we go
    let's go | come on everybody | put your hands up | turn it up | drop the bass | feel the rhythm | in the house
    all night long | I love you | I need you tonight | what is this | this is the sound | ladies and gentlemen
    welcome to the show | can you hear me | the quick brown fox | once upon a time | good morning | long time ago
    stop right there | we are the future | do not be afraid | back to the beat | check the microphone | oh my god
    everybody dance now | move your body | say it again | make some noise | are you ready | this is not a test
    attention please | system error | access denied | warning | all systems are ready | I am a machine | take control
    we come in peace | please stand by | message received | self destruct in ten seconds | end of transmission
    """.replace("\n", "|").split("|")
    if line.strip()
)
SHOUTS = "hey! ho! go! yeah! come on! woo! oi! hah! let's go! what! up! jump! fire! stop! no! yes! huh! ay!".split("! ")
SYLLABLES = tuple(
    onset + nucleus for onset in "b d g k l m n p r t v w y h sh".split() for nucleus in ("ah", "oh", "ee")
)


def random_text(rng: np.random.Generator) -> str:
    """Choose a phrase, or one to three words."""
    return str(rng.choice(PHRASES)) if rng.random() < 0.5 else " ".join(rng.choice(WORDS, size=int(rng.integers(1, 4))))
