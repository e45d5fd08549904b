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
  local passive = (kind ~= "delete" or prop.passive_deletes) and state.NO_INITIALIZE or state.OFF
  local found = cascade.values(obj, impl, passive)
  if kind == "delete" and prop.cascade["delete-orphan"] then
    for _, x in ipairs(cascade.pending(obj, impl)) do found[#found + 1] = x end
  end
  return found
end

--- The objects of one relationship that were not reached before.
local function enter(obj, prop, kind, halt, visited)
  local found = {at = 0}
  if not prop.cascade[kind] or (prop.viewonly and kind ~= "refresh-expire") then return found end
  for _, x in ipairs(reached(obj, prop, state.mapper(obj).impls[prop.key], kind)) do
    if not visited[x] and not (halt and halt(x)) then
      visited[x] = true
      found[#found + 1] = x
    end
  end
  return found
end

--- The objects reached from obj (not itself), each once: one relationship after the other, and of each object what it
-- reaches before its neighbours.
--- @param kind string "save-update", "delete", "expunge", "merge" or "refresh-expire"
--- @param halt? fun(obj: table): boolean those that are not entered
function cascade.iterate(kind, obj, halt)
  local out, visited = {}, {[obj] = true}
  local stack = {{of = obj, props = state.mapper(obj).relationships, at = 0}}
  while stack[1] do
    local top = stack[#stack]
    top.at = top.at + 1
    local next_one = (top.props or top)[top.at]
    if next_one == nil then
      stack[#stack] = nil
    elseif top.props then
      local found = enter(top.of, next_one, kind, halt, visited)
      if found[1] then stack[#stack + 1] = found end
    else
      out[#out + 1] = next_one
      stack[#stack + 1] = {of = next_one, props = state.mapper(next_one).relationships, at = 0}
    end
  end
  return out
end

return cascade
