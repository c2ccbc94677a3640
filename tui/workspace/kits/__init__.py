"""Kits: saved ones, the one of the app, and its beat."""
