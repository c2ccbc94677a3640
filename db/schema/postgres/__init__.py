"""A library on a PostgreSQL server: made, upgraded, and who may do what with it."""
