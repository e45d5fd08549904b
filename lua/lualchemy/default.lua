--- la.default
return require "lualchemy.sql.namespace" "default" --[[@as lualchemy.default]]
