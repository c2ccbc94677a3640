"""Where things lie on this machine when nothing else is said; the only code of `indexer` that reads the environment."""

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
