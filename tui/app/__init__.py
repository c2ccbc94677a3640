"""The app: search, listen, tag and blend without leaving the keyboard."""
