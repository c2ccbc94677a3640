"""Shared by commands: options, output, progress and errors."""
