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

--- The objects reached from obj (not itself), each once, nearest first. halt(x): those that are not entered.
--- @param kind string "save-update", "delete", "expunge", "merge" or "refresh-expire"
--- @param halt? fun(obj: table): boolean
function cascade.iterate(kind, obj, halt)
  local out, visited, queue = {}, {[obj] = true}, {obj}
  local at = 1
  while queue[at] do
    local current = queue[at]
    at = at + 1
    local mapper = state.mapper(current)
    for _, prop in ipairs(mapper.relationships) do
      if prop.cascade[kind] and not (prop.viewonly and kind ~= "refresh-expire") then
        local impl = mapper.impls[prop.key]
        for _, x in ipairs(reached(current, prop, impl, kind)) do
          if not visited[x] and not (halt and halt(x)) then
            visited[x] = true
            out[#out + 1] = x
            queue[#queue + 1] = x
          end
        end
      end
    end
  end
  return out
end

return cascade
