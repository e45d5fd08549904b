--- The objects of a unit of work: which a flush writes, and what happens to each.
local core = require "lualchemy.core"
local dependency = require "lualchemy.orm.dependency"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local objects = require "lualchemy.orm.session_objects"
local state = require "lualchemy.orm.state"

local module, NONE = {}, {}

--- @class UnitOfWork
local UnitOfWork = {}
UnitOfWork.__index = UnitOfWork

--- A unit of work without objects. Its order may be the list of a mapper's objects, its dependencies may be none.
-- all_new: it is the list of all new objects of the session, in the order in which they came, and the last's number.
function module.new(session)
  return setmetatable({session = session, order = NONE, one_list = true, mappers = {}, mapper_list = {},
    dep_list = NONE, deps = NONE}, UnitOfWork)
end

-- ---- registration ----

--- Base mappers whose classes have no relationships, by the epoch in which that is so.
local alone = setmetatable({}, {__mode = "k"})

local function add_dependency(uow, prop)
  local dep = dependency.of(prop)
  if not dep then return end
  if uow.deps == NONE then uow.deps, uow.dep_list = {}, {} end
  uow.deps[prop] = dep
  uow.dep_list[#uow.dep_list + 1] = dep
end

--- The dependency processors of a mapper's relationships, its own and inherited.
--- @param list table[] where its objects are, or come
local function add_mapper(uow, mapper, list)
  local base = mapper.base_mapper
  if not uow.mappers[base] then
    uow.mappers[base] = list
    uow.mapper_list[#uow.mapper_list + 1] = base
  end
  if uow.mappers[mapper] == nil then uow.mappers[mapper] = uow.mappers[base] end
  if alone[base] == event.epoch then return end
  local any = false
  for _, m in ipairs(base.self_and_descendants) do
    for _, prop in ipairs(m.relationships) do
      any = true
      if not uow.deps[prop] and not prop.viewonly and prop.parent:isa(base) then add_dependency(uow, prop) end
    end
  end
  if not any then alone[base] = event.epoch end
end

--- What happens to an object.
local SAVE, DELETE = {isdelete = false, listonly = false}, {isdelete = true, listonly = false}
local LIST, LIST_DELETED = {isdelete = false, listonly = true}, {isdelete = true, listonly = true}

--- The entries of all objects; made when somebody asks, for a flush that only saves never does.
local function states_of(uow)
  local states = uow.states
  if not states then
    states = {}
    for i = 1, #uow.order do states[uow.order[i]] = SAVE end
    uow.states = states
  end
  return states
end

local function note(uow, obj, entry)
  states_of(uow)[obj] = entry
  if entry ~= SAVE then uow.mixed = true end
  if entry.isdelete then uow.deletes = true end
end

--- Before the order is written to: it may be the list of a mapper's objects.
local function own_order(uow)
  if not uow.one_list then return end
  uow.identified, uow.all_new = nil, nil
  local order = {}
  for i = 1, #uow.order do order[i] = uow.order[i] end
  uow.order, uow.one_list = order, nil
end

--- What happens to the object in this flush: {isdelete, listonly}, or nil.
function UnitOfWork:entry(obj)
  return states_of(self)[obj]
end

--- Warns that an object of a relationship is not in the session, unless it was deleted.
function UnitOfWork.warn_outside(obj, operation, prop, ending)
  local st = rawget(obj, 1)
  if st.status == "deleted" or st.was_deleted then return end
  err.warn(("Object of type <%s> not in session, %s operation along '%s' %s"):format(st.mapper.class_name, operation,
    tostring(prop), ending))
end

--- Puts an object into the flush. o: isdelete, listonly, cancel_delete.
--- @param operation string? what a relationship, `prop`, wants of it
function UnitOfWork:register(obj, o, operation, prop)
  o = o or SAVE
  local st = rawget(obj, 1)
  if st.session ~= self.session or not objects.contains(self.session, obj) then
    if operation then self.warn_outside(obj, operation, prop, "will not proceed") end
    return false
  end
  local entry = states_of(self)[obj]
  if not entry then
    own_order(self)
    if not self.mappers[st.mapper] then add_mapper(self, st.mapper, {}) end
    local list = self.mappers[st.mapper.base_mapper]
    list[#list + 1] = obj
    self.order[#self.order + 1] = obj
    if o.listonly then
      note(self, obj, o.isdelete and LIST_DELETED or LIST)
    else
      note(self, obj, o.isdelete and DELETE or SAVE)
    end
  elseif not o.listonly and (o.isdelete or o.cancel_delete) then
    note(self, obj, o.isdelete and DELETE or SAVE)
  elseif not o.listonly then
    note(self, obj, entry.isdelete and DELETE or SAVE)
  end
  return true
end

--- The same for many that are saved, all of a mapper or not.
local function register_saves(uow, list, mapper)
  if mapper and not uow.order[1] then
    add_mapper(uow, mapper, list)
    uow.order = list
    return
  end
  for i = 1, #list do uow:register(list[i], SAVE) end
end

--- The object stays in the flush, but nothing is written for it.
function UnitOfWork:only_list(obj)
  note(self, obj, LIST_DELETED)
end

function UnitOfWork:is_deleted(obj)
  if not self.deletes then return false end
  local entry = self:entry(obj)
  return entry ~= nil and entry.isdelete
end

--- Makes what relationships note in this flush.
function UnitOfWork:with_relationships()
  self.acting, self.memos, self.histories, self.post_updates = {}, {}, {}, {}
end

function UnitOfWork:memo(key)
  if not self.memos[key] then self.memos[key] = {} end
  return self.memos[key]
end

--- The history of a relationship of an object, loaded at most once.
function UnitOfWork:history(obj, key, passive)
  local of_obj = self.histories[obj]
  if not of_obj then
    of_obj = {}
    self.histories[obj] = of_obj
  end
  local known = of_obj[key]
  if not known or (known.passive.no_init and not passive.no_init) then
    known = {history = state.history(obj, key, passive), passive = passive}
    of_obj[key] = known
  end
  return known.history
end

--- Objects of a mapper (and what inherits from it) that are saved or deleted, in the order of registration. The array
-- is not to be changed.
function UnitOfWork:objects_of(mapper, isdelete, listonly)
  local list = self.mappers[mapper.base_mapper] or NONE
  if isdelete and not self.deletes then return NONE end
  if not isdelete and not self.mixed and mapper == mapper.base_mapper then return list end
  local out, n, states = {}, 0, states_of(self)
  for i = 1, #list do
    local obj = list[i]
    local entry, m = states[obj], obj[1].mapper
    if entry.isdelete == isdelete and (listonly or not entry.listonly) and (m == mapper or m:isa(mapper)) then
      n = n + 1
      out[n] = obj
    end
  end
  return out
end

--- Notes columns of an object that are to be updated once all rows are there (post_update).
function UnitOfWork:post_update(obj, columns)
  local list = self.post_updates[obj] or {}
  self.post_updates[obj] = list
  for _, column in ipairs(columns) do list[column] = true end
end

-- ---- what a session has to write ----

local function in_list(list)
  if not list then return nil end
  local set = {}
  for _, obj in ipairs(list) do set[obj] = true end
  return function(obj) return set[obj] end
end

--- What was added or changed, and is not deleted.
--- @return table[] list
--- @return boolean identified has it nothing but objects with identities, in the order of these?
--- @return table? only the mapper of all, where that is known
local function to_save(session)
  local new, identified, only
  if next(session._new) == nil then
    new, identified, only = core.identified(session._dirty)
  else
    new = objects.ordered(session._new)
    local old = next(session._dirty) ~= nil and core.identified(session._dirty) or NONE
    for i = 1, #old do
      if not session._new[old[i]] then new[#new + 1] = old[i] end
    end
  end
  if next(session._deleted) == nil then return new, identified, only end
  local out = {}
  for i = 1, #new do
    if not session._deleted[new[i]] then out[#out + 1] = new[i] end
  end
  return out, identified, only
end

--- Could objects of the mapper be orphans?
local function may_be_orphan(mapper)
  if mapper.never_orphan == event.epoch then return false end
  for _, m in ipairs(mapper:iterate_to_root()) do
    if m.delete_orphans[1] then return true end
  end
  mapper.never_orphan = event.epoch
  return false
end

--- An object is saved; without the parent that it needs it is deleted, or, if it is new, let go.
local function register_one(uow, obj)
  local orphan, persistent = state.mapper(obj):is_orphan(obj), rawget(obj, 2) ~= nil
  if orphan and not persistent and rawget(obj, 1).orphaned then
    uow.session:_expunge_objects({obj}, false)
  else
    uow:register(obj, orphan and persistent and DELETE or SAVE)
  end
end

--- Those that are to be written, and do not need parents to live.
local function without_orphans(uow, list, wanted)
  local orphans, simple = {}, {}
  for i = 1, #list do
    local obj = list[i]
    if not wanted or wanted(obj) then
      local mapper = obj[1].mapper
      if orphans[mapper] == nil then orphans[mapper] = may_be_orphan(mapper) end
      if orphans[mapper] then
        register_saves(uow, simple)
        simple = {}
        register_one(uow, obj)
      else
        simple[#simple + 1] = obj
      end
    end
  end
  return simple
end

--- Registers what a session has to write, or those of it that are in the list.
function module.register_all(uow, only_these)
  local session, wanted = uow.session, in_list(only_these)
  local list, identified, of = to_save(session)
  local only = list[1] and (of or list[1][1].mapper)
  if only and not wanted and (of or core.same_mapper(list, only)) and not may_be_orphan(only) then
    register_saves(uow, list, only)
    uow.identified = identified and list
    if not identified and next(session._dirty) == nil and next(session._deleted) == nil then
      uow.all_new = session._insert_order
    end
  else
    register_saves(uow, without_orphans(uow, list, wanted))
  end
  if next(session._deleted) == nil then return end
  for _, obj in ipairs(objects.ordered(session._deleted)) do
    if not wanted or wanted(obj) then uow:register(obj, DELETE) end
  end
end

return module
