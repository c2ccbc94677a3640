"""A library on a PostgreSQL server: its address, connections, transactions, vectors, and errors as sentences."""
