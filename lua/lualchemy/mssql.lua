--- la.mssql
return require "lualchemy.sql.namespace" "mssql" --[[@as lualchemy.mssql]]
