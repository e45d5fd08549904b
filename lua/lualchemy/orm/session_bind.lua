--- Session(binds = …): which engine or connection serves a mapper or a statement.
--
-- Keys of session._binds: ids of tables and entities, classes that are not mapped.
local core = require "lualchemy.core"

local session_bind = {}

--- By the classes of a mapper, itself first, then by its tables.
local function of_mapper(binds, mapper)
  for _, m in ipairs(mapper:iterate_to_root()) do
    local found = binds[core.id(m.entity)] or binds[m.class_]
    if found then return found end
  end
  for _, class in ipairs(mapper.record.mro) do
    if binds[class] then return binds[class] end
  end
  for _, t in ipairs(mapper.tables) do
    if binds[core.id(t)] then return binds[core.id(t)] end
  end
end

--- By the first table within a node that has one.
local function of_node(binds, node, seen)
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
  if type(what) == "table" and rawget(what, "class_") then return of_mapper(session._binds, what) end
  local node = core.element(what)
  return node and of_node(session._binds, node, {})
end

return session_bind
