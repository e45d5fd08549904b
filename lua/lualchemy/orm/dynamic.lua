--- What a relationship with lazy = "dynamic" or "write_only" is on an instance.
--
-- Dynamic: a query of the related objects that also takes items (append, remove …). Write-only: takes items and makes
-- statements. Neither loads the whole; what was added waits in the state (orm/attribute_stream.lua).
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local relate = require "lualchemy.orm.relate"
local state = require "lualchemy.orm.state"

local dynamic = {}
local OBJECT, IMPL = {}, {}

local function parts(c)
  return rawget(c, OBJECT), rawget(c, IMPL)
end

local function condition(obj, impl)
  return relate.public.with_parent(obj, impl.mapper.class_[impl.key])
end

--- The query of what is in the database, in the order of the relationship.
local function query(c)
  local obj, impl = parts(c)
  local session, prop = state.session(obj), impl.prop
  if not session then
    err.raise("DetachedInstanceError",
      "Parent instance %s is not bound to a Session, and no contextual session is established; lazy load operation "
        .. "of attribute '%s' cannot proceed", state.describe(obj), impl.key)
  end
  if rawget(obj, 2) == nil and session.autoflush ~= false then session:_autoflush() end
  local q = session:query(prop.mapper.class_):filter(condition(obj, impl))
  if prop.order_by then q = q:order_by(compat.unpack(prop.order_by)) end
  return q
end

--- The items that wait for the flush.
local function waiting(obj, impl)
  local st = rawget(obj, 1)
  local changes = st.own and st.stream and st.stream[impl.slot]
  local out = {}
  for i, item in ipairs(changes and changes.added or {}) do out[i] = item end
  return out
end

--- All items: those of the database where there is a session, else those that wait.
function dynamic.items(obj, impl)
  if not state.session(obj) or rawget(obj, 2) == nil then return waiting(obj, impl) end
  if impl.prop.lazy == "write_only" then return {} end
  return query({[OBJECT] = obj, [IMPL] = impl}):autoflush(false):all()
end

-- ---- changes ----

local methods = {}

--- Adds an item.
function methods.append(c, item)
  local obj, impl = parts(c)
  impl.append(obj, impl, item)
end
methods.add = methods.append

--- Adds the items of an array.
function methods.extend(c, items)
  for _, item in ipairs(items) do methods.append(c, item) end
end
methods.add_all = methods.extend

--- Takes an item away.
function methods.remove(c, item)
  local obj, impl = parts(c)
  impl.remove(obj, impl, item)
end

-- ---- dynamic ----

local dynamic_methods = {}
for name, fn in pairs(methods) do dynamic_methods[name] = fn end

function dynamic_methods.all(c)
  local obj, impl = parts(c)
  if not state.session(obj) then return waiting(obj, impl) end
  return query(c):all()
end

function dynamic_methods.count(c)
  local obj, impl = parts(c)
  if not state.session(obj) then return #waiting(obj, impl) end
  return query(c):count()
end

--- Loops that were left before their end cannot be told from those that go on: so many are remembered.
local MOST_LOOPS = 4

--- Loops within loops: {items, at} of each, the innermost last; one that has not come to `last` was left.
local function step(c, last)
  local loops = rawget(c, "loops") or {}
  rawset(c, "loops", loops)
  if last == nil then
    if #loops == MOST_LOOPS then table.remove(loops, 1) end
    loops[#loops + 1] = {items = dynamic_methods.all(c), at = 0}
  else
    while #loops > 1 and loops[#loops].items[loops[#loops].at] ~= last do loops[#loops] = nil end
  end
  local loop = loops[#loops]
  loop.at = loop.at + 1
  local item = loop.items[loop.at]
  if item == nil then loops[#loops] = nil end
  return item
end

local dynamic_meta = {
  __call = function(c, _, last) return step(c, last) end,
  __len = function(c) return dynamic_methods.count(c) end,
  __tostring = function(c) return tostring(query(c)) end,
  __index = function(c, name)
    if type(name) == "number" then return dynamic_methods.all(c)[name] end
    local own = dynamic_methods[name]
    if own then return own end
    return function(_, ...)
      local q = query(c)
      return q[name](q, ...)
    end
  end,
}

-- ---- write-only ----

local write_only = {}
for name, fn in pairs(methods) do write_only[name] = fn end

local function statement(c, name)
  local obj, impl = parts(c)
  local stmt = require("lualchemy.sql.api")[name](impl.prop.mapper.class_)
  return stmt:where(condition(obj, impl)), impl.prop
end

--- SELECT of the items.
function write_only.select(c)
  local stmt, prop = statement(c, "select")
  if prop.order_by then stmt = stmt:order_by(compat.unpack(prop.order_by)) end
  return stmt
end

--- UPDATE of the items.
function write_only.update(c)
  return (statement(c, "update"))
end

--- DELETE of the items.
function write_only.delete(c)
  return (statement(c, "delete"))
end

--- INSERT of items: the foreign key has the owner's value.
function write_only.insert(c)
  local obj, impl = parts(c)
  local prop = impl.prop
  if prop.direction.name ~= "ONETOMANY" then
    err.raise("InvalidRequestError", "Write only bulk INSERT only supported for one-to-many collections; for "
      .. "many-to-many, use a separate bulk INSERT along with add_all().")
  end
  local values = {}
  for _, pair in ipairs(prop.synchronize_pairs) do
    values[prop.mapper.column_to_property[pair[2]].key] = obj[state.mapper(obj).column_to_property[pair[1]].key]
  end
  return require("lualchemy.sql.api").insert(prop.mapper.class_):values(values)
end

local function refuse()
  err.raise("TypeError", "WriteOnly collections don't support iteration in-place; to query for collection items, use "
    .. "the select() method to produce a SQL statement and execute it with session.scalars().")
end

local write_only_meta = {__index = write_only, __call = refuse, __len = refuse}

--- What obj.name is.
function dynamic.collection(obj, impl)
  local meta = impl.prop.lazy == "write_only" and write_only_meta or dynamic_meta
  return setmetatable({[OBJECT] = obj, [IMPL] = impl}, meta)
end

return dynamic
