--- la.oracle
return require "lualchemy.sql.namespace" "oracle" --[[@as lualchemy.oracle]]
