"""What `db.statements` compiles to: SQL for SQLite, so that SQLAlchemy need not be imported (0.2 s)."""
