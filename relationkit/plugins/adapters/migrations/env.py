"""What Alembic runs to upgrade a database, or to write down how; only Alembic imports it."""

from alembic import context

from relationkit.plugins.adapters.sql_store import VERSIONS

given = context.config.attributes
context.configure(
    connection=given.get("connection"),
    dialect_name=given["dialect"],
    version_table=VERSIONS.name,
    literal_binds=context.is_offline_mode(),
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
    for statement in given["afterwards"]:
        context.execute(statement)
