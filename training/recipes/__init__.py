"""Recipes that synthesize training sounds, one module per family."""
