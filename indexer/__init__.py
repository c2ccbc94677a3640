"""Files in; vectors, features and search results out."""
