--- la.postgresql
return require "lualchemy.sql.namespace" "postgresql" --[[@as lualchemy.postgresql]]
