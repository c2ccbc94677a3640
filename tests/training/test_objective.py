import numpy as np
import torch

from indexer.encoders.compact.audio import DIM
from training.captions import Facts
from training.objective import Likeness, Objective, TextProjection
from training.student import aliases_as_kinds
from training.teacher import DIM as TEACHER_DIM

FACTS = [
    Facts("kick drum", "drums", ("bd",), ("808",), ("dark",)),
    Facts("kick drum", "drums", ("bd",), ("909",), ("bright",)),
    Facts("snare drum", "drums", ("sd",), ("808",), ("dark",)),
    Facts("rain", "nature", (), (), ("noisy",)),
]


def test_attention_sums_to_one_and_prefers_the_same_kind() -> None:
    targets = Likeness(FACTS).targets(np.arange(4))
    torch.testing.assert_close(targets.sum(1), torch.ones(4))
    itself, same_kind, same_family, stranger = targets[0].tolist()
    assert itself > same_kind > same_family > stranger


def test_agreeing_towers_have_lower_losses_than_random_ones() -> None:
    torch.manual_seed(0)
    project = TextProjection().eval()
    kind_rows = torch.nn.functional.normalize(torch.randn(3, 2, TEACHER_DIM), dim=2)
    kinds = torch.tensor([0, 1, 2, 0, 1, 2])
    captions = kind_rows[kinds, 0]
    targets = torch.eye(3).repeat(2, 2) / 2
    objective = Objective(kind_rows)
    right = objective(project(captions), captions, kinds, targets, project)
    random = torch.nn.functional.normalize(torch.randn(6, DIM), dim=1)
    wrong = objective(random, captions, kinds, targets, project)
    assert right.keys() == {"caption", "kind", "sound"}
    assert all(right[name] < wrong[name] for name in right)


def test_aliases_are_paired_with_what_they_mean() -> None:
    pairs = aliases_as_kinds(FACTS, np.random.default_rng(0))
    assert ("bd", "kick drum") in pairs
    assert ("the sound of a sd", "the sound of a snare drum") in pairs
    assert all(meant.endswith(("kick drum", "snare drum", "sound", "sample")) for _, meant in pairs)
