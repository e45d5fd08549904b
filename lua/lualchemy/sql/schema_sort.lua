--- Tables in the order in which they can be created: each after those that it refers to.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local schema = core.schema
local sort = {}

--- items so that of every edge {parent, child} the parent comes first; nil and the set of those in circles if there
-- are any. Edges with something that is not among the items do not count.
function sort.topological(edges, items)
  local number, flat, out = {}, {}, {}
  for i, item in ipairs(items) do number[item] = i end
  for _, edge in ipairs(edges) do
    local parent, child = number[edge[1]], number[edge[2]]
    if parent and child then
      flat[#flat + 1] = parent
      flat[#flat + 1] = child
    end
  end
  local order, sorted, circles = core.topological(#items, flat)
  for i, n in ipairs(order) do out[i] = items[n] end
  if sorted == #items then return out end
  local cycle = {}
  for n in pairs(circles) do cycle[items[n]] = true end
  return nil, cycle
end

-- ---- tables ----

local function fullnames(set)
  local names = {}
  for t in pairs(set) do names[#names + 1] = t.fullname end
  table.sort(names)
  return table.concat(names, ", ")
end
sort.fullnames = fullnames

--- Raises the error for tables that cannot be sorted; message nil: the common one.
function sort.circular(cycle, message)
  local list = {}
  for t in pairs(cycle) do list[#list + 1] = t end
  table.sort(list, function(a, b) return a.fullname < b.fullname end)
  error(err.exc.CircularDependencyError(message or "Circular dependency detected. (" .. fullnames(cycle) .. ")",
    {cycles = list}), 0)
end

local function copy(list)
  local out = {}
  for i, x in ipairs(list) do out[i] = x end
  return out
end

--- The tables that the statement reads by which this one is made: CREATE VIEW, CREATE TABLE AS.
local function sources(t)
  local creator = base.statement(t, "creator")
  local todo, seen, found = {creator and core.get(creator, "select")}, {}, {}
  local function visit(node)
    local kind = core.kind(node)
    if kind == "TABLE" then
      found[#found + 1] = node
    elseif kind == "COLUMN" then
      todo[#todo + 1] = core.get(node, "table")
    else
      for _, child in ipairs(core.children(node)) do todo[#todo + 1] = child end
    end
  end
  while #todo > 0 do
    local node = table.remove(todo)
    if not seen[node] then visit(node) end
    seen[node] = true
  end
  return found
end

--- Edges between tables by their foreign keys: an array of {parent, child, constraint}.
local function dependencies(tables, filter, removed)
  local fixed, mutable = {}, {}
  for _, t in ipairs(tables) do
    for _, fkc in ipairs(t.foreign_key_constraints) do
      if fkc.use_alter or (filter and filter(fkc) == true) then
        removed[fkc] = true
      else
        local parent = schema.referred_table(fkc)
        if parent ~= t then mutable[#mutable + 1] = {parent, t, fkc} end
      end
    end
    for _, parent in ipairs(sources(t)) do
      if parent ~= t then fixed[#fixed + 1] = {parent, t} end
    end
    for _, parent in ipairs(core.get(core.get(t, "spec"), "dependencies")) do fixed[#fixed + 1] = {parent, t} end
  end
  return fixed, mutable
end

local function join(a, b)
  local out = copy(a)
  for _, x in ipairs(b) do out[#out + 1] = x end
  return out
end

--- Foreign keys within circles give way.
local function break_cycles(mutable, cycle, filter, removed)
  local in_cycle, out = {}, {}
  for _, edge in ipairs(mutable) do in_cycle[edge[2]] = cycle[edge[2]] end
  for t in pairs(in_cycle) do
    for _, fkc in ipairs(t.foreign_key_constraints) do
      if not filter or filter(fkc) ~= false then
        schema.referred_table(fkc) -- or its error
        removed[fkc] = true
      end
    end
  end
  local gone = {}
  for _, edge in ipairs(mutable) do
    if in_cycle[edge[2]] and removed[edge[3]] then gone[edge[2]] = join(gone[edge[2]] or {}, {edge[1]}) end
  end
  for _, edge in ipairs(mutable) do
    local keep = true
    for _, parent in ipairs(gone[edge[2]] or {}) do keep = keep and parent ~= edge[1] end
    if keep then out[#out + 1] = edge end
  end
  return out
end

local WARNING = "Cannot correctly sort tables; there are unresolvable cycles between tables \"%s\", which is usually "
  .. "caused by mutually dependent foreign key constraints.  Foreign key constraints involving these tables will not "
  .. "be considered; this warning may raise an error in a future release."

local function by_order(set)
  local list = {}
  for fkc in pairs(set) do list[#list + 1] = fkc end
  table.sort(list, function(a, b) return core.get(a, "order") < core.get(b, "order") end)
  return list
end

local function without(list, removed)
  local out = {}
  for _, fkc in ipairs(list) do
    if not removed[fkc] then out[#out + 1] = fkc end
  end
  return out
end

--- An array of {table, {its foreign key constraints}}, and last {nil, {those to be added by ALTER}}.
--- @param tables any[]
--- @param filter? fun(fkc): boolean|nil true: always by ALTER; false: never
--- @param extra? any[] more dependencies: {parent, child} each
function sort.sort_tables_and_constraints(tables, filter, extra, warn)
  local removed = {}
  local fixed, mutable = dependencies(tables, filter, removed)
  fixed = join(fixed, extra or {})
  local sorted, cycle = sort.topological(join(fixed, mutable), tables)
  if not sorted then
    if warn then err.warn(WARNING:format(fullnames(cycle))) end
    mutable = break_cycles(mutable, cycle, filter, removed)
    sorted, cycle = sort.topological(join(fixed, mutable), tables)
    if not sorted then sort.circular(cycle) end
  end
  local out = {}
  for i, t in ipairs(sorted) do out[i] = {t, without(t.foreign_key_constraints, removed)} end
  out[#out + 1] = {nil, by_order(removed)}
  return out
end

--- The tables, each after those that it refers to.
--- @param skip? fun(fk): boolean foreign keys not to look at
--- @param extra? any[]
function sort.sort_tables(tables, skip, extra)
  local options = type(skip) == "table" and skip or {skip_fn = skip, extra_dependencies = extra}
  local filter = options.skip_fn and function(fkc)
    for _, fk in ipairs(fkc.elements) do
      if options.skip_fn(fk) then return true end
    end
  end
  local out = {}
  for _, pair in ipairs(sort.sort_tables_and_constraints(tables, filter, options.extra_dependencies, true)) do
    if pair[1] then out[#out + 1] = pair[1] end
  end
  return out
end

return sort
