"""``earmark index --ray``: how it is asked for, what is said where it cannot be, and one run on a real cluster."""

import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from benchmarks.kill import content
from benchmarks.processes import REPOSITORY
from indexer.ingest.cluster import ray_cluster
from tests.sounds import write_demo_sounds
from tests.tui.conftest import run
from tui.terminal import cluster
from tui.terminal.cluster import with_address


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ask for no token, and leave none in anybody's home."""
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "auth_token"))
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["a", "--ray"], ["a", "--ray", "auto"]),
        (["--ray", "a"], ["--ray", "auto", "a"]),
        (["--ray", "10.0.0.1:6379", "a"], ["--ray", "10.0.0.1:6379", "a"]),
        (["--ray", "[fd00::1]:6379"], ["--ray", "[fd00::1]:6379"]),
        (["--ray", "local", "--json"], ["--ray", "local", "--json"]),
        (["--ray", "--json"], ["--ray", "auto", "--json"]),
        (["--", "--ray"], ["--", "--ray"]),
        (["a", "--full"], ["a", "--full"]),
    ],
)
def test_an_address_may_be_left_out(given: list[str], read: list[str]) -> None:
    assert with_address(given) == read


def test_a_model_is_switched_on_a_cluster_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_cluster, "_import_ray", lambda: NoRay(ConnectionError()))
    refused = run("--library", str(tmp_path / "library"), "model", "use", "--ray", "compact")
    assert refused.exit_code == 2
    assert "No Ray cluster runs on this machine" in refused.stderr


def test_without_ray_one_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    refused = run("--library", str(tmp_path / "library"), "index", str(tmp_path), "--ray")
    assert refused.exit_code == 2
    assert refused.stderr.strip().endswith("pip install 'earmark[ray]'")
    assert not (tmp_path / "library").exists()


class NoRay:
    """Ray, where no cluster is or the one that is refuses."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        services = SimpleNamespace(canonicalize_bootstrap_address=self.init)
        self._private = SimpleNamespace(services=services)
        self._raylet = SimpleNamespace(GcsClient=self.ask)

    def init(self, *_: object, **__: object) -> None:
        raise self._error

    def ask(self, *, address: str) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "address", "exit_code", "sentence"),
    [
        (ConnectionError("Could not find any running Ray instance."), "auto", 2, "Start one with: ray start --head"),
        (RuntimeError("Version mismatch: The cluster was started\nwith Ray 2.49"), "auto", 3, "started with Ray 2.49"),
        (Exception("The current node timed out during startup."), "local", 3, "timed out during startup"),
        (ValueError("never asked"), "ray://10.0.0.1:10001", 2, "run it on one of its machines"),
    ],
)
def test_a_cluster_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, address: str, exit_code: int, sentence: str
) -> None:
    monkeypatch.setattr(ray_cluster, "_import_ray", lambda: NoRay(error))
    refused = run("--library", str(tmp_path / "library"), "index", str(tmp_path), "--ray", address)
    assert refused.exit_code == exit_code
    assert sentence in " ".join(refused.stderr.split())
    assert not (tmp_path / "library").exists()


def test_an_address_where_nothing_answers_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(ray_cluster.socket, "create_connection", refuse)
    monkeypatch.setattr(ray_cluster, "_import_ray", lambda: NoRay(AssertionError("Ray was asked")))
    refused = run("--library", str(tmp_path / "library"), "index", str(tmp_path), "--ray", "10.0.0.1:6379")
    assert refused.exit_code == 2
    assert "Nothing answers at 10.0.0.1:6379" in refused.stderr


class AuthenticationError(Exception):
    """As Ray's."""


class Silent(NoRay):
    """A server that takes connections and says nothing."""

    def ask(self, *, address: str) -> None:
        Event().wait(60)


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("ray", "sentence"),
    [
        (Silent(AssertionError("Ray was asked")), "What answers at {} is not the head of a Ray cluster"),
        (NoRay(ValueError("not our protocol")), "What answers at {} is not the head of a Ray cluster"),
        (NoRay(AuthenticationError()), "The Ray cluster at {} asks for its token: set RAY_AUTH_MODE=token"),
    ],
)
def test_an_address_where_ray_does_not_answer_is_told_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ray: NoRay, sentence: str
) -> None:
    monkeypatch.setattr(ray_cluster, "_import_ray", lambda: ray)
    monkeypatch.setattr(ray_cluster, "_SECONDS_TO_ANSWER", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        refused = run("--library", str(tmp_path / "library"), "index", str(tmp_path), "--ray", address)
    assert refused.exit_code == 2
    assert sentence.format(address) in refused.stderr
    assert not (tmp_path / "library").exists()


def test_a_token_that_is_asked_for_and_not_here_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setattr(ray_cluster, "_import_ray", lambda: NoRay(AssertionError("Ray was asked")))
    refused = run("--library", str(tmp_path / "library"), "index", str(tmp_path), "--ray", "10.0.0.1:6379")
    assert refused.exit_code == 2
    assert "copy ~/.ray/auth_token from the head machine" in refused.stderr


def test_the_token_of_this_machine_is_for_its_own_cluster_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "auth_token").write_text("secret")
    modes = []
    for address in ("10.0.0.1:6379", "auto"):
        monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
        ray_cluster._prepare_token(address)
        modes.append(os.environ.get("RAY_AUTH_MODE"))
    assert modes == [None, "token"]


class Head:
    """A cluster that answers with its number of machines as told, or not where that is 0, and then never again."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.n_machines = 3

    def is_answering(self) -> bool:
        self.n_machines = self.answers.pop(0) if self.answers else 0
        return self.n_machines > 0


def test_a_run_whose_cluster_is_gone_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends: list[int] = []
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0)
    monkeypatch.setattr(cluster, "end_at_once", ends.append)
    head = Head(3, 0, 0, 3)
    cluster._watch(head, Event())
    assert (ends, head.answers) == ([3], [])
    said = capsys.readouterr().err
    assert "What was stored stays" in said
    assert "its files go to others" not in said


def test_a_machine_that_is_gone_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0)
    monkeypatch.setattr(cluster, "end_at_once", lambda _: None)
    cluster._watch(Head(3, 2, 2, 3), Event())
    assert capsys.readouterr().err.count("A machine of the cluster is gone; its files go to others.") == 1


def test_a_run_that_is_over_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[int] = []
    monkeypatch.setattr(cluster, "end_at_once", ends.append)
    is_over = Event()
    is_over.set()
    cluster._watch(Head(), is_over)
    assert ends == []


def index(*arguments: str) -> str:
    """Run the command in a process of its own, and return what it says."""
    command = [sys.executable, "-m", "tui", "index", *arguments]
    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    return result.stderr


@pytest.mark.slow
@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install 'earmark[ray]'")
def test_a_real_cluster_makes_the_library_that_this_machine_makes(tmp_path: Path) -> None:
    for path in write_demo_sounds(tmp_path / "sounds")[8:]:
        path.unlink()
    (tmp_path / "sounds" / "bad.wav").write_bytes(b"RIFF")
    said = index(str(tmp_path / "sounds"), "--ray", "local", "--library", str(tmp_path / "on-ray"))
    assert "Embedding on 1 machine" in said
    assert "Traceback" not in said
    run("index", str(tmp_path / "sounds"), "--library", str(tmp_path / "here"))
    found = content(tmp_path / "on-ray")
    assert len(found) == 8
    assert found == content(tmp_path / "here")
