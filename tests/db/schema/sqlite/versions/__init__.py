"""A small library of every released schema, as SQL, for the upgrade tests."""
