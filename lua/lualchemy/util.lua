--- la.util: sorting by dependencies, sets in order, tables with rules.
local err = require "lualchemy.error"

local topological = {}

--- What each of these comes after.
local function parents_of(tuples)
  local parents = {}
  for _, pair in ipairs(tuples) do
    parents[pair[2]] = parents[pair[2]] or {}
    parents[pair[2]][pair[1]] = true
  end
  return parents
end

local function is_free(parents, left)
  for parent in pairs(parents or {}) do
    if left[parent] then return false end
  end
  return true
end

local function circular(tuples, items)
  local edges, seen = {}, {}
  for _, pair in ipairs(tuples) do
    seen[pair[1]] = seen[pair[1]] or {}
    if not seen[pair[1]][pair[2]] then edges[#edges + 1] = {pair[1], pair[2]} end
    seen[pair[1]][pair[2]] = true
  end
  local cycles, names = topological.find_cycles(tuples, items), {}
  for i, item in ipairs(cycles) do names[i] = type(item) == "string" and "'" .. item .. "'" or tostring(item) end
  error(err.exc.CircularDependencyError(("Circular dependency detected. (%s)"):format(table.concat(names, ", ")),
    {cycles = cycles, edges = edges}), 0)
end

--- Arrays of the items: those of each come after those of the ones before, as pairs {before, after} say.
--- @param tuples any[][]
--- @param items any[]
--- @return any[][]
function topological.sort_as_subsets(tuples, items)
  local parents, left, todo, out = parents_of(tuples), {}, items, {}
  for _, item in ipairs(items) do left[item] = true end
  while #todo > 0 do
    local ready, later = {}, {}
    for _, item in ipairs(todo) do
      local list = is_free(parents[item], left) and ready or later
      list[#list + 1] = item
    end
    if #ready == 0 then circular(tuples, items) end
    for _, item in ipairs(ready) do left[item] = nil end
    out[#out + 1], todo = ready, later
  end
  return out
end

--- The items, each after those that the pairs {before, after} say.
--- @param tuples any[][]
--- @param items any[]
--- @return any[]
function topological.sort(tuples, items)
  local out = {}
  for _, subset in ipairs(topological.sort_as_subsets(tuples, items)) do
    for _, item in ipairs(subset) do out[#out + 1] = item end
  end
  return out
end

--- Adds what lies on a way from `node` back to a node of that way.
local function follow(node, children, todo, found)
  local stack, at = {node}, {[node] = 1}
  while #stack > 0 do
    local top, pushed = stack[#stack], false
    for _, child in ipairs(children[top] or {}) do
      for i = at[child] or #stack + 1, #stack do
        todo[stack[i]] = nil
        found[stack[i]] = true
      end
      if todo[child] and not at[child] then
        todo[child], pushed = nil, true
        stack[#stack + 1] = child
        at[child] = #stack
        break
      end
    end
    if not pushed then
      at[top] = nil
      stack[#stack] = nil
    end
  end
end

--- The items that are on circles.
--- @param tuples any[][]
--- @param items any[]
--- @return any[]
function topological.find_cycles(tuples, items)
  local children, found, out, seen = {}, {}, {}, {}
  for _, pair in ipairs(tuples) do
    children[pair[1]] = children[pair[1]] or {}
    table.insert(children[pair[1]], pair[2])
  end
  for node in pairs(children) do
    local todo = {}
    for other in pairs(children) do todo[other] = other ~= node or nil end
    follow(node, children, todo, found)
  end
  local function add(item)
    if found[item] and not seen[item] then
      seen[item] = true
      out[#out + 1] = item
    end
  end
  for _, item in ipairs(items) do add(item) end
  for _, pair in ipairs(tuples) do add(pair[1]) end
  return out
end

--- @class lualchemy.util
--- @field topological table sort(pairs, items), sort_as_subsets(pairs, items), find_cycles(pairs, items)
--- @field OrderedSet fun(items?: any[], options?: table): lualchemy.OrderedSet
--- @field IdentitySet fun(items?: any[], options?: table): lualchemy.OrderedSet
--- @field OrderedIdentitySet fun(items?: any[], options?: table): lualchemy.OrderedSet
--- @field immutabledict fun(items?: table, options?: table): table
--- @field LRUCache fun(...: any): table
--- @field ScopedRegistry fun(createfunc: function, scopefunc: function): any
--- @field ThreadLocalRegistry fun(createfunc: function): any
--- @field GenericRepr fun(obj: lualchemy.TypeEngine, options?: table): lualchemy.GenericRepr
local util = {topological = topological, GenericRepr = require "lualchemy.sql.type_repr"}
for _, part in ipairs{require "lualchemy.ext.sets", (require "lualchemy.ext.registries")} do
  for name, value in pairs(part) do util[name] = value end
end

return util
