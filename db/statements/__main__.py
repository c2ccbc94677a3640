"""``python -m db.statements``: compile all statements for SQLite, into `db/compiled`."""

from db.statements.ahead import write_all

if __name__ == "__main__":
    write_all()
