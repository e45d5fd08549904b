--- From rows to objects, by the plan that orm/context.lua made.
local class_of = require "lualchemy.orm.loading_class"
local core = require "lualchemy.core"
local event = require "lualchemy.event"
local identity = require "lualchemy.orm.identity"
local instance = require "lualchemy.orm.instance"
local known = require "lualchemy.orm.loading_known"
local program = require "lualchemy.orm.loading_program"
local state = require "lualchemy.orm.state"

local NULL, NONE = core.null, {}
local loading = {}

--- @class Load one load: its session, what it found, what remains to be loaded. With a cursor, a source of rows.
local Load = {}
Load.__index = Load
require "lualchemy.orm.loading_joined"(Load)

--- A table of notes that few loads need.
local function notes(self, name)
  local list = self[name]
  if not list then
    list = {}
    self[name] = list
  end
  return list
end

--- @param o {populate_existing: boolean, only: table|nil} only: an object that is refreshed
--- @param meta table the metatable of the rows
--- @param cursor? table the source of the rows that are read
--- @param stmt? userdata what was executed, with `params`
function loading.new(session, plan, o, meta, cursor, stmt, params)
  return setmetatable({session = session, plan = plan, o = o or NONE, meta = meta, cursor = cursor, stmt = stmt,
    params = params}, Load)
end

-- ---- one object ----

local slots_of = program.slots

