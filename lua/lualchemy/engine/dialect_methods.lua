--- Methods of dialect objects that are about connections; what does them is loaded when it is first called.
local dialect = require "lualchemy.sql.dialect"

dialect.late("lualchemy.engine.do_connect", {"connect", "create_connect_args"})
dialect.late("lualchemy.engine.dialect_isolation", {"get_isolation_level_values", "get_isolation_level",
  "set_isolation_level", "reset_isolation_level", "get_default_isolation_level"})
dialect.late("lualchemy.engine.dialect_catalogue", {"has_table", "has_multi_table", "has_index", "has_sequence",
  "has_schema", "has_type",
  "get_table_names", "get_view_names", "get_temp_table_names", "get_temp_view_names", "get_sequence_names",
  "get_materialized_view_names", "get_schema_names", "get_columns", "get_pk_constraint", "get_foreign_keys",
  "get_indexes", "get_unique_constraints", "get_check_constraints", "get_table_comment", "get_table_options",
  "get_view_definition", "get_enums", "get_domains", "get_foreign_table_names", "get_table_oid"})
