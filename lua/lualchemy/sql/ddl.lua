--- The names of la for statements about schema items; the rest is in la.schema.
require "lualchemy.sql.ddl_run"
require "lualchemy.sql.ddl_view"

return require("lualchemy.sql.ddl_element").public
