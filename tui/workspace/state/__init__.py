"""The state of screens, without Textual, and of the project of the user."""
