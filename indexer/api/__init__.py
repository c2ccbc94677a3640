"""The public API for scripts and notebooks, imported through `indexer`: docs/api.md."""
