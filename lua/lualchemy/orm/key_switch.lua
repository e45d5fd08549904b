--- Primary keys that change under many-to-one relationships: whatever of the session refers to such an object gets the
-- new key; its row, too, where the database does not see to that (passive_updates = false).
local state = require "lualchemy.orm.state"
local sync = require "lualchemy.orm.sync"

local key_switch = {}

--- From now on changed keys of the relationship's target are looked for.
function key_switch.watch(prop)
  local mapper = prop.mapper
  mapper.watchers = mapper.watchers or {}
  table.insert(mapper.watchers, prop)
  local base = mapper.base_mapper
  base.watched = base.watched or {}
  table.insert(base.watched, prop)
end

--- Does no collection of the other side see to it?
local function is_due(prop)
  local reverse = prop.reverse_property
  if reverse[1] == nil then return true end
  if prop.passive_updates then return false end
  for _, other in ipairs(reverse) do
    if not other.passive_updates then return false end
  end
  return true
end

--- What its primary key is made of.
local function key_impls(mapper)
  local impls = rawget(mapper, "key_impls")
  if not impls then
    impls = {}
    for i, column in ipairs(mapper.primary_key) do
      impls[i] = mapper.impls[mapper.column_to_property[column].key]
    end
    rawset(mapper, "key_impls", impls)
  end
  return impls
end

local function key_changed(obj, st)
  for _, impl in ipairs(key_impls(st.mapper)) do
    if state.before(st, obj, impl) ~= nil then return true end
  end
  return false
end

--- Objects that changed alike share a state: it is asked once.
local function has_new_key(obj)
  local st = rawget(obj, 1)
  if not st.modified then return false end
  if st.own then return key_changed(obj, st) end
  if st.new_key == nil then st.new_key = key_changed(obj, st) end
  return st.new_key
end

local function is_watched(mapper)
  for _, prop in ipairs(mapper.base_mapper.watched or {}) do
    if is_due(prop) then return true end
  end
  return false
end

local function note(found, obj)
  local mapper = state.mapper(obj)
  while mapper do
    for _, prop in ipairs(mapper.watchers or {}) do
      if is_due(prop) and sync.source_changed(obj, prop.synchronize_pairs) then
        found[prop] = found[prop] or {}
        found[prop][obj] = true
      end
    end
    mapper = mapper.inherits
  end
end

--- The one of a collection (uselist = true).
local function switched_item(items, switched)
  for _, item in ipairs(items or {}) do
    if switched[item] then return item end
  end
end

local function follow(uow, prop, switched)
  local passive = prop.passive_updates
  local of_class = uow.session._identity[prop.parent.identity_mapper] or {}
  local list = {}
  for _, obj in pairs(of_class) do list[#list + 1] = obj end
  for _, obj in ipairs(list) do
    local impl = state.mapper(obj):isa(prop.parent) and state.mapper(obj).impls[prop.key]
    local related = impl and rawget(obj, impl.slot)
    if impl and not passive then related = impl.get(obj, impl, state.OFF) end
    if impl and impl.collection then related = switched_item(related, switched) end
    if related ~= nil and switched[related] then
      uow:register(obj, {listonly = passive})
      sync.populate(related, obj, prop.synchronize_pairs)
    end
  end
end

--- Before a flush orders its steps: objects that refer to changed keys take part in it. What remains to be done when
-- the rows are written: a function, or nil.
function key_switch.before(uow)
  local found
  for _, mapper in ipairs(uow.mapper_list) do
    if is_watched(mapper) then
      for _, obj in ipairs(uow:objects_of(mapper, false)) do
        if rawget(obj, 2) ~= nil and has_new_key(obj) then
          found = found or {}
          note(found, obj)
        end
      end
    end
  end
  if not found or next(found) == nil then return nil end
  for prop, switched in pairs(found) do
    if not prop.passive_updates then follow(uow, prop, switched) end
  end
  return function()
    for prop, switched in pairs(found) do
      if prop.passive_updates then follow(uow, prop, switched) end
    end
  end
end

return key_switch
