--- la.DeferredReflection: classes whose tables are read from a database later, all together, and mapped then.
--
--     local Reflected = Base:class("Reflected", la.DeferredReflection, {__abstract__ = true})
--     local User = Reflected:class("User", {__tablename__ = "user"})
--     Reflected:prepare(engine)
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local deferred = require "lualchemy.orm.declarative_deferred"
local err = require "lualchemy.error"

local root, root_record = class.new("DeferredReflection", {})
root_record.abstract, root_record.defers = true, "DeferredReflection"

--- What is to be read: names of tables by their MetaData and schema.
local function note(wanted, metadata, schema, name)
  for _, one in ipairs(wanted) do
    if one.metadata == metadata and one.schema == schema then
      one.names[#one.names + 1] = name
      return
    end
  end
  wanted[#wanted + 1] = {metadata = metadata, schema = schema, names = {name}}
end

local function read(wanted, bind, options)
  for _, one in ipairs(wanted) do
    local all = {schema = one.schema, only = one.names, extend_existing = true, autoload_replace = false}
    for k, v in pairs(options or {}) do all[k] = v end
    one.metadata:reflect(bind, all)
  end
end

--- The tables between the classes of many-to-many relationships.
local function note_secondary(wanted, record, t)
  for _, prop in ipairs(record.mapper.prop_list) do
    local secondary = prop.kind == "relationship" and prop.given.secondary
    if type(secondary) == "string" then
      note(wanted, record.registry.metadata, t and t.schema, secondary)
    elseif core.kind(secondary) == "TABLE" then
      note(wanted, secondary.metadata, secondary.schema, secondary.name)
    end
  end
end

local function prepare(cls, bind, options)
  local records, wanted, tables = deferred.records(cls), {}, {}
  for _, record in ipairs(records) do
    local t = record.deferred.table
    tables[record] = t
    if t then note(wanted, t.metadata, t.schema, t.name) end
  end
  read(wanted, bind, options)
  wanted = {}
  for _, record in ipairs(records) do
    deferred.finish(record)
    note_secondary(wanted, record, tables[record])
  end
  read(wanted, bind)
end

--- Reads the tables of all classes that wait, and maps the classes.
--- @param ... any an engine or a connection, and options of metadata:reflect()
rawset(root, "prepare", function(first, ...)
  if not class.record(first) then return prepare(root, first, ...) end
  if (...) == nil then err.raise("ArgumentError", "prepare: Expected Engine or Connection, got nil") end
  return prepare(first, ...)
end)

return {DeferredReflection = root}
