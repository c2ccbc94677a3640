"""The statements of a library, written once for all databases with SQLAlchemy.

One module for each subject, one constant for each statement, or a dictionary for a family of them. Whoever reads or
writes imports the same name from `db.compiled`, where `Statement` objects stand. After a change:

    python -m db.statements

Nothing that runs on SQLite imports this package.
"""
