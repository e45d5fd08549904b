--- The unit of work: what a flush writes, and in which order.
--
-- Registered objects are grouped by base mapper. The steps are "save all" and "delete all" of a mapper and "process" of
-- a relationship (orm/dependency.lua), before or after them. They are sorted by what must come first. Where mappers
-- depend on each other (or on themselves), the steps of these are taken apart into steps of single objects.
local collection = require "lualchemy.orm.collection"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local key_switch = require "lualchemy.orm.key_switch"
local objects = require "lualchemy.orm.session_objects"
local registry = require "lualchemy.orm.unitofwork_objects"
local persistence = require "lualchemy.orm.persistence"
local state = require "lualchemy.orm.state"
local Transaction = require "lualchemy.orm.session_transaction"
local compat = require "lualchemy.compat"

local uow_module = {}

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
          uow.acting[dep] = uow.acting[dep] or dep:has_changes(uow, fresh, isdelete)
        end
      end
    end
  end
end

-- ---- steps and their order ----

--- Steps and what comes before what; `own`: steps that come before themselves.
local function graph()
  return {steps = {}, index = {}, edges = {}, own = {}, post = {}}
end

local function add_step(g, step)
  g.steps[#g.steps + 1] = step
  g.index[step] = #g.steps
  return step
end

local function before(g, a, b)
  if not a or not b then return end
  if a == b then
    g.own[a] = true
    return
  end
  g.edges[#g.edges + 1] = g.index[a]
  g.edges[#g.edges + 1] = g.index[b]
end

--- post_update: the steps that write keys of a mapper's objects, of those that stay and of those that go.
local function post_steps(g, dep)
  if not dep.prop.post_update then return nil end
  local mapper = dep:updated_mapper().base_mapper
  local known = g.post[mapper]
  if not known then
    known = {add_step(g, {kind = "post", mapper = mapper, isdelete = false}),
      add_step(g, {kind = "post", mapper = mapper, isdelete = true})}
    g.post[mapper] = known
  end
  return known[1], known[2]
end

--- The steps of a relationship, before and after those of the mappers on its sides.
local function add_process(g, dep, saves, deletes)
  local after = add_step(g, {kind = "process", dep = dep, isdelete = false})
  local earlier = add_step(g, {kind = "process", dep = dep, isdelete = true})
  local parent, child = dep.parent.base_mapper, dep.mapper.base_mapper
  local late, early = post_steps(g, dep)
  dep:order(function(a, b) before(g, a, b) end, {
    parent_saves = saves[parent], parent_deletes = deletes[parent], child_saves = saves[child],
    child_deletes = deletes[child], after_save = after, before_delete = earlier, post_updates = late,
    pre_updates = early,
  })
end

--- The steps of whole mappers, and of relationships that have something to do.
local function whole(uow)
  local g, saves, deletes = graph(), {}, {}
  for _, mapper in ipairs(uow.mapper_list) do
    saves[mapper] = add_step(g, {kind = "save", mapper = mapper})
    deletes[mapper] = add_step(g, {kind = "delete", mapper = mapper})
    before(g, saves[mapper], deletes[mapper])
  end
  for _, dep in ipairs(uow.dep_list) do
    if uow.acting[dep] then add_process(g, dep, saves, deletes) end
  end
  return g
end

local function run_step(uow, step)
  if step.kind == "between" then return end
  if step.kind == "save" then
    persistence.save(uow, step.mapper, step.objects or uow:objects_of(step.mapper, false))
  elseif step.kind == "delete" then
    require("lualchemy.orm.persistence_delete")(uow, step.mapper, step.objects or uow:objects_of(step.mapper, true))
  elseif step.kind == "post" then
    require "lualchemy.orm.persistence_post"(uow, step.mapper, step.isdelete)
  else
    local list = step.objects or uow:objects_of(step.dep.parent, step.isdelete, true)
    if #list > 0 then
      if step.isdelete then step.dep:process_deletes(uow, list) else step.dep:process_saves(uow, list) end
    end
  end
end

--- How many steps must come before each at least.
local function levels(g, steps)
  local level, earlier = {}, {}
  for i = 1, #g.edges, 2 do
    local a, b = g.steps[g.edges[i]], g.steps[g.edges[i + 1]]
    earlier[b] = earlier[b] or {}
    table.insert(earlier[b], a)
  end
  for _, step in ipairs(steps) do
    local n = 0
    for _, a in ipairs(earlier[step] or {}) do n = math.max(n, level[a] + 1) end
    level[step] = n
  end
  return level
end

local function is_alike(a, b)
  return a.kind == b.kind and a.mapper == b.mapper and a.dep == b.dep and a.isdelete == b.isdelete
end

--- Neighbours of one level that do the same with objects of one mapper become one step.
local function join_neighbours(g, steps)
  local out, level = {}, levels(g, steps)
  for _, step in ipairs(steps) do
    local last = out[#out]
    if last and is_alike(last, step) and step.objects and last.objects and level[last] == level[step] then
      for _, obj in ipairs(step.objects) do last.objects[#last.objects + 1] = obj end
    else
      out[#out + 1] = step
    end
  end
  return out
end

--- Objects are saved before others of their mapper are deleted: a new one may take the place of one that goes.
local function saves_first(g, parts, saves, deletes)
  if not (parts[saves] and parts[deletes] and parts[saves][1] and parts[deletes][1]) then return end
  local between = add_step(g, {kind = "between", mapper = saves.mapper})
  for _, step in ipairs(parts[saves]) do before(g, step, between) end
  for _, step in ipairs(parts[deletes]) do before(g, between, step) end
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
    if a.kind == "save" and b.kind == "delete" and in_cycle[a] and in_cycle[b] then
      saves_first(fine, parts, a, b)
    elseif not (in_cycle[a] and in_cycle[b]) then
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

-- What may come in any order comes by these ranks, then by names: the same changes make the same statements.
local RANK = {delete = 1, post = 2.5, process = 3, between = 4, save = 5}
local SINGLE = {delete = 2, process = 4, save = 4}

local function name_of(step)
  return step.dep and step.dep.parent.class_name .. "_" .. step.dep.prop.key or step.mapper.class_name
end

local function by_name(g)
  local steps, place = {}, {}
  for i, step in ipairs(g.steps) do
    steps[i] = {step = step, at = i, rank = (step.objects and SINGLE or RANK)[step.kind], name = name_of(step)}
  end
  table.sort(steps, function(a, b)
    if a.rank ~= b.rank then return a.rank < b.rank end
    if a.name ~= b.name then return a.name < b.name end
    return a.at < b.at
  end)
  for i, entry in ipairs(steps) do g.steps[i], place[entry.at] = entry.step, i end
  for i, at in ipairs(g.edges) do g.edges[i] = place[at] end
  for i, step in ipairs(g.steps) do g.index[step] = i end
end

local function sort(g)
  by_name(g)
  local order, sorted, cycles = core.topological(#g.steps, g.edges)
  if sorted < #g.steps then return nil, cycles end
  local steps = {}
  for i, at in ipairs(order) do steps[i] = g.steps[at] end
  return steps
end

--- The steps in circles, each with those of the relationships of its class.
local function circular(g, cycles)
  local out, saves, deletes = {}, {}, {}
  for i, step in ipairs(g.steps) do
    if cycles and cycles[i] or g.own[step] then
      out[i] = true
      if step.mapper then (step.kind == "save" and saves or deletes)[step.mapper] = true end
    end
  end
  for i, step in ipairs(g.steps) do
    if step.dep and (step.isdelete and deletes or saves)[step.dep.parent.base_mapper] then out[i] = true end
  end
  return out
end

local function plan(uow)
  local g = whole(uow)
  local steps, cycles = sort(g)
  if steps and next(g.own) == nil then return steps end
  cycles = circular(g, cycles)
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
  return join_neighbours(fine, steps)
end

--- Objects of one mapper without relationships.
local function execute_one(uow, mapper)
  persistence.save(uow, mapper, uow:objects_of(mapper, false))
  if uow.deletes then require("lualchemy.orm.persistence_delete")(uow, mapper, uow:objects_of(mapper, true)) end
end

local function execute_steps(uow)
  if not uow.dep_list[1] and not uow.mapper_list[2] then return execute_one(uow, uow.mapper_list[1]) end
  uow:with_relationships()
  presort(uow)
  for _, step in ipairs(plan(uow)) do run_step(uow, step) end
end

local function execute(uow)
  local rest = key_switch.before(uow)
  execute_steps(uow)
  if rest then rest() end
end

--- Objects take on their new states.
local function finalize(uow)
  local session = uow.session
  if not uow.mixed then return objects.register_flushed(session, uow.order, uow.all_new) end
  for _, obj in ipairs(uow.order) do
    if uow:entry(obj).isdelete then session:_register_deleted(obj) end
  end
  for _, obj in ipairs(uow.order) do
    local entry = uow:entry(obj)
    if not entry.isdelete and (not entry.listonly or session._new[obj]) then session:_register_persistent(obj) end
  end
  for _, obj in ipairs(uow.order) do
    local entry = uow:entry(obj)
    if not entry.isdelete and entry.listonly and state.status(obj) == "persistent" then state.commit_all(obj) end
  end
end

-- ---- the flush ----

--- Sets that held many objects are let go: whether a large table is empty takes as long to see as to read it.
local function shed(session)
  for _, name in ipairs{"_new", "_dirty", "_deleted"} do
    if next(session[name]) == nil then session[name] = {} end
  end
end

--- Objects without an identity whose primary key was expired can't be stored.
local function refuse_lost(uow)
  for _, obj in ipairs(uow.order) do
    local st = obj[1]
    if rawget(obj, 2) == nil and (st.expired or st.expired_attributes) then state.check_not_lost(obj, st) end
  end
end

local function write(uow, transaction)
  local session = uow.session
  if rawget(session, "_lost") then refuse_lost(uow) end
  session._flushing = "executing"
  execute(uow)
  session._flushing = true
  local dispatch = session.dispatch
  if dispatch.after_flush then event.fire(dispatch, "after_flush", session, uow) end
  local many = uow.order[100] ~= nil
  finalize(uow)
  if many then shed(session) end
  dispatch = session.dispatch
  if dispatch.after_flush_postexec then event.fire(dispatch, "after_flush_postexec", session, uow) end
  Transaction.commit(transaction)
end

--- Writes the changes of a session (or those of the objects in the list).
function uow_module.flush(session, list)
  local uow = registry.new(session)
  if session.dispatch.before_flush then
    event.fire(session.dispatch, "before_flush", session, uow, list)
    collection.sync_all(session)
  end
  registry.register_all(uow, list)
  if #uow.order == 0 then return end
  local transaction = Transaction.new(session, session._transaction or session:_autobegin(), "sub")
  local ok, e = compat.pcall(write, uow, transaction)
  if ok then return end
  transaction:rollback(e)
  error(e, 0)
end

return uow_module
