--- What of a load plan runs in C (csrc/bind/load.c): entities, what is joined to them, columns, bundles.
-- Decided once for each plan.
local core = require "lualchemy.core"
local event = require "lualchemy.event"
local identity = require "lualchemy.orm.identity"
local option_tree = require "lualchemy.orm.option_tree"
local row_module = require "lualchemy.engine.row"
local state = require "lualchemy.orm.state"

local COLUMN, ENTITY, BUNDLE = 0, 1, 2
local program = {}

--- The slots of the plan's columns for a mapper: {slot, place, slot, place, …}.
function program.slots(plan, mapper)
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

--- The loads that follow for objects of an entity plan: functions(load, objects), or false.
function program.post(plan)
  if plan.post == nil then plan.post = require("lualchemy.orm.strategies").post_loads(plan) end
  return plan.post
end

-- ---- writing ----

local write = {}

function write.column(out, element)
  out[#out + 1] = COLUMN
  out[#out + 1] = element.index
  return true
end

function write.entity(out, plan, self, inner)
  if inner and (#plan.joined > 0 or program.post(plan)) then return false end
  if plan.discriminator and plan.mapper.concrete_below then return false end -- identities of their own
  local list, size = program.slots(plan, plan.mapper), 2
  for i = 1, #list, 2 do size = math.max(size, list[i]) end
  out[#out + 1] = ENTITY
  out[#out + 1] = #plan.pk
  for _, place in ipairs(plan.pk) do out[#out + 1] = place end
  out[#out + 1] = plan.discriminator or 0
  out[#out + 1] = size
  out[#out + 1] = #list / 2
  for i = 1, #list do out[#out + 1] = list[i] end
  self.env[#self.env + 1] = plan
  return true
end

function write.bundle(out, bundle, self)
  if bundle.composite or bundle.processor then return false end
  out[#out + 1] = BUNDLE
  out[#out + 1] = #bundle.elements
  self.env[#self.env + 1] = bundle
  for _, part in ipairs(bundle.elements) do
    if not write[part.kind](out, part, self, true) then return false end
  end
  return true
end

local function write_joined(out, plan, self)
  for _, j in ipairs(plan.joined) do
    self.njoined = self.njoined + 1
    j.at = self.njoined
    if j.mapper or not write.entity(out, j.plan, self) or not write_joined(out, j.plan, self) then return false end
  end
  return true
end

--- Programs of rows that are the columns of the statement, by their number.
local columns_alone = {}

local function is_columns_alone(plan)
  for i, element in ipairs(plan.elements) do
    if element.kind ~= "column" or element.index ~= i then return false end
  end
  return true
end

--- The program of a plan, false if it has what only Lua does: {loader, env = plans, njoined, followed = plans of which
-- objects are joined or loaded afterwards, at = their places in the row}.
local function written(plan)
  local self, out = {env = {}, njoined = 0, followed = {}, at = {}}, {plan.n}
  for _, element in ipairs(plan.elements) do
    if not write[element.kind](out, element, self) then return false end
  end
  for _, element in ipairs(plan.elements) do
    if element.kind == "entity" and not write_joined(out, element, self) then return false end
  end
  for i, element in ipairs(plan.elements) do
    if element.kind == "entity" and (#element.joined > 0 or program.post(element)) then
      self.followed[#self.followed + 1], self.at[#self.at + 1] = element, i
    end
  end
  self.loader = core.loader(out)
  return self
end

function program.of(plan)
  if plan.program ~= nil then return plan.program end
  local alike = is_columns_alone(plan)
  plan.program = alike and columns_alone[plan.n] or written(plan)
  if alike then columns_alone[plan.n] = plan.program end
  return plan.program
end

-- ---- what belongs to one load ----

--- The state of new objects of a plan.
function program.state(session, plan, mapper)
  local load = plan.load
  if load == nil then
    load = not option_tree.is_empty(plan.tree) and plan.tree
    plan.load = load
  end
  return state.shared(session, mapper, load or nil)
end

function program.bundle_meta(bundle)
  if not bundle.meta then bundle.meta = row_module.meta(bundle.keys, nil, true) end
  return bundle.meta
end

--- Does anybody listen to new objects of a subclass?
local function has_listeners(mapper)
  for _, m in pairs(mapper.polymorphic_map) do
    if m.dispatch.load then return true end
  end
end

--- What csrc/bind/load.c is to know of the objects of a mapper.
function program.variant(self, plan, value, mapper)
  local variants = self.env[plan.env_at + 5]
  local list, size = program.slots(plan, mapper), 2
  local variant = {program.state(self.session, plan, mapper), mapper.instance_meta, size}
  for i = 1, #list, 2 do
    size = math.max(size, list[i])
    variant[i + 3], variant[i + 4] = list[i], list[i + 1]
  end
  variant[3] = size
  variants[value], variants[mapper.instance_meta] = variant, variant
  return variant
end

--- Fills `env` as csrc/bind/load.c takes it; true if somebody listens to new objects.
local function prepare(self, session, env)
  local at, listened = 0, session.dispatch.loaded_as_persistent
  for _, plan in ipairs(self.env) do
    local mapper = plan.mapper
    if mapper then
      env[at + 1], env[at + 2] = identity.map(session, mapper), program.state(session, plan, mapper)
      env[at + 3], env[at + 4] = mapper.instance_meta, plan
      env[at + 5] = plan.discriminator and {} or false
      listened = listened or mapper.dispatch.load or plan.discriminator and has_listeners(mapper)
      plan.env_at = at
      at = at + 5
    else
      env[at + 1] = program.bundle_meta(plan)
      at = at + 1
    end
  end
  return listened and true or false
end

local WEAK = {__mode = "v"}

--- What csrc/bind/load.c is to know of the objects of a session; true if somebody listens to new ones. It is kept for
-- the next load, while the collector leaves it, the session keeps its identities, and nobody begins to listen.
function program.prepare(self, session)
  local last = self.last
  if last and last.identities == session._identity and last.epoch == event.epoch then
    local env = last.env
    if env then return env, last.listened end
  end
  local env = {}
  local listened = prepare(self, session, env)
  self.last = setmetatable({identities = session._identity, env = env, listened = listened, epoch = event.epoch}, WEAK)
  return env, listened
end

--- Does anybody listen to what the program makes?
function program.is_heard(self, session)
  local _, listened = program.prepare(self, session)
  return listened
end

return program
