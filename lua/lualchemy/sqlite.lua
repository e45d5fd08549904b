--- la.sqlite
require "lualchemy.engine.dialect_methods"

return require "lualchemy.sql.namespace" "sqlite" --[[@as lualchemy.sqlite]]
