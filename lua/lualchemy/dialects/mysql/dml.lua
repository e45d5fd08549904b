--- INSERT of MySQL and MariaDB: ON DUPLICATE KEY UPDATE.
return require("lualchemy.sql.upsert").on_duplicate_key("mysql")
