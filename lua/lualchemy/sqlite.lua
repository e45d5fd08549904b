--- la.sqlite
return require "lualchemy.sql.namespace" "sqlite" --[[@as lualchemy.sqlite]]
