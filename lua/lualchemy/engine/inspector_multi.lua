--- What an Inspector tells of many tables at once: get_multi_…(), names in the order of dependencies; and of what only
-- PostgreSQL has.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local sort = require "lualchemy.sql.schema_sort"

--- @class lualchemy.Inspector
local Inspector = require "lualchemy.engine.inspector"

--- Kinds of objects and their scopes: numbers that add up.
local ObjectKind = {TABLE = 1, VIEW = 2, MATERIALIZED_VIEW = 4, ANY_VIEW = 6, ANY = 7}
local ObjectScope = {DEFAULT = 1, TEMPORARY = 2, ANY = 3}

local function has(flags, flag) return math.floor(flags / flag) % 2 == 1 end

local LISTS = {
  {ObjectKind.TABLE, ObjectScope.DEFAULT, "get_table_names"},
  {ObjectKind.TABLE, ObjectScope.TEMPORARY, "get_temp_table_names"},
  {ObjectKind.VIEW, ObjectScope.DEFAULT, "get_view_names"},
  {ObjectKind.VIEW, ObjectScope.TEMPORARY, "get_temp_view_names"},
  {ObjectKind.MATERIALIZED_VIEW, ObjectScope.DEFAULT, "get_materialized_view_names"},
}

--- The names of all objects of a kind and scope, filtered.
local function names(self, o)
  local kind, scope, out, only = o.kind or ObjectKind.TABLE, o.scope or ObjectScope.DEFAULT, {}, nil
  if o.filter_names and o.filter_names ~= core.null then
    only = {}
    for _, name in ipairs(o.filter_names) do only[name] = true end
  end
  for _, row in ipairs(LISTS) do
    local there = has(kind, row[1]) and has(scope, row[2]) and self:_supports(row[3])
    for _, name in ipairs(there and self[row[3]](self, {schema = o.schema}) or {}) do
      if not only or only[name] then out[#out + 1] = name end
    end
  end
  return out
end

local PLACES = "schema filter_names kind scope"
local OPTIONS = {schema = true, filter_names = true, kind = true, scope = true}

--- @class lualchemy.MultiOptions
--- @field schema? string
--- @field filter_names? string[] these alone
--- @field kind? integer of la.ObjectKind, TABLE
--- @field scope? integer of la.ObjectScope, DEFAULT

for multi, one in pairs{get_multi_columns = "get_columns", get_multi_pk_constraint = "get_pk_constraint",
  get_multi_foreign_keys = "get_foreign_keys", get_multi_indexes = "get_indexes",
  get_multi_unique_constraints = "get_unique_constraints", get_multi_check_constraints = "get_check_constraints",
  get_multi_table_comment = "get_table_comment", get_multi_table_options = "get_table_options"} do
  --- What the function of one table says of each: a table by "schema.name", or "name" where there is no schema.
  Inspector[multi] = function(self, ...)
    local o, out = args.merge(PLACES, args.take(multi, OPTIONS, ...)), {}
    for _, name in ipairs(names(self, o)) do
      out[o.schema and o.schema ~= core.null and o.schema .. "." .. name or name] = self[one](self, name,
        {schema = o.schema})
    end
    return out
  end
end

--- Fills a Table from the database.
--- @param t any
--- @param include_columns? string[]
--- @param options? {include_columns?: string[], exclude_columns?: string[], resolve_fks?: boolean}
function Inspector:reflect_table(t, include_columns, options)
  if args.is_options(t) then t, include_columns = args.pick(t, "table") end
  local o = options or {}
  if include_columns == core.null then include_columns = nil end
  if type(include_columns) == "table" and #include_columns == 0 then o, include_columns = include_columns, nil end
  require("lualchemy.sql.schema_base").autoload(t, {autoload_with = self, exclude_columns = o.exclude_columns,
    include_columns = include_columns or o.include_columns ~= core.null and o.include_columns or nil,
    resolve_fks = o.resolve_fks})
end

-- ---- in the order of dependencies ----

--- Edges {referred, name} between tables, and the names of the foreign keys of each.
local function dependencies(self, list, schema)
  local edges, keys = {}, {}
  for _, name in ipairs(list) do
    keys[name] = {}
    for _, key in ipairs(self:get_foreign_keys(name, {schema = schema})) do
      keys[name][#keys[name] + 1] = {name, key.name or core.null}
      if key.referred_table ~= name and key.referred_schema == schema then
        edges[#edges + 1] = {key.referred_table, name}
      end
    end
  end
  return edges, keys
end

--- Names of tables so that each comes after those that it refers to, as pairs {name, {{name, foreign key}, …}}; last
--- {NULL, {{name, foreign key}, …}}: the keys that can only be added afterwards.
--- @param options? {schema?: string}
--- @return table[]
function Inspector:get_sorted_table_and_fkc_names(options)
  local schema = type(options) == "table" and options.schema or nil
  local list = self:get_table_names{schema = schema}
  local edges, keys = dependencies(self, list, schema)
  local sorted, cycle = sort.topological(edges, list)
  local rest, out = {}, {}
  if not sorted then
    local kept = {}
    for _, edge in ipairs(edges) do
      if not (cycle[edge[1]] and cycle[edge[2]]) then kept[#kept + 1] = edge end
    end
    sorted = sort.topological(kept, list)
  end
  for _, name in ipairs(sorted) do
    local own = {name, keys[name]}
    if cycle and cycle[name] then
      for _, key in ipairs(keys[name]) do rest[#rest + 1] = key end
      own[2] = {}
    end
    out[#out + 1] = own
  end
  out[#out + 1] = {core.null, rest}
  return out
end

-- ---- PostgreSQL ----

--- Enum types: {name, schema, visible, labels}; schema "*": of all schemas.
--- @param options? {schema?: string}
--- @return table[]
function Inspector:get_enums(options) return self:_ask("get_enums", options) end

--- Domains: {name, schema, visible, type, nullable, default, constraints = {{name, check}, …}}.
--- @param options? {schema?: string}
--- @return table[]
function Inspector:get_domains(options) return self:_ask("get_domains", options) end

--- @param options? {schema?: string}
--- @return string[]
function Inspector:get_foreign_table_names(options) return self:_ask("get_foreign_table_names", options) end

--- The OID of a table.
--- @param name string
--- @param options? {schema?: string}
--- @return integer
function Inspector:get_table_oid(name, options)
  local oid = self:_ask("get_table_oid", options, name)
  if oid == core.null then err.raise("NoSuchTableError", "%s", name) end
  return oid
end

return {ObjectKind = ObjectKind, ObjectScope = ObjectScope}
