--- la.mysql
return require "lualchemy.sql.namespace" "mysql" --[[@as lualchemy.mysql]]
