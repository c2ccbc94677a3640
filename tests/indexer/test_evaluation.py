from pathlib import Path

import numpy as np
import pytest

from db.errors import UsageError
from indexer.encoders.prompts import describe
from indexer.evaluation.folder import evaluate_folder
from indexer.evaluation.zero_shot import measure
from tests.fakes import FakeEncoder
from tests.sounds import write_demo_sounds


def test_figures_of_a_hand_made_case() -> None:
    encoder = FakeEncoder()
    kick, snare = describe(encoder, ["kick", "snare"])
    # three kicks where one sounds like a snare, and one snare
    rows = np.stack([kick, kick, snare, snare])
    figures = measure(encoder, rows, ["kick", "kick", "kick", "snare"])
    assert figures.top1 == pytest.approx(3 / 4)
    assert figures.balanced == pytest.approx((2 / 3 + 1) / 2)
    assert figures.one_nn == pytest.approx(2 / 4)
    assert figures.confusion == ((2, 1), (0, 1))
    assert [label.label for label in figures.per_label] == ["kick", "snare"]
    # all four fit into the first ten hits of either label
    assert figures.p_at_10 == pytest.approx(1.0)


def test_five_examples_teach_what_the_names_of_the_labels_do_not_say() -> None:
    rng = np.random.default_rng(3)
    encoder = FakeEncoder()
    middles = rng.standard_normal((3, encoder.info.dim))
    rows = np.repeat(middles, 12, axis=0) + 0.3 * rng.standard_normal((36, encoder.info.dim))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    figures = measure(encoder, rows.astype(np.float32), np.repeat(["one", "two", "three"], 12).tolist())
    assert figures.taught == pytest.approx(1.0)
    few = measure(encoder, rows[:15].astype(np.float32), ["one"] * 9 + ["two"] * 6)
    assert few.taught is None


def test_folder_names_are_labels(tmp_path: Path) -> None:
    for seed, label in enumerate(("low", "high")):
        write_demo_sounds(tmp_path / label, seed)
    seen: list[tuple[int, int]] = []
    figures = evaluate_folder(tmp_path, None, FakeEncoder(), on_progress=lambda *at: seen.append(at))
    assert (figures.n_sounds, figures.n_labels, figures.n_failed) == (144, 2, 0)
    assert seen[-1] == (144, 144)
    assert figures.as_dict()["per_label"][0]["label"] == "high"


def test_csv_names_the_labels_and_undecoded_files_are_counted(tmp_path: Path) -> None:
    paths = write_demo_sounds(tmp_path)
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    lines = [f"{path.name},{'ab'[number % 2]}" for number, path in enumerate(paths[:10])]
    (tmp_path / "labels.csv").write_text("\n".join(["path,label", *lines, "broken.wav,a"]))
    figures = evaluate_folder(tmp_path, tmp_path / "labels.csv", FakeEncoder())
    assert (figures.n_sounds, figures.n_labels, figures.n_failed) == (10, 2, 1)


@pytest.mark.parametrize(
    ("csv", "sentence"),
    [
        ("file,kind\na.wav,b\n", "header line with the columns path,label"),
        ("path,label\nnot-here.wav,kick\nnor-here.wav,snare\n", "2 of 2 files named in"),
        ("", "header line"),
        ("path,label\nlabels.csv,kick\n", "two labels"),
    ],
)
def test_bad_csv_gets_a_sentence(tmp_path: Path, csv: str, sentence: str) -> None:
    (tmp_path / "labels.csv").write_text(csv)
    with pytest.raises(UsageError, match=sentence):
        evaluate_folder(tmp_path, tmp_path / "labels.csv", FakeEncoder())


def test_missing_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        evaluate_folder(tmp_path / "nowhere", None, FakeEncoder())
