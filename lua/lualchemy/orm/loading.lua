--- From rows to objects, by the plan that orm/context.lua made.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local identity = require "lualchemy.orm.identity"
local instance = require "lualchemy.orm.instance"
local options = require "lualchemy.orm.options"
local state = require "lualchemy.orm.state"

local NULL = core.null
local loading = {}

--- @class Load one load: its session, what it found, what remains to be loaded
local Load = {}
Load.__index = Load

--- @param o {populate_existing: boolean, only: table|nil} only: an object that is refreshed
function loading.new(session, plan, o)
  return setmetatable({session = session, plan = plan, o = o or {}, collections = {}, scalars = {}, fresh = {},
    loaded = {}, post = {}}, Load)
end

-- ---- one object ----

local function mapper_of(plan, row)
  local mapper = plan.mapper
  if not plan.discriminator then return mapper end
  local value = row[plan.discriminator]
  if value == nil then value = NULL end
  local found = mapper.polymorphic_map[value]
  if not found then
    if value == NULL and mapper.polymorphic_map[NULL] == nil then return mapper end
    if mapper.inherits or next(mapper.polymorphic_map) == nil then return mapper end
    err.raise("AssertionError", "No such polymorphic_identity %s is defined", tostring(value))
  end
  if found ~= mapper and not found:isa(mapper) then
    if mapper:isa(found) then return mapper end
    return nil
  end
  return found
end

