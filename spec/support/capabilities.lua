-- What a database may lack, by name: a function of the dialect of an engine that has connected, true where it has it.
-- Specs of spec/suite name what they need (db:needs); what is lacking is left out and counted by its name.

--- At least this version, where the dialect has that name; others have it.
local function since(name, ...)
  local wanted = {...}
  return function(dialect)
    if dialect.name ~= name then return true end
    for i, number in ipairs(wanted) do
      local is = (dialect.server_version_info or {})[i] or 0
      if is ~= number then return is > number end
    end
    return true
  end
end

local function attribute(name) return function(dialect) return dialect[name] == true end end

--- Only where the dialect has one of these names.
local function only(...)
  local names = {}
  for _, name in ipairs{...} do names[name] = true end
  return function(dialect) return names[dialect.name] == true end
end

local function always() return true end

return {
  -- statements
  cte = since("sqlite", 3, 8, 3), nested_set_operations = only("postgresql", "mssql", "oracle"),
  window_functions = since("sqlite", 3, 25), window_exclude = since("sqlite", 3, 28),
  full_join = since("sqlite", 3, 39),
  nulls_ordering = since("sqlite", 3, 30), lateral = only("postgresql", "mysql", "oracle"),
  aggregate_filter = since("sqlite", 3, 30), tuple_in = since("sqlite", 3, 15),
  values = only("postgresql", "mysql", "mssql"),
  is_distinct_from = attribute "supports_is_distinct_from", for_update = only("postgresql", "mysql", "oracle"),
  regular_expressions = always, interval_frames = only("postgresql"),
  ordered_aggregates = only("postgresql"), power = since("sqlite", 3, 35),
  -- changes
  insert_returning = attribute "insert_returning", update_returning = attribute "update_returning",
  delete_returning = attribute "delete_returning", multivalues_insert = attribute "supports_multivalues_insert",
  sorted_returning = attribute "insert_executemany_returning_sort_by_parameter_order",
  empty_insert = function(dialect) return dialect.supports_default_values or dialect.supports_empty_insert end,
  upsert = since("sqlite", 3, 24), update_from = since("sqlite", 3, 33), delete_using = only("postgresql", "mysql"),
  -- schema
  sequences = attribute "supports_sequences", identity_columns = attribute "supports_identity_columns",
  comments = attribute "supports_comments", computed_columns = since("sqlite", 3, 31),
  alter = attribute "supports_alter", partial_indexes = since("sqlite", 3, 8),
  foreign_keys_enforced = only("postgresql", "mssql", "oracle"),
  views = always, temporary_tables = always,
  -- connections
  savepoints = always, two_phase = only("postgresql"), streams = only("postgresql"),
  -- types
  postgresql_types = only "postgresql",
}
