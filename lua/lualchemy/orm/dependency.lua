--- What relationships mean for a flush: which objects it writes besides, in which order, and whose keys are copied.
--
-- A processor for each direction: presort_saves/deletes register further objects; order says what comes first;
-- order_object the same for one object within a circle; process_saves/deletes copy or clear the keys.
local cascade = require "lualchemy.orm.cascade"
local core = require "lualchemy.core"
local objects = require "lualchemy.orm.session_objects"
local state = require "lualchemy.orm.state"
local sync = require "lualchemy.orm.sync"

local NULL = core.null
local dependency = {}

local function is_object(x) return x ~= nil and x ~= NULL end

-- ---- what all have ----

local Processor = {}

--- The objects that presort has seen.
local function seen_of(dep)
  return function(uow, isdelete) return uow:memo(tostring(dep) .. (isdelete and "d" or "s")) end
end

function Processor.passive_delete(dep)
  return dep.prop.passive_deletes and state.NO_INITIALIZE or state.COMMITTED
end

function Processor.is_held(dep, child)
  return state.has_parent(child, dep.prop, true)
end

local function register_deleted(uow, child)
  uow:register(child, {isdelete = true})
  for _, x in ipairs(cascade.iterate("delete", child)) do uow:register(x, {isdelete = true}) end
end

