"""Kits: one sound for each slot."""
