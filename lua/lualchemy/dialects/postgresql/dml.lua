--- INSERT of PostgreSQL: ON CONFLICT.
return require("lualchemy.sql.upsert").on_conflict("postgresql")
