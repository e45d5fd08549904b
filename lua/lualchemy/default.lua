--- la.default
return require "lualchemy.sql.namespace" "default"