local function columns_of(pairs_list)
  local out = {}
  for _, pair in ipairs(pairs_list) do out[#out + 1] = pair[2] end
  return out
end

--- post_update: the mapper whose rows hold the keys.
function Processor.updated_mapper(dep)
  return dep.prop.direction.name == "ONETOMANY" and dep.mapper or dep.parent
end

--- post_update: the keys of obj are written by an UPDATE of their own.
function Processor.note_post_update(dep, uow, obj)
  if not dep.prop.post_update or obj == nil or uow:is_deleted(obj) and rawget(obj, 2) == nil then return end
  uow:post_update(obj, columns_of(dep.prop.synchronize_pairs))
end

--- The step that saves or deletes a child, nil if it is not written.
local function child_step(uow, child, singles)
  local entry = uow:entry(child)
  if not entry or entry.listonly then return nil, false end
  if entry.isdelete then return singles.delete[child], true end
  return singles.save[child], false
end

Processor.register_deleted, Processor.child_step = register_deleted, child_step

--- The objects of the relationship, before and after the changes.
function Processor:children_of(uow, obj, isdelete)
  local passive = isdelete and self:passive_delete() or state.NO_INITIALIZE
  return uow:history(obj, self.prop.key, passive):sum()
end

--- Is there anything to do for the relationship: one of these objects changed it, or what it refers to is written too?
function Processor:has_changes(uow, list, isdelete)
  local passive = state.NO_INITIALIZE
  if isdelete and not self.prop.passive_deletes then
    passive = self.prop.direction.name == "MANYTOONE" and state.NO_FETCH_RELATED or state.COMMITTED
  end
  -- deleting what refers to an object does nothing to that one: only their order matters, if it is written, too
  local matters = passive ~= state.NO_FETCH_RELATED or self.prop.is_self_referential or self.prop.post_update
    or self.prop.cascade.delete or self.prop.cascade["delete-orphan"]
  for i = 1, matters and #list or 0 do
    if not uow:history(list[i], self.prop.key, passive):empty() then return true end
  end
  return #list > 0 and not self.prop.is_self_referential and uow.mappers[self.mapper] ~= nil
end

-- ---- one-to-many ----

local OneToMany = setmetatable({}, {__index = Processor})

local function keys_changed(dep, obj)
  return rawget(obj, 2) ~= nil and sync.source_changed(obj, dep.prop.synchronize_pairs)
end

function OneToMany:presort_saves(uow, list)
  local orphan = self.prop.cascade["delete-orphan"]
  local nulls = not orphan and self.prop.passive_deletes ~= "all"
  local children_added = uow:memo(self)
  for _, obj in ipairs(list) do
    local changed = keys_changed(self, obj)
    local h = uow:history(obj, self.prop.key, (changed and not self.prop.passive_updates) and state.COMMITTED
      or state.NO_INITIALIZE)
    for _, child in ipairs(h.added) do
      if is_object(child) then uow:register(child, {cancel_delete = true}, "add", self.prop) end
      children_added[child] = true
    end
    for _, child in ipairs(h.deleted) do
      if is_object(child) then
        if not orphan then
          if nulls then uow:register(child, nil, "delete", self.prop) end
        elseif not self:is_held(child) then
          register_deleted(uow, child)
        end
      end
    end
    if changed then
      for _, child in ipairs(h.unchanged) do
        if is_object(child) then
          uow:register(child, {listonly = self.prop.passive_updates}, "pk change", self.prop)
        end
      end
    end
  end
end

function OneToMany:presort_deletes(uow, list)
  local nulls = not self.prop.cascade.delete and self.prop.passive_deletes ~= "all"
  for _, obj in ipairs(list) do
    local h = uow:history(obj, self.prop.key, self:passive_delete())
    for _, child in ipairs(h.deleted) do
      if is_object(child) and not self:is_held(child) then
        uow:register(child, {isdelete = self.prop.cascade["delete-orphan"] or false})
      end
    end
    if nulls then
      for _, child in ipairs(h.unchanged) do
        if is_object(child) then uow:register(child, nil, "delete", self.prop) end
      end
    end
  end
end

function OneToMany:order(before, s)
  if self.prop.post_update then
    before(s.parent_saves, s.after_save)
    before(s.child_saves, s.after_save)
    before(s.after_save, s.post_updates)
    before(s.before_delete, s.pre_updates)
    before(s.pre_updates, s.parent_deletes)
    before(s.pre_updates, s.child_deletes)
    return
  end
  before(s.parent_saves, s.after_save)
  before(s.after_save, s.child_saves)
  before(s.after_save, s.child_deletes)
  before(s.child_saves, s.parent_deletes)
  before(s.child_deletes, s.parent_deletes)
  before(s.before_delete, s.child_saves)
  before(s.before_delete, s.child_deletes)
end

function OneToMany:order_object(uow, obj, isdelete, step, singles, before)
  if not isdelete then before(singles.save[obj], step) else before(step, singles.delete[obj]) end
  for _, child in ipairs(self:children_of(uow, obj, isdelete)) do
    local action = is_object(child) and child_step(uow, child, singles)
    if action then
      if self.prop.post_update then
        before(action, not isdelete and step or nil)
        before(isdelete and step or nil, action)
      elseif not isdelete then
        before(step, action)
      else
        before(step, action)
        before(action, singles.delete[obj])
      end
    end
  end
end

--- Refuses an object of a class that the relationship does not take.
local function check_class(self, child)
  if child[1].mapper ~= self.mapper then require("lualchemy.orm.accepts").flushed(self.prop, child) end
end
Processor.check_class = check_class

local function copy_to_child(self, uow, obj, child, clear)
  if not is_object(child) then return end
  check_class(self, child)
  if not self.prop.post_update and uow:is_deleted(child) then return end
  if clear then
    sync.clear(child, self.prop.synchronize_pairs)
  else
    sync.populate(obj, child, self.prop.synchronize_pairs)
  end
end

function OneToMany:process_saves(uow, list)
  local orphan = self.prop.cascade["delete-orphan"]
  local nulls = not orphan and self.prop.passive_deletes ~= "all"
  for _, obj in ipairs(list) do
    local h = uow:history(obj, self.prop.key, state.NO_INITIALIZE)
    for _, child in ipairs(h.added) do
      copy_to_child(self, uow, obj, child, false)
      if is_object(child) then self:note_post_update(uow, child) end
    end
    for _, child in ipairs(h.deleted) do
      if nulls and is_object(child) and not self:is_held(child) then
        copy_to_child(self, uow, obj, child, true)
        self:note_post_update(uow, child)
      end
    end
    if keys_changed(self, obj) then
      for _, child in ipairs(h.unchanged) do copy_to_child(self, uow, obj, child, false) end
    end
  end
end

function OneToMany:process_deletes(uow, list)
  local prop = self.prop
  if not prop.post_update and prop.passive_deletes == "all" then return end
  local children_added = uow:memo(self)
  for _, obj in ipairs(list) do
    local h = uow:history(obj, prop.key, self:passive_delete())
    for _, child in ipairs(h.deleted) do
      if is_object(child) and not self:is_held(child) then
        copy_to_child(self, uow, obj, child, true)
        self:note_post_update(uow, child)
      end
    end
    if prop.post_update or not prop.cascade.delete then
      for _, child in ipairs(h.unchanged) do
        if is_object(child) and not children_added[child] then
          copy_to_child(self, uow, obj, child, true)
          self:note_post_update(uow, child)
        end
      end
    end
  end
end

-- ---- many-to-one ----

local ManyToOne = setmetatable({}, {__index = Processor})

function ManyToOne:presort_saves(uow, list)
  if not self.prop.cascade["delete-orphan"] then return end
  for _, obj in ipairs(list) do
    for _, child in ipairs(uow:history(obj, self.prop.key, self:passive_delete()).deleted) do
      if is_object(child) and not self:is_held(child) then register_deleted(uow, child) end
    end
  end
end

function ManyToOne:presort_deletes(uow, list)
  local orphan = self.prop.cascade["delete-orphan"]
  if not self.prop.cascade.delete and not orphan then return end
  for _, obj in ipairs(list) do
    local h = uow:history(obj, self.prop.key, self:passive_delete())
    for _, child in ipairs(orphan and h:sum() or h:non_deleted()) do
      if is_object(child) then register_deleted(uow, child) end
    end
  end
end

function ManyToOne:order(before, s)
  if self.prop.post_update then
    before(s.child_saves, s.after_save)
    before(s.parent_saves, s.after_save)
    before(s.after_save, s.post_updates)
    before(s.after_save, s.pre_updates)
    before(s.before_delete, s.pre_updates)
    before(s.pre_updates, s.child_deletes)
    before(s.pre_updates, s.parent_deletes)
    return
  end
  before(s.child_saves, s.after_save)
  before(s.after_save, s.parent_saves)
  before(s.parent_saves, s.child_deletes)
  before(s.parent_deletes, s.child_deletes)
end

function ManyToOne:order_object(uow, obj, isdelete, step, singles, before)
  local post = self.prop.post_update
  if isdelete then
    before(step, singles.delete[obj])
  elseif post then
    before(singles.save[obj], step)
  else
    before(step, singles.save[obj])
  end
  for _, child in ipairs(self:children_of(uow, obj, isdelete)) do
    local action, deleted
    if is_object(child) then action, deleted = child_step(uow, child, singles) end
    if action and deleted then
      if not post then before(singles.save[obj] or singles.delete[obj], action) else before(step, action) end
    elseif action then
      before(action, step)
    end
  end
end

local function copy_from(self, uow, obj, child)
  if not self.prop.post_update and uow:is_deleted(obj) then return end
  if is_object(child) and not objects.contains(uow.session, child) then
    return uow.warn_outside(child, "add", self.prop, "won't proceed")
  end
  if is_object(child) then
    check_class(self, child)
    sync.populate(child, obj, self.prop.synchronize_pairs)
  else
    sync.clear(obj, self.prop.synchronize_pairs)
  end
end

function ManyToOne:process_saves(uow, list)
  for _, obj in ipairs(list) do
    local h = uow:history(obj, self.prop.key, state.NO_INITIALIZE)
    if #h.added > 0 then
      for _, child in ipairs(h.added) do copy_from(self, uow, obj, child) end
    elseif #h.deleted > 0 then
      copy_from(self, uow, obj, nil)
    end
    if #h.added + #h.deleted > 0 then self:note_post_update(uow, obj) end
  end
end

--- Is there an object among these?
local function refers(list)
  for _, child in ipairs(list) do
    if is_object(child) then return true end
  end
  return false
end

function ManyToOne:process_deletes(uow, list)
  local prop = self.prop
  if not prop.post_update or prop.cascade["delete-orphan"] or prop.passive_deletes == "all" then return end
  for _, obj in ipairs(list) do
    copy_from(self, uow, obj, nil)
    if refers(uow:history(obj, prop.key, self:passive_delete()):sum()) then self:note_post_update(uow, obj) end
  end
end

local ManyToMany = setmetatable(require "lualchemy.orm.dependency_many", {__index = Processor})

local CLASSES = {ONETOMANY = OneToMany, MANYTOONE = ManyToOne, MANYTOMANY = ManyToMany}
local made = setmetatable({}, {__mode = "k"})

--- The processor of a relationship; nil if it writes nothing.
function dependency.of(prop)
  local known = made[prop]
  if known then return known end
  local class = CLASSES[prop.direction.name]
  if not class then return nil end
  local dep = setmetatable({prop = prop, parent = prop.parent, mapper = prop.mapper}, {__index = class})
  dep.seen = seen_of(dep)
  made[prop] = dep
  return dep
end

return dependency
