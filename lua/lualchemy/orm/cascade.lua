--- Cascades: the objects that an operation on one object reaches through its relationships.
local core = require "lualchemy.core"
local state = require "lualchemy.orm.state"

local NULL, NO_VALUE = core.null, state.NO_VALUE
local cascade = {}

local function is_object(x)
  return x ~= nil and x ~= NULL and x ~= NO_VALUE
end

local function items_of(value)
  return require("lualchemy.orm.collection").items(value)
end

--- The objects that are in a relationship now, or were before changes that are not flushed; nothing is loaded.
function cascade.pending(obj, impl)
  local out, seen = {}, {}
  local function add(x)
    if is_object(x) and not seen[x] then
      seen[x] = true
      out[#out + 1] = x
    end
  end
  local st, now = rawget(obj, 1), rawget(obj, impl.slot)
  if impl.stream then
    local changes = st.own and st.stream and st.stream[impl.slot]
    for _, item in ipairs(changes and changes.added or {}) do add(item) end
    for _, item in ipairs(changes and changes.removed or {}) do add(item) end
    return out
  end
  local before = st.own and st.committed[impl.slot]
  if impl.collection then
    if now == nil and st.empty then now = st.empty[impl.slot] end
    for _, item in ipairs(now and items_of(now) or {}) do add(item) end
    for _, item in ipairs(type(before) == "table" and before ~= NO_VALUE and before or {}) do add(item) end
    local waiting = st.pending and st.pending[impl.slot]
    for _, item in ipairs(waiting and waiting.added or {}) do add(item) end
  else
    add(now)
    add(before)
  end
  return out
end

--- The objects that are in a relationship, loaded if `passive` allows.
function cascade.values(obj, impl, passive)
  if impl.stream then
    if passive.no_init or passive.no_fetch then return cascade.pending(obj, impl) end
    return require("lualchemy.orm.dynamic").items(obj, impl)
  end
  local value, available = impl.get(obj, impl, passive)
  if available == false or not is_object(value) then return {} end
  if not impl.collection then return {value} end
  local out = {}
  for i, item in ipairs(items_of(value)) do out[i] = item end
  return out
end

local function reached(obj, prop, impl, kind)
  if kind == "save-update" then return cascade.pending(obj, impl) end
  local passive = (kind ~= "delete" or prop.passive_deletes) and state.NO_INITIALIZE or state.LOADS_ALL
  return cascade.values(obj, impl, passive)
end

local NONE = {}

--- The objects of one relationship that were not reached before.
local function enter(obj, prop, kind, halt, visited)
  if not prop.cascade[kind] or (prop.viewonly and kind ~= "refresh-expire" and kind ~= "expunge") then return NONE end
  local list = reached(obj, prop, state.mapper(obj).impls[prop.key], kind)
  local n, stored = 0, kind == "refresh-expire" and not prop.cascade["delete-orphan"]
  for i = 1, #list do
    local x = list[i]
    list[i] = nil
    if not visited[x] and not (halt and halt(x)) and not (stored and rawget(x, 2) == nil) then
      if x[1].mapper ~= prop.mapper then require("lualchemy.orm.accepts").cascaded(prop, x) end
      visited[x] = true
      n = n + 1
      list[n] = x
    end
  end
  return list
end

--- The objects reached from obj (not itself), each once: one relationship after the other, and of each object what it
-- reaches before its neighbours.
--- @param kind string "save-update", "delete", "expunge", "merge" or "refresh-expire"
--- @param halt? fun(obj: table): boolean those that are not entered
function cascade.iterate(kind, obj, halt)
  local out, visited, depth = {}, {[obj] = true}, 1
  -- by depth: an object, the place among its relationships, what the last of them reaches, the place among these
  local of, at, found, place = {obj}, {0}, {NONE}, {0}
  while depth > 0 do
    local x = found[depth][place[depth] + 1]
    if x ~= nil then
      place[depth], out[#out + 1] = place[depth] + 1, x
      depth = depth + 1
      of[depth], at[depth], found[depth], place[depth] = x, 0, NONE, 0
    else
      local current = of[depth]
      at[depth] = at[depth] + 1
      local prop = state.mapper(current).relationships[at[depth]]
      if prop == nil then
        depth = depth - 1
      else
        found[depth], place[depth] = enter(current, prop, kind, halt, visited), 0
      end
    end
  end
  return out
end

return cascade
