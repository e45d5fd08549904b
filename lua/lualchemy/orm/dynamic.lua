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
local function query_in(session, obj, impl)
  local prop = impl.prop
  local q = session:query(prop.mapper.class_):filter(condition(obj, impl))
  if prop.order_by then q = q:order_by(compat.unpack(prop.order_by)) end
  return q
end

--- The session that is asked for the items of obj; nil: there is nothing in the database yet, or no way there.
local function session_of(obj)
  local session = state.session(obj)
  if session and session.autoflush ~= false and not session._flushing then session:flush() end
  return rawget(obj, 2) ~= nil and session or nil
end

--- The query, for methods that need one.
local function query(c)
  local obj, impl = parts(c)
  local session = state.session(obj)
  if not session then
    err.raise("DetachedInstanceError",
      "Parent instance %s is not bound to a Session, and no contextual session is established; lazy load operation "
        .. "of attribute '%s' cannot proceed", state.describe(obj), impl.key)
  end
  session_of(obj)
  return query_in(session, obj, impl)
end

--- The items that wait for the flush.
local function waiting(obj, impl)
  local st = rawget(obj, 1)
  local changes = st.own and st.stream and st.stream[impl.slot]
  local out = {}
  for i, item in ipairs(changes and changes.added or {}) do out[i] = item end
  return out
end

--- The items of the database, without a flush.
function dynamic.stored(obj, impl)
  return query_in(state.session(obj), obj, impl):autoflush(false):all()
end

--- Refuses to read what is never read as a whole.
local function refuse_load(impl)
  err.raise("InvalidRequestError", "Attribute %s can't load the existing state from the database for this operation; "
    .. "full iteration is not permitted.  If this is a delete operation, configure passive_deletes=True on the %s "
    .. "relationship in order to resolve this error.", tostring(impl.prop), tostring(impl.prop))
end

--- All items: those of the database and those that wait; write-only ones can be told of new objects alone.
function dynamic.items(obj, impl)
  local out = waiting(obj, impl)
  if rawget(obj, 2) == nil then return out end
  if impl.prop.lazy == "write_only" then refuse_load(impl) end
  if not state.session(obj) then return out end
  local told = {}
  for _, item in ipairs(out) do told[item] = true end
  for _, item in ipairs(dynamic.stored(obj, impl)) do
    if not told[item] then out[#out + 1] = item end
  end
  return out
end

--- The same, with those that wait written first where the session does that by itself.
function dynamic.current(obj, impl)
  if rawget(obj, 2) ~= nil then session_of(obj) end
  return dynamic.items(obj, impl)
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

--- What stands for the query where there is none: the items that wait.
local Waiting = {}
Waiting.__index = Waiting

function Waiting:all() return self.items end
function Waiting:count() return #self.items end

function Waiting:one_or_none()
  if self.items[2] ~= nil then
    err.raise("MultipleResultsFound", "Multiple rows were found when one or none was required")
  end
  return self.items[1]
end

function Waiting:one()
  if self.items[2] ~= nil then
    err.raise("MultipleResultsFound", "Multiple rows were found when exactly one was required")
  end
  if self.items[1] == nil then err.raise("NoResultFound", "No row was found when one was required") end
  return self.items[1]
end

--- The query, or the items that wait where the database has none.
local function source(c)
  local obj, impl = parts(c)
  local session = session_of(obj)
  if session then return query_in(session, obj, impl) end
  if state.status(obj) == "detached" then
    err.warn(("Instance %s is detached, dynamic relationship cannot return a correct result.   This warning will "
      .. "become a DetachedInstanceError in a future release."):format(state.describe(obj)))
  end
  return setmetatable({items = waiting(obj, impl)}, Waiting)
end

for _, name in ipairs{"all", "count", "one", "one_or_none"} do
  dynamic_methods[name] = function(c, ...)
    local from = source(c)
    return from[name](from, ...)
  end
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
    local q = query(c)
    local value = q[name]
    if type(value) ~= "function" then return value end
    return function(_, ...) return value(q, ...) end
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
    values[prop.mapper.column_to_property[pair[2]].key] = relate.value_of(obj, pair[1])
  end
  return require("lualchemy.sql.api").insert(prop.mapper.class_):values(values)
end

local function refuse()
  err.raise("TypeError", "WriteOnly collections don't support iteration in-place; to query for collection items, use "
    .. "the select() method to produce a SQL statement and execute it with session.scalars().")
end

local write_only_meta = {
  __call = refuse, __len = refuse, __ipairs = refuse,
  __index = function(_, name)
    if type(name) == "number" then refuse() end
    return write_only[name]
  end,
}

--- What obj.name is.
function dynamic.collection(obj, impl)
  local meta = impl.prop.lazy == "write_only" and write_only_meta or dynamic_meta
  return setmetatable({[OBJECT] = obj, [IMPL] = impl}, meta)
end

return dynamic
