"""Where the app's own files lie; with `indexer.api.places` the only code that reads the environment."""

import os
from pathlib import Path

import platformdirs

from indexer.api.places import default_library, find_place, models_folder

__all__ = ["default_library", "find_place", "models_folder"]


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


def profiles_folder() -> Path:
    """Return where a user's own export profiles lie."""
    return platformdirs.user_config_path("earmark", appauthor=False) / "profiles"


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
