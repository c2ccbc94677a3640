import torch
from torch.nn.functional import normalize

from training.audio_tower import DIM
from training.captions import Facts
from training.labels import table
from training.objective import Objective, Truth

FACTS = [
    Facts("kick drum", "drums", origin="adafruit"),
    Facts("kick drum", "drums", origin="recipes"),
    Facts("open hi-hat", "drums", origin="recipes"),
    Facts("rain", "nature", origin="recipes"),
]
# two takes of each
DRY = torch.arange(4).repeat(2)
TAKES = torch.arange(8)
WORDS = torch.zeros(8, 3, dtype=torch.bool)


def test_attention_sums_to_one_and_prefers_the_same_label() -> None:
    shares = Truth(FACTS, WORDS, table()).likeness(DRY, TAKES)
    torch.testing.assert_close(shares.sum(1), torch.ones(8))
    _, same_label, same_family, stranger = shares[0, :4].tolist()
    assert same_label > same_family > stranger


def test_positives_are_mostly_of_other_sources_and_never_the_sound_itself() -> None:
    truth = Truth(FACTS, WORDS, table())
    shares = truth.positives(DRY, truth.likeness(DRY, TAKES))
    assert shares.diagonal().max() == 0
    assert shares[0, 1] > shares[0, 4]  # another source before another take


def test_a_wider_name_is_not_wrong_unless_recordings_are_filed_under_it() -> None:
    truth = Truth(FACTS, WORDS, table())
    kick, hat = truth.names.index("kick drum"), truth.names.index("open hi-hat")
    assert truth.not_wrong[kick, truth.names.index("bass drum")]
    assert truth.not_wrong[hat, truth.names.index("cymbal")]
    assert not truth.not_wrong[hat, kick]
    filed = Truth([*FACTS, Facts("snare drum", "drums", origin="adafruit")], WORDS, table())
    assert not filed.not_wrong[filed.names.index("brush snare"), filed.names.index("snare drum")]


def test_sounds_at_their_names_have_lower_losses_than_elsewhere() -> None:
    truth = Truth(FACTS, WORDS, table())
    torch.manual_seed(0)
    classes = normalize(torch.randn(len(truth.names), DIM), dim=1)
    right = classes[truth.labels[DRY]]
    wrong = classes[truth.labels[DRY.roll(1)]]
    objective = Objective(truth)
    losses = [objective(audio, DRY, TAKES, classes, right) for audio in (right, wrong)]
    assert losses[0].keys() == {"label", "wider", "caption", "sound"}
    assert losses[0]["label"] < losses[1]["label"]
    assert losses[0]["caption"] < losses[1]["caption"]