--- The slots of the plan's columns for a mapper: {slot, index, slot, index, …}.
local function slots_of(plan, mapper)
  local cache = plan.slots
  if not cache then
    cache = {}
    plan.slots = cache
  end
  local list = cache[mapper]
  if list then return list end
  list = {}
  for _, c in ipairs(plan.columns) do
    local prop = mapper.props[c[1]]
    if prop and prop.slot and (not c[3] or mapper:isa(c[3])) then
      list[#list + 1] = prop.slot
      list[#list + 1] = c[2]
    end
  end
  cache[mapper] = list
  return list
end

local function raw_identity(plan, row)
  local pk = plan.pk
  local first = row[pk[1]]
  if #pk == 1 then
    local kind = type(first)
    if kind == "number" or kind == "boolean" or (kind == "string" and first:byte() ~= 0) then return first end
    return identity.raw({first}, 1)
  end
  local values = {}
  for i = 1, #pk do values[i] = row[pk[i]] end
  return identity.raw(values, #pk, true)
end

--- Only what is not there is filled in.
local function fill_missing(obj, list, row, st)
  local any = false
  for i = 1, #list, 2 do
    local slot = list[i]
    if rawget(obj, slot) == nil then
      local value = row[list[i + 1]]
      if value == nil then value = NULL end
      rawset(obj, slot, value)
      any = true
    end
  end
  if any and (st.expired or st.expired_attributes) then
    local keys = {}
    for _, impl in ipairs(st.mapper.impl_list) do
      if impl.column then keys[#keys + 1] = impl.key end
    end
    if st.own then state.commit(obj, keys) end
    if st.expired then
      if st.own then
        st.expired = nil
        state.settle(obj)
      else
        rawset(obj, 1, state.shared(st.session, st.mapper, st.load))
      end
    elseif st.own then
      state.settle(obj)
    end
  end
end

local function overwrite(obj, list, row)
  local st = rawget(obj, 1)
  for i = 1, #list, 2 do
    local value = row[list[i + 1]]
    if value == nil then value = NULL end
    rawset(obj, list[i], value)
  end
  if st.own then
    for _, impl in ipairs(st.mapper.impl_list) do
      if impl.column then st.committed[impl.slot] = nil end
    end
    st.expired, st.expired_attributes = nil, nil
    if next(st.committed) == nil then st.modified = nil st.session._dirty[obj] = nil end
    state.settle(obj)
  elseif st.expired then
    rawset(obj, 1, state.shared(st.session, st.mapper, st.load))
  end
end

--- The object of a row by an entity plan; nil if the row has none (outer joins). Second: was it made by this load?
function Load:object(plan, row)
  local raw = raw_identity(plan, row)
  if raw == nil then return nil end
  local session = self.session
  local map = identity.map(session, plan.mapper)
  local obj = map[raw]
  if obj then
    if not self.loaded[obj] then
      self.loaded[obj] = true
      local list = slots_of(plan, state.mapper(obj))
      if self.o.populate_existing or self.o.only == obj then
        overwrite(obj, list, row)
        self.fresh[obj] = true
        self.refreshed = self.refreshed or {}
        self.refreshed[#self.refreshed + 1] = obj
      else
        fill_missing(obj, list, row, rawget(obj, 1))
      end
    end
    return obj, self.fresh[obj]
  end
  local mapper = mapper_of(plan, row)
  if not mapper then return nil end
  local tree = plan.tree
  local st = state.shared(session, mapper, not options.is_empty(tree) and tree or nil)
  obj = instance.new(mapper, st, raw)
  local list = slots_of(plan, mapper)
  for i = 1, #list, 2 do
    local value = row[list[i + 1]]
    if value == nil then value = NULL end
    rawset(obj, list[i], value)
  end
  map[raw] = obj
  self.loaded[obj], self.fresh[obj] = true, true
  self.made = self.made or {}
  self.made[#self.made + 1] = obj
  return obj, true
end

-- ---- related objects from the same row ----

local function wants(self, obj, prop)
  local impl = state.mapper(obj).impls[prop.key]
  if not impl then return nil end
  if self.fresh[obj] and (self.o.populate_existing or self.o.only or rawget(obj, impl.slot) == nil) then return impl end
  if rawget(obj, impl.slot) == nil then return impl end
  return nil
end

--- Adds the objects that a row has for one relationship of obj.
local function add_joined(self, j, obj, row)
  local prop = j.prop
  local child = self:object(j.plan, row)
  local of_obj = self.collections[obj]
  if not of_obj then
    of_obj = {}
    self.collections[obj] = of_obj
  end
  local entry = of_obj[prop]
  if entry == nil then
    local impl = wants(self, obj, prop)
    entry = impl and {impl = impl, items = {}, seen = {}} or false
    of_obj[prop] = entry
  end
  if child then
    if entry and not entry.seen[child] then
      entry.seen[child] = true
      entry.items[#entry.items + 1] = child
    end
    self:after_object(j.plan, child, row)
  end
end

--- Adds the joined objects of a row to obj.
function Load:joined(plan, obj, row)
  for _, j in ipairs(plan.joined) do
    if not j.mapper or state.mapper(obj):isa(j.mapper) then add_joined(self, j, obj, row) end
  end
end

--- What else the row and the plan say about an object: joined ones, and loads to come.
function Load:after_object(plan, obj, row)
  if #plan.joined > 0 then self:joined(plan, obj, row) end
  if plan.post == nil then plan.post = require("lualchemy.orm.strategies").post_loads(plan) end
  if plan.post then
    local list = self.post[plan]
    if not list then
      list = {seen = {}}
      self.post[plan] = list
      self.post[#self.post + 1] = plan
    end
    if not list.seen[obj] then
      list.seen[obj] = true
      list[#list + 1] = obj
    end
  end
end

-- ---- rows ----

local convert = {}

function convert.column(_, element, row)
  return row[element.index]
end

function convert.entity(self, element, row)
  local obj = self:object(element, row)
  if obj then self:after_object(element, obj, row) end
  return obj
end

function convert.bundle(self, element, row)
  local out = {}
  for i, part in ipairs(element.elements) do rawset(out, i, convert[part.kind](self, part, row)) end
  if element.composite then return element.composite:make(out) end
  if not element.meta then element.meta = require("lualchemy.engine.row").meta(element.keys) end
  return setmetatable(out, element.meta)
end

--- The rows of a chunk as the plan shapes them; objects are complete afterwards.
function Load:rows(raw_rows, meta)
  local plan, out = self.plan, {}
  local elements, n = plan.elements, plan.n
  for r = 1, #raw_rows do
    local raw, row = raw_rows[r], {}
    for i = 1, n do
      local element = elements[i]
      row[i] = convert[element.kind](self, element, raw)
    end
    out[r] = setmetatable(row, meta)
  end
  self:finish()
  return out
end

--- Collections are set, further loads are done, listeners told.
function Load:finish()
  for obj, of_obj in pairs(self.collections) do
    for _, entry in pairs(of_obj) do
      if entry then
        local impl = entry.impl
        if impl.collection then
          impl.set_committed(obj, impl, entry.items)
        elseif impl.object then
          impl.set_committed(obj, impl, entry.items[1])
        end
      end
    end
  end
  self.collections = {}
  local post = self.post
  self.post = {}
  for _, plan in ipairs(post) do
    for _, load in ipairs(plan.post) do load(self, post[plan]) end
  end
  local made, refreshed = self.made or {}, self.refreshed or {}
  self.made, self.refreshed = nil, nil
  for _, obj in ipairs(made) do
    local mapper = state.mapper(obj)
    event.fire(mapper.dispatch, "load", obj, self)
    if self.session.dispatch.loaded_as_persistent then
      event.fire(self.session.dispatch, "loaded_as_persistent", self.session, obj) end
  end
  for _, obj in ipairs(refreshed) do event.fire(state.mapper(obj).dispatch, "refresh", obj, self) end
end

return loading
