"""Tags taught from a few examples."""
