"""Profiles: those that come with earmark, and a user's own."""

from pathlib import Path

import pytest

from db.errors import UsageError
from indexer.export.profile import AS_IT_IS, read_profile

DEVICES = "daw m8 digitakt digitakt2 ep133 op1 opz opxy octatrack polyend sp404 mpc"


@pytest.mark.parametrize("name", DEVICES.split())
def test_devices_come_with_earmark(name: str, tmp_path: Path) -> None:
    profile = read_profile(name, tmp_path)
    assert profile.format in {"wav", "aiff"}
    assert profile.title != name


def test_files_as_they_are_is_a_profile_too(tmp_path: Path) -> None:
    assert read_profile("copy", tmp_path) == AS_IT_IS


def test_the_users_own_counts_first(tmp_path: Path) -> None:
    (tmp_path / "m8.toml").write_text('title = "Mine"\nformat = "flac"\n')
    assert read_profile("m8", tmp_path).format == "flac"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("format = 'mp3'", "format takes one of wav, aiff, flac"),
        ("rate_hz = 1", "rate_hz takes a number from 4,000 to 192,000"),
        ("bits = true", "bits takes one of"),
        ("trims = 1", "trims takes true or false"),
        ("loudness = 3", "there is no rule loudness"),
        ("name = 'x'", "there is no rule name"),
        ("format = ", "cannot be read"),
    ],
)
def test_a_wrong_profile_is_a_sentence(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(UsageError, match=reason):
        read_profile("mine", tmp_path)


def test_an_unknown_profile_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="copy, daw, digitakt"):
        read_profile("../m8", tmp_path)
