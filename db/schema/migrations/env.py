"""Run migrations on the connection that :mod:`db.schema.upgrade` hands over, within its transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,  # SQLite changes a column by rebuilding its table
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
