--- la.func
return require("lualchemy.sql.api").func
