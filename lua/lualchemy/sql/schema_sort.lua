--- Tables in the order in which they can be created: each after those that it refers to.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local schema = core.schema
local sort = {}

-- ---- topological sorting ----

--- parents[child] = {[parent] = true}
local function by_child(edges)
  local parents = {}
  for _, edge in ipairs(edges) do
    local set = parents[edge[2]] or {}
    parents[edge[2]] = set
    set[edge[1]] = true
  end
  return parents
end

--- The next item on the stack's way that has not been tested, or nil. Items that close a circle are noted.
local function step(stack, place, children, todo, cycle)
  for _, child in ipairs(children[stack[#stack]] or {}) do
    if place[child] then
      for i = place[child], #stack do
        cycle[stack[i]] = true
        todo[stack[i]] = nil
      end
    end
    if todo[child] then return child end
  end
end

--- The items that stand in circles, as a set.
function sort.find_cycles(edges)
  local children, nodes, cycle = {}, {}, {}
  for _, edge in ipairs(edges) do
    if not children[edge[1]] then
      children[edge[1]] = {}
      nodes[#nodes + 1] = edge[1]
    end
    table.insert(children[edge[1]], edge[2])
  end
  for _, node in ipairs(nodes) do
    local stack, place, todo = {node}, {[node] = 1}, {}
    for _, other in ipairs(nodes) do todo[other] = other ~= node or nil end
    while #stack > 0 do
      local child = step(stack, place, children, todo, cycle)
      if child then
        stack[#stack + 1] = child
        place[child] = #stack
        todo[child] = nil
      else
        place[table.remove(stack)] = nil
      end
    end
  end
  return cycle
end

local function has_parent(parents, waiting)
  for parent in pairs(parents or {}) do
    if waiting[parent] then return true end
  end
  return false
end

--- items so that of every edge {parent, child} the parent comes first; nil and the items in circles if there are any.
function sort.topological(edges, items)
  local parents, out, waiting, left = by_child(edges), {}, {}, items
  for _, item in ipairs(items) do waiting[item] = true end
  while #left > 0 do
    local rest, ready = {}, {}
    for _, item in ipairs(left) do
      if has_parent(parents[item], waiting) then rest[#rest + 1] = item else ready[#ready + 1] = item end
    end
    if #ready == 0 then return nil, sort.find_cycles(edges) end
    for _, item in ipairs(ready) do
      waiting[item] = nil
      out[#out + 1] = item
    end
    left = rest
  end
  return out
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
      if not filter or filter(fkc) ~= false then removed[fkc] = true end
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

local WARNING = "Cannot correctly sort tables; there are unresolvable cycles between tables \"%s\", which is usually caused "
  .. "by mutually dependent foreign key constraints.  Foreign key constraints involving these tables will not be "
  .. "considered; this warning may raise an error in a future release."

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
