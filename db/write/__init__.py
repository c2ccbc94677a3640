"""Statements that change the library."""
