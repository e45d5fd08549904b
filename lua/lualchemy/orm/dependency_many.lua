--- Many-to-many relationships in a flush: rows of the association table.
local core = require "lualchemy.core"
local objects = require "lualchemy.orm.session_objects"
local state = require "lualchemy.orm.state"
local sync = require "lualchemy.orm.sync"

local NULL = core.null
local ManyToMany = {}

local function is_object(x) return x ~= nil and x ~= NULL end

--- Must rows of the association table follow a primary key of obj that changes?
local function follows(self, obj)
  return not self.prop.passive_updates and rawget(obj, 2) ~= nil
    and sync.source_changed(obj, self.prop.synchronize_pairs)
end

function ManyToMany:presort_saves(uow, list)
  for _, obj in ipairs(self.prop.passive_updates and {} or list) do
    if follows(self, obj) then uow:history(obj, self.prop.key, state.COMMITTED) end
  end
  if not self.prop.cascade["delete-orphan"] then return end
  for _, obj in ipairs(list) do
    for _, child in ipairs(uow:history(obj, self.prop.key, state.NO_INITIALIZE).deleted) do
      if is_object(child) and not self:is_held(child) then self.register_deleted(uow, child) end
    end
  end
end

function ManyToMany:presort_deletes(uow, list)
  if self.prop.passive_deletes then return end
  for _, obj in ipairs(list) do uow:history(obj, self.prop.key, self:passive_delete()) end
end

function ManyToMany:order(before, s)
  before(s.parent_saves, s.after_save)
  before(s.child_saves, s.after_save)
  before(s.after_save, s.child_deletes)
  before(s.before_delete, s.parent_saves)
  before(s.before_delete, s.parent_deletes)
  before(s.before_delete, s.child_deletes)
  before(s.before_delete, s.child_saves)
end

function ManyToMany:order_object(uow, obj, isdelete, step, singles, before)
  if isdelete then before(step, singles.delete[obj]) else before(singles.save[obj], step) end
  for _, child in ipairs(self:children_of(uow, obj, isdelete)) do
    local action, deleted
    if is_object(child) then action, deleted = self.child_step(uow, child, singles) end
    if action then
      if isdelete or deleted then before(step, action) else before(action, step) end
    end
  end
end

--- Pairs that the relationship of the other direction has written already.
local function reversed(self, uow)
  local reverse = self.prop.reverse_property
  if not reverse or #reverse == 0 then return nil end
  local keys = {tostring(self.prop)}
  for _, p in ipairs(reverse) do keys[#keys + 1] = tostring(p) end
  table.sort(keys)
  return uow:memo("reverse:" .. table.concat(keys, ","))
end

local function is_done(done, a, b) return done and done[a] and done[a][b] end

local function mark(done, a, b)
  if not done then return end
  done[a] = done[a] or {}
  done[a][b] = true
end

local function association(self, obj, child)
  local row = {}
  sync.populate_row(obj, row, self.prop.synchronize_pairs)
  sync.populate_row(child, row, self.prop.secondary_synchronize_pairs)
  return row
end

--- The rows of children that stay, for an UPDATE.
local function moved(self, obj, children, updates)
  for _, child in ipairs(children) do
    local row = {}
    sync.update_row(obj, row, self.prop.synchronize_pairs)
    sync.update_row(child, row, self.prop.secondary_synchronize_pairs)
    updates[#updates + 1] = row
  end
end

local function collect(self, uow, obj, list, done, rows, noted, operation)
  for _, child in ipairs(list) do
    if is_object(child) and not is_done(done, obj, child) then
      self:check_class(child)
      if objects.contains(uow.session, child) then
        rows[#rows + 1] = association(self, obj, child)
        noted[#noted + 1] = {child, obj}
      else
        uow.warn_outside(child, operation, self.prop, "won't proceed")
      end
    end
  end
end

function ManyToMany:process_saves(uow, list)
  local done, inserts, deletes, updates, noted = reversed(self, uow), {}, {}, {}, {}
  for _, obj in ipairs(list) do
    local following = follows(self, obj)
    local h = uow:history(obj, self.prop.key, following and state.COMMITTED or state.NO_INITIALIZE)
    collect(self, uow, obj, h.added, done, inserts, noted, "add")
    collect(self, uow, obj, h.deleted, done, deletes, noted, "delete")
    if following then moved(self, obj, h.unchanged, updates) end
  end
  for _, pair in ipairs(noted) do mark(done, pair[1], pair[2]) end
  require("lualchemy.orm.persistence_secondary").write(uow, self.prop, inserts, deletes, updates)
end

function ManyToMany:process_deletes(uow, list)
  local done, deletes, noted = reversed(self, uow), {}, {}
  for _, obj in ipairs(list) do
    collect(self, uow, obj, uow:history(obj, self.prop.key, self:passive_delete()):non_added(), done, deletes, noted,
      "delete")
  end
  for _, pair in ipairs(noted) do mark(done, pair[1], pair[2]) end
  require("lualchemy.orm.persistence_secondary").write(uow, self.prop, {}, deletes)
end

return ManyToMany
