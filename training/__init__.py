"""How the built-in model came to be. Not installed."""
