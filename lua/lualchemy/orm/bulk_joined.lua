--- RETURNING of a list of mappings for a class in several tables: each table's INSERT returns what is its own.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local engine_execute = require "lualchemy.engine.execute"

local joined = {}
joined.__index = joined

--- The only table that an expression is of; nil: it is of none, or of several.
local function table_of(node)
  local found, several
  core.replace(node, function(n)
    if core.kind(n) ~= "COLUMN" then return nil end
    several = several or found ~= nil and found ~= core.get(n, "table")
    found = core.get(n, "table")
  end)
  return not several and found or nil
end

--- @param returning any[] what the statement returns
--- @return table? # nil where something of it is not of one table
function joined.new(returning)
  local wanted, others, places = {}, {}, {}
  for i, node in ipairs(returning) do
    local t = table_of(node)
    if not t then return nil end
    places[i] = core.id(node)
    if core.kind(node) == "COLUMN" then
      wanted[node] = true
    else
      others[t] = others[t] or {}
      table.insert(others[t], node)
    end
  end
  return setmetatable({wanted = wanted, others = others, places = places, found = {}}, joined)
end

--- What the table's INSERT returns: its columns in the table's order, then expressions.
function joined:list(tp, t, with_key)
  local list, is_key = {}, {}
  for _, c in ipairs(tp.primary_key) do is_key[c.column] = with_key end
  for _, column in ipairs(core.columns(t):values()) do
    if self.wanted[column] or is_key[column] then list[#list + 1] = column end
  end
  for _, node in ipairs(self.others[t] or {}) do list[#list + 1] = node end
  return list
end

--- Inserts the rows; what they return is kept for rows(), made keys go into the mappings.
--- @param first boolean of the first table, whose keys the others take over
function joined:insert(connection, tp, t, first, statement, params, mappings, options)
  local list = self:list(tp, t, first)
  if not list[1] then list = self:list(tp, t, true) end
  statement = statement:returning(compat.unpack(list))
  if params[2] then statement = core.with(statement, {sort_by_parameter_order = true}) end
  local result = engine_execute.run(connection, statement, params[2] and params or params[1],
    {execution_options = options})
  for i, row in ipairs(result:all()) do
    local mapping = mappings[i]
    local found = self.found[mapping] or {}
    self.found[mapping] = found
    for k, node in ipairs(list) do found[core.id(node)] = row[k] end
    for _, c in ipairs(first and tp.primary_key or {}) do mapping[c.prop_key] = found[core.id(c.column)] end
  end
  return result
end

--- The rows as the statement wants them.
function joined:rows(mappings)
  local rows = {}
  for i, mapping in ipairs(mappings) do
    rows[i] = {}
    for k, id in ipairs(self.places) do rows[i][k] = self.found[mapping][id] end
  end
  return rows
end

--- The INSERT of one table, with what the statement itself sets of its columns.
function joined.of_table(statement, t)
  local insert = core.with(statement, {table = t, returning = {}})
  if not core.has(statement, "values") then return insert end
  local own, columns = {}, core.columns(t)
  for _, pair in ipairs(core.get(statement, "values")) do
    local key = core.get(pair, "key")
    local is_own = core.kind(key) == "COLUMN" and core.get(key, "table") == t
      or core.kind(key) == "STR" and columns:get(core.get(key, "s")) ~= nil
    if is_own then own[#own + 1] = pair end
  end
  return core.with(insert, {values = own, valued = true})
end

--- What RETURNING names, read by the keys of the rows: where it is not of single tables.
function joined.read(session, node, mapper, completed)
  local la, rows, meta = require "lualchemy.sql.api", {}, nil
  local select = la.select(compat.unpack(core.get(node, "returning")))
  for _, mapping in ipairs(completed) do
    local stmt = select
    for _, column in ipairs(mapper.primary_key) do
      stmt = stmt:where(column:eq(mapping[mapper.column_to_property[column].key]))
    end
    local result = require("lualchemy.orm.execute").objects(session, stmt, nil, {told = true})
    meta = result._meta
    rows[#rows + 1] = result:all()[1]
  end
  return require("lualchemy.engine.result").Result.from_rows(rows, meta)
end

return joined
