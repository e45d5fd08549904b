--- Session(binds = …): which engine or connection serves a mapper or a statement.
--
-- Keys of session._binds: classes, mapped or not, and ids of tables.
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local session_bind = {}

--- The mapper that is meant by a mapper, a mapped class or its ENTITY; nil: something else is.
local function mapper_of(what)
  if type(what) == "table" and rawget(what, "class_") then return what end
  local record = class.record(what)
  if record then return record.mapper end
  local node = core.element(what)
  return node and core.kind(node) == "ENTITY" and core.get(node, "mapper") or nil
end

--- Has the session use that engine or connection for a class, its heirs and their tables; or for a table.
function session_bind.add(session, target, bind)
  local mapper = mapper_of(target)
  if mapper then
    session:_bind(mapper.class_, bind)
    for _, m in ipairs(mapper.base_mapper.self_and_descendants) do
      for _, t in ipairs(m.tables) do session:_bind(core.id(t), bind) end
    end
  elseif class.record(target) then
    session:_bind(target, bind)
  elseif core.element(target) and core.category(core.element(target)) == "FROM" then
    session:_bind(core.id(core.element(target)), bind)
  else
    err.raise("ArgumentError", "Not an acceptable bind target: %s", tostring(target))
  end
end

local of_node

--- By the classes that it inherits from, itself first, then by its tables.
local function of_mapper(binds, mapper)
  for _, one in ipairs(mapper.record.mro) do
    if binds[one] then return binds[one] end
  end
  return of_node(binds, mapper.persist_selectable, {})
end

--- By the first class or table within a node that has one.
function of_node(binds, node, seen)
  if seen[core.id(node)] then return nil end
  seen[core.id(node)] = true
  if core.kind(node) == "ENTITY" then return of_mapper(binds, core.get(node, "mapper")) end
  if binds[core.id(node)] then return binds[core.id(node)] end
  if core.kind(node) == "COLUMN" then
    local t = core.get(node, "table")
    return t and of_node(binds, t, seen)
  end
  if core.category(node) == "SCHEMA" or core.kind(node) == "TABLE" then return nil end
  for _, child in ipairs(core.children(node)) do
    local found = of_node(binds, child, seen)
    if found then return found end
  end
end

--- @param session lualchemy.Session
--- @param what any a mapper, a class, a table, a statement, or nil
--- @return any bind the engine or connection, nil if none is known for it
function session_bind.find(session, what)
  if what == nil then return nil end
  local mapper = mapper_of(what)
  if mapper then return of_mapper(session._binds, mapper) end
  local node = core.element(what)
  return node and of_node(session._binds, node, {})
end

--- Raises: nothing is known for it.
function session_bind.missing(session, what)
  if what == nil then
    err.raise("UnboundExecutionError", "This session is not bound to a single Engine or Connection, and no context "
      .. "was provided to locate a binding.")
  end
  local node, context = core.element(what), {}
  local mapper = mapper_of(what)
  local clause = not mapper or next(session._binds) ~= nil
  if not mapper and node and core.category(node) == "STATEMENT" then
    mapper = require("lualchemy.orm.execute").mapper_of(node)
  end
  if mapper then context[1] = "mapper " .. tostring(mapper) end
  if clause then context[#context + 1] = "SQL expression" end
  err.raise("UnboundExecutionError", "Could not locate a bind configured on %s or this Session.",
    table.concat(context, ", "))
end

return session_bind
