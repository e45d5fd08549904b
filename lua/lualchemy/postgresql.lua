--- la.postgresql
require "lualchemy.engine.dialect_methods"

return require "lualchemy.sql.namespace" "postgresql" --[[@as lualchemy.postgresql]]
