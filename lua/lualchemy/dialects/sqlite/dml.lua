--- INSERT of SQLite: ON CONFLICT.
return require("lualchemy.sql.upsert").on_conflict("sqlite")
