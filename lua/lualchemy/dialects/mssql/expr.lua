--- Expressions of SQL Server.
return {try_cast = require("lualchemy.core").try_cast}