local function raw_identity(plan, row)
  local pk = plan.pk
  local first = row[pk[1]]
  if #pk == 1 then return identity.is_raw(first) and first or identity.raw({first}, 1) end
  local values = {}
  for i = 1, #pk do values[i] = row[pk[i]] end
  return identity.raw(values, #pk, true)
end

--- Some columns of an object, read by themselves; list: {slot, place in the row, …}.
function loading.fill(session, obj, list, row, keys)
  known.fill_missing(obj, list, row, obj[1])
  event.fire(state.mapper(obj).dispatch, "refresh", obj, loading.new(session, nil, {only = obj}), keys)
end

--- An object that the session had before hears of a row.
function Load:known(plan, obj, row)
  local loaded = notes(self, "loaded")
  if loaded[obj] then return end
  loaded[obj] = true
  local list = slots_of(plan, state.mapper(obj))
  local anew, refreshed, st = self.o.populate_existing, self.o.only == obj, obj[1]
  if self.o.version_check then known.check_version(obj, list, row) end
  if anew then
    known.forget_related(obj, st, program.state(self.session, plan, st.mapper).load)
    known.overwrite(obj, list, row, obj[1])
  else
    local keys = not refreshed and st.mapper.dispatch.refresh and known.unloaded(obj)
    if known.fill_missing(obj, list, row, st) and keys then
      notes(self, "refreshed_keys")[obj] = keys
      table.insert(notes(self, "refreshed"), obj)
    end
  end
  if anew or refreshed then
    notes(self, "fresh")[obj] = true
    table.insert(notes(self, "refreshed"), obj)
  end
end

--- The object of a row by an entity plan; nil if the row has none (outer joins).
function Load:object(plan, row)
  local raw = raw_identity(plan, row)
  if raw == nil then return nil end
  local mapper = plan.mapper.concrete_below and class_of.row(plan, row, raw)
  local map = identity.map(self.session, mapper or plan.mapper)
  local obj = map[raw]
  if obj then
    self:known(plan, obj, row)
    return obj
  end
  mapper = mapper or class_of.row(plan, row, raw)
  obj = instance.new(mapper, program.state(self.session, plan, mapper), raw)
  local list = slots_of(plan, mapper)
  for i = 1, #list, 2 do
    local value = row[list[i + 1]]
    if value == nil then value = NULL end
    rawset(obj, list[i], value)
  end
  map[raw] = obj
  notes(self, "loaded")[obj], notes(self, "fresh")[obj] = true, true
  table.insert(notes(self, "made"), obj)
  return obj
end

-- ---- loads that follow ----

--- The objects for which the loads of a plan follow.
local function followers(self, plan)
  local post = notes(self, "post")
  local list = post[plan]
  if not list then
    list = {seen = {}}
    post[plan] = list
    post[#post + 1] = plan
  end
  return list
end

local function follow(list, obj)
  if list.seen[obj] then return end
  list.seen[obj] = true
  list[#list + 1] = obj
end

--- What else the row and the plan say about an object: joined ones, and loads to come.
function Load:after_object(plan, obj, row)
  if #plan.joined > 0 then self:joined(plan, obj, row) end
  if program.post(plan) then follow(followers(self, plan), obj) end
end

--- The same for all objects of a plan that C has made, and those joined to them.
function Load:after_objects(plan, objects, joined)
  for _, j in ipairs(plan.joined) do
    local children = joined[j.at]
    self:join_columns(j.prop, objects, children)
    self:after_objects(j.plan, children, joined)
  end
  if not program.post(plan) then return end
  local list = followers(self, plan)
  for r = 1, #objects do
    if objects[r] then follow(list, objects[r]) end
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
  if element.processor then return element.processor(self, element, convert)(row) end
  local out = {}
  for i, part in ipairs(element.elements) do rawset(out, i, convert[part.kind](self, part, row)) end
  if element.composite then return element.composite:make(out) end
  return setmetatable(out, program.bundle_meta(element))
end

--- The rows of a chunk as the plan shapes them; objects are complete afterwards.
function Load:rows(raw_rows)
  local plan, out, meta = self.plan, {}, self.meta
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

--- Column i of the rows; false where it has no object.
local function column(rows, i, single)
  local out = {}
  for r = 1, #rows do
    local x = rows[r]
    if not single then x = rawget(x, i) end
    out[r] = x ~= NULL and x or false
  end
  return out
end

--- The rows of a chunk that C reads; single: their only elements.
function Load:run(own, n, single)
  local joined
  for k = 1, own.njoined do
    joined = joined or {}
    joined[k] = {}
  end
  local env, listened = program.prepare(own, self.session)
  self.env, self.children, self.made = env, joined, listened and {} or nil
  self.distinct = single and self:gives_objects(1)
  local rows = self.cursor:read(n, own.loader, self, single)
  for i, element in ipairs(own.followed) do
    self:after_objects(element, column(rows, own.at[i], single), joined)
  end
  if joined or self.post or self.made or self.refreshed then self:finish() end
  return rows
end

--- Do further loads follow, which are to be one for all rows?
local function is_followed(plan)
  if plan.is_followed ~= nil then return plan.is_followed end
  plan.is_followed = false
  for _, element in ipairs(plan.elements) do
    plan.is_followed = plan.is_followed or element.kind == "entity" and program.post(element) and true
  end
  return plan.is_followed
end

--- The program that C runs, false where Lua does: what is overwritten, told to the log, or has loads for new objects.
local function own_program(self)
  local o = self.o
  local here = o.populate_existing or o.only or o.lazy_from and is_followed(self.plan) or self.cursor:is_logged()
  return not here and program.of(self.plan)
end

local function fetch(self, n)
  local own = own_program(self)
  if own then return self:run(own, n, false) end
  local raw = self.cursor:fetch(n)
  if #raw == 0 then return raw end
  return self:rows(raw)
end

local function elements(self, n, at)
  local own = at == 1 and self.plan.n == 1 and own_program(self)
  if own then return self:run(own, n, true) end
  local rows = fetch(self, n)
  for r = 1, #rows do
    local value = rows[r][at]
    if value == nil then value = NULL end
    rows[r] = value
  end
  return rows
end

--- The next n (nil: the rest) of what `read` gives, where one object is made of many rows: all are read at first.
local function of_all(self, read, n, at)
  local all, given = self.all, self.given or 0
  if not all then
    all = read(self, nil, at)
    self.all = all
  end
  local last = n and math.min(given + n, #all) or #all
  self.given = last
  if given == 0 and last == #all then return all end
  local out = {}
  for i = given + 1, last do out[i - given] = all[i] end
  return out
end

--- Are all rows read at once, however many are asked for?
local function reads_all(self, n)
  if not (n or self.all) then return false end
  return self.plan.eager_collections or not self.chunked and is_followed(self.plan)
end

--- The rows are read as they are asked for.
function Load:chunk() self.chunked = true end

--- At most n rows (nil: all), with objects.
function Load:fetch(n)
  if reads_all(self, n) then return of_all(self, fetch, n) end
  return fetch(self, n)
end

--- Element `at` of at most n rows; NULL for nil.
function Load:elements(n, at)
  if reads_all(self, n) then return of_all(self, elements, n, at) end
  return elements(self, n, at)
end

--- Are the elements at that place objects, each its own key?
function Load:gives_objects(at)
  local element = self.plan.elements[at]
  return element ~= nil and element.kind == "entity"
end

function Load:close() self.cursor:close() end

--- For C: what objects with that discriminator are.
function Load:variant(plan, value, raw) return program.variant(self, plan, value, class_of.value(plan, value, raw)) end

--- For C: the raw identity of a key that is no number, boolean or plain string; n: of that many values.
function Load.raw(value, n)
  if n then return identity.raw(value, n, true) end
  return identity.raw({value}, 1)
end

--- Collections are set, listeners told, further loads are done. What listeners set counts as loaded.
function Load:finish()
  self:set_joined()
  if self.made or self.refreshed then self:tell() end
  local post = self.post
  self.post = nil
  for _, plan in ipairs(post or NONE) do
    for _, load in ipairs(plan.post) do load(self, post[plan]) end
  end
end

--- Tells the listeners of load and refresh.
function Load:tell()
  local made, refreshed, keys = self.made, self.refreshed, self.refreshed_keys or NONE
  self.made, self.refreshed, self.refreshed_keys = nil, nil, nil
  for _, obj in ipairs(made or NONE) do
    local mapper = state.mapper(obj)
    event.fire(mapper.dispatch, "load", obj, self)
    if obj[1].modified then state.commit_all(obj) end
    event.fire(self.session.dispatch, "loaded_as_persistent", self.session, obj)
  end
  for _, obj in ipairs(refreshed or NONE) do
    event.fire(state.mapper(obj).dispatch, "refresh", obj, self, keys[obj] or self.o.keys)
    if keys[obj] then state.commit(obj, keys[obj]) end
  end
end

return loading
