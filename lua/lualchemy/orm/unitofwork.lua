--- The unit of work: what a flush writes, and in which order.
--
-- Registered objects are grouped by base mapper. The steps are "save all" and "delete all" of a mapper and "process" of
-- a relationship (orm/dependency.lua), before or after them. They are sorted by what must come first. Where mappers
-- depend on each other (or on themselves), the steps of these are taken apart into steps of single objects.
local core = require "lualchemy.core"
local dependency = require "lualchemy.orm.dependency"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local objects = require "lualchemy.orm.session_objects"
local persistence = require "lualchemy.orm.persistence"
local state = require "lualchemy.orm.state"
local compat = require "lualchemy.compat"

local uow_module = {}

--- @class UnitOfWork
local UnitOfWork = {}
UnitOfWork.__index = UnitOfWork

local function new(session)
  return setmetatable({session = session, states = {}, order = {}, mappers = {}, mapper_list = {}, deps = {},
    dep_list = {}, memos = {},
    presorted = {}, histories = {}, post_updates = {}}, UnitOfWork)
end

-- ---- registration ----

--- The dependency processors of a mapper's relationships, its own and inherited.
local function add_mapper(uow, mapper)
  local base = mapper.base_mapper
  if not uow.mappers[base] then
    uow.mappers[base] = {}
    uow.mapper_list[#uow.mapper_list + 1] = base
  end
  if uow.mappers[mapper] == nil then uow.mappers[mapper] = uow.mappers[base] end
  for _, m in ipairs(base.self_and_descendants) do
    for _, prop in ipairs(m.relationships) do
      if not uow.deps[prop] and not prop.viewonly and prop.parent:isa(base) then
        local dep = dependency.of(prop)
        if dep then
          uow.deps[prop] = dep
          uow.dep_list[#uow.dep_list + 1] = dep
        end
      end
    end
  end
end

--- Puts an object into the flush. o: isdelete, listonly, cancel_delete.
function UnitOfWork:register(obj, o)
  o = o or {}
  local st = rawget(obj, 1)
  if not objects.contains(self.session, obj) or st.session ~= self.session then return false end
  local entry = self.states[obj]
  if not entry then
    if not self.mappers[st.mapper] then add_mapper(self, st.mapper) end
    local list = self.mappers[st.mapper.base_mapper]
    list[#list + 1] = obj
    self.states[obj] = {isdelete = o.isdelete or false, listonly = o.listonly or false}
    self.order[#self.order + 1] = obj
  elseif not o.listonly and (o.isdelete or o.cancel_delete) then
    entry.isdelete, entry.listonly = o.isdelete or false, false
  elseif not o.listonly then
    entry.listonly = false
  end
  return true
end

function UnitOfWork:is_deleted(obj)
  local entry = self.states[obj]
  return entry ~= nil and entry.isdelete
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

--- Objects of a mapper (and what inherits from it) that are saved or deleted, in the order of registration.
function UnitOfWork:objects_of(mapper, isdelete, listonly)
  local out = {}
  for _, obj in ipairs(self.mappers[mapper.base_mapper] or {}) do
    local entry = self.states[obj]
    if entry.isdelete == isdelete and (listonly or not entry.listonly) and state.mapper(obj):isa(mapper) then
      out[#out + 1] = obj end
  end
  return out
end

--- Notes columns of an object that are to be updated once all rows are there (post_update).
function UnitOfWork:post_update(obj, columns)
  local list = self.post_updates[obj] or {}
  self.post_updates[obj] = list
  for _, column in ipairs(columns) do list[column] = true end
end

-- ---- collecting ----

--- Relationships have their say on what else must be written, until nothing new comes.
local function presort(uow)
  local changed = true
  while changed do
    changed = false
    local i = 1
    while uow.dep_list[i] do
      local dep = uow.dep_list[i]
      i = i + 1
      for _, isdelete in ipairs{true, false} do
        local seen = dep.seen(uow, isdelete)
        local fresh = {}
        for _, obj in ipairs(uow:objects_of(dep.parent, isdelete, true)) do
          if not seen[obj] then
            seen[obj] = true
            fresh[#fresh + 1] = obj
          end
        end
        if #fresh > 0 then
          changed = true
          if isdelete then dep:presort_deletes(uow, fresh) else dep:presort_saves(uow, fresh) end
        end
      end
    end
  end
end

-- ---- steps and their order ----

local function graph()
  return {steps = {}, index = {}, edges = {}}
end

local function add_step(g, step)
  g.steps[#g.steps + 1] = step
  g.index[step] = #g.steps
  return step
end

local function before(g, a, b)
  if not a or not b then return end
  g.edges[#g.edges + 1] = g.index[a]
  g.edges[#g.edges + 1] = g.index[b]
end

--- The steps of whole mappers and relationships.
local function whole(uow)
  local g, saves, deletes = graph(), {}, {}
  for _, mapper in ipairs(uow.mapper_list) do
    saves[mapper] = add_step(g, {kind = "save", mapper = mapper})
    deletes[mapper] = add_step(g, {kind = "delete", mapper = mapper})
    before(g, saves[mapper], deletes[mapper])
  end
  for _, dep in ipairs(uow.dep_list) do
    local after = add_step(g, {kind = "process", dep = dep, isdelete = false})
    local earlier = add_step(g, {kind = "process", dep = dep, isdelete = true})
    local parent, child = dep.parent.base_mapper, dep.mapper.base_mapper
    dep:order(function(a, b) before(g, a, b) end, {
      parent_saves = saves[parent], parent_deletes = deletes[parent], child_saves = saves[child],
        child_deletes = deletes[child],
      after_save = after, before_delete = earlier,
    })
  end
  return g
end

local function run_step(uow, step)
  if step.kind == "save" then
    persistence.save(uow, step.mapper, step.objects or uow:objects_of(step.mapper, false))
  elseif step.kind == "delete" then
    persistence.delete(uow, step.mapper, step.objects or uow:objects_of(step.mapper, true))
  else
    local list = step.objects or uow:objects_of(step.dep.parent, step.isdelete, true)
    if #list > 0 then
      if step.isdelete then step.dep:process_deletes(uow, list) else step.dep:process_saves(uow, list) end
    end
  end
end

--- Neighbours that save or delete objects of one mapper become one step.
local function join_neighbours(steps)
  local out = {}
  for _, step in ipairs(steps) do
    local last = out[#out]
    if last and last.kind == step.kind and last.mapper == step.mapper and step.objects and last.objects
      and step.kind ~= "process" then
      for _, obj in ipairs(step.objects) do last.objects[#last.objects + 1] = obj end
    else
      out[#out + 1] = step
    end
  end
  return out
end

--- Takes the steps that stand in circles apart: one for each object.
local function taken_apart(uow, g, cycles)
  local fine = graph()
  local singles, in_cycle = {save = {}, delete = {}}, {}
  for i, step in ipairs(g.steps) do
    if cycles[i] then in_cycle[step] = true else add_step(fine, step) end
  end
  for step in pairs(in_cycle) do
    if step.kind ~= "process" then in_cycle[step.mapper] = true end
  end
  -- single steps in the order of registration
  local parts = {}
  for _, step in ipairs(g.steps) do
    if in_cycle[step] then
      parts[step] = {}
      if step.kind ~= "process" then
        for _, obj in ipairs(uow:objects_of(step.mapper, step.kind == "delete")) do
          local single = add_step(fine, {kind = step.kind, mapper = step.mapper, objects = {obj}})
          singles[step.kind][obj] = single
          table.insert(parts[step], single)
        end
      else
        for _, obj in ipairs(uow:objects_of(step.dep.parent, step.isdelete, true)) do
          local single = add_step(fine, {kind = "process", dep = step.dep, isdelete = step.isdelete, objects = {obj}})
          table.insert(parts[step], single)
        end
      end
    end
  end
  -- edges that leave or enter a circle hold for each of its single steps
  for i = 1, #g.edges, 2 do
    local a, b = g.steps[g.edges[i]], g.steps[g.edges[i + 1]]
    if not (in_cycle[a] and in_cycle[b]) then
      for _, x in ipairs(parts[a] or {a}) do
        for _, y in ipairs(parts[b] or {b}) do before(fine, x, y) end
      end
    end
  end
  -- within circles the objects themselves say
  for _, step in ipairs(g.steps) do
    if in_cycle[step] and step.kind == "process" then
      for _, single in ipairs(parts[step]) do
        step.dep:order_object(uow, single.objects[1], step.isdelete, single, singles,
          function(a, b) before(fine, a, b) end)
      end
    end
  end
  return fine
end

local function sort(g)
  local order, sorted, cycles = core.topological(#g.steps, g.edges)
  if sorted < #g.steps then return nil, cycles end
  local steps = {}
  for i, at in ipairs(order) do steps[i] = g.steps[at] end
  return steps
end

local function plan(uow)
  local g = whole(uow)
  local steps, cycles = sort(g)
  if steps then return steps end
  local fine = taken_apart(uow, g, cycles)
  local in_circle
  steps, in_circle = sort(fine)
  if not steps then
    local names = {}
    for i in pairs(in_circle) do
      local step = fine.steps[i]
      if step.objects then names[#names + 1] = state.describe(step.objects[1]) end
    end
    err.raise("CircularDependencyError", "Circular dependency detected. (%s)", table.concat(names, ", "))
  end
  return join_neighbours(steps)
end

local function execute(uow)
  presort(uow)
  for _, step in ipairs(plan(uow)) do run_step(uow, step) end
  if next(uow.post_updates) ~= nil then persistence.post_update(uow) end
end

--- Objects take on their new states.
local function finalize(uow)
  local session = uow.session
  for _, obj in ipairs(uow.order) do
    local entry = uow.states[obj]
    if entry.isdelete then
      session:_register_deleted(obj)
    elseif not entry.listonly or session._new[obj] then
      session:_register_persistent(obj)
    end
  end
  for _, obj in ipairs(uow.order) do
    local entry = uow.states[obj]
    if not entry.isdelete and entry.listonly and state.status(obj) == "persistent" then state.commit_all(obj) end
  end
end

-- ---- the flush ----

local function in_list(list)
  if not list then return function() return true end end
  local set = {}
  for _, obj in ipairs(list) do set[obj] = true end
  return function(obj) return set[obj] end
end

local function register_all(uow, wanted)
  local session = uow.session
  local proc = {}
  for _, obj in ipairs(objects.list(session._new)) do
    if not session._deleted[obj] then proc[#proc + 1] = obj end
  end
  for _, obj in ipairs(objects.list(session._dirty)) do
    if not session._deleted[obj] and not session._new[obj] then proc[#proc + 1] = obj end
  end
  for _, obj in ipairs(proc) do
    if wanted(obj) then
      local orphan = state.mapper(obj):is_orphan(obj)
      local persistent = rawget(obj, 2) ~= nil
      if orphan and not persistent and rawget(obj, 1).orphaned then
        session:_expunge_objects({obj}, false)
      else
        if orphan and not persistent then
          local mapper = state.mapper(obj)
          local names = {}
          for _, prop in ipairs(mapper.delete_orphans) do names[#names + 1] = tostring(prop) end
          if #names == 0 then names[1] = "?" end
        end
        uow:register(obj, {isdelete = orphan and persistent})
      end
    end
  end
  for _, obj in ipairs(objects.list(session._deleted)) do
    if wanted(obj) then uow:register(obj, {isdelete = true}) end
  end
end

--- Writes the changes of a session (or those of the objects in the list).
function uow_module.flush(session, list)
  local uow = new(session)
  event.fire(session.dispatch, "before_flush", session, uow, list)
  require("lualchemy.orm.collection").sync_all(session)
  register_all(uow, in_list(list))
  if #uow.order == 0 then return end
  local transaction = require("lualchemy.orm.session_transaction").new(session, session:_autobegin(), "sub")
  local ok, e = compat.pcall(function()
    execute(uow)
    event.fire(session.dispatch, "after_flush", session, uow)
    finalize(uow)
    event.fire(session.dispatch, "after_flush_postexec", session, uow)
    transaction:commit()
  end)
  if ok then return end
  transaction:rollback(e)
  error(e, 0)
end

return uow_module
