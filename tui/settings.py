"""The one place that reads the environment: where things lie on this machine when nothing else is said."""

import os
from pathlib import Path

import platformdirs


def default_library() -> Path:
    """Return the folder in ``EARMARK_LIBRARY``, else the system's place for a user's data."""
    chosen = os.environ.get("EARMARK_LIBRARY")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("earmark", appauthor=False)


def models_folder() -> Path:
    """Return where fetched models are kept: ``EARMARK_MODELS``, else beside the default library."""
    chosen = os.environ.get("EARMARK_MODELS")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("earmark", appauthor=False) / "models"


def use_one_thread_for_algebra() -> None:
    """Keep OpenBLAS from spreading a 1 ms product over all cores: beside a busy program that takes ten times as long.

    Works until numpy is first imported.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def state_file() -> Path:
    """Return where the app keeps its choices between starts."""
    return platformdirs.user_state_path("earmark", appauthor=False) / "app.json"


def keys_file() -> Path:
    """Return where a user may change the keys of the app."""
    return platformdirs.user_config_path("earmark", appauthor=False) / "keys.toml"


def log_file() -> Path:
    """Return where messages go that would garble the app's screen."""
    return platformdirs.user_log_path("earmark", appauthor=False) / "app.log"


def fault_log() -> Path:
    """Return where the traceback of an exception goes that nobody foresaw."""
    return log_file().with_name("fault.log")


def is_served() -> bool:
    """Say whether a browser is the screen: textual-serve names the driver of its child in the environment."""
    return "TEXTUAL_DRIVER" in os.environ


def demo_folder() -> Path:
    """Return where the demo lives: the system's place for what can be deleted at any time."""
    return platformdirs.user_cache_path("earmark", appauthor=False) / "demo"
