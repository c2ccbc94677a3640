"""Tags learned from a few examples."""
