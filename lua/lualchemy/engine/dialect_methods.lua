--- Methods of dialect objects that are about connections; what does them is loaded when it is first called.
local dialect = require "lualchemy.sql.dialect"

dialect.late("lualchemy.engine.do_connect", {"connect", "create_connect_args"})
dialect.late("lualchemy.engine.dialect_isolation", {"get_isolation_level_values", "get_isolation_level",
  "set_isolation_level", "reset_isolation_level", "get_default_isolation_level"})
