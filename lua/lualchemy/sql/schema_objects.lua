--- What a MetaData has besides tables: sequences and types with names, and the schemas that occur in it.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local schema = core.schema
local SCHEMA = {schema = true}

--- Adds types with names, also those within others.
local function add_types(out, t)
  if core.has(t, "name") then out[#out + 1] = t end
  for _, field in ipairs{"item", "impl"} do
    local inner = core.get(t, field)
    if inner then add_types(out, inner) end
  end
end

--- Sequences, types that were given the MetaData, types of columns; each once.
local function objects(metadata)
  local all, out, seen = schema.sequences(metadata), {}, {}
  for _, t in ipairs(core.get(metadata, "types") or {}) do all[#all + 1] = t end
  for _, t in ipairs(schema.tables(metadata)) do
    for _, column in ipairs(core.columns(t):values()) do add_types(all, core.get(column, "type")) end
  end
  for _, object in ipairs(all) do
    if not seen[core.id(object)] then
      seen[core.id(object)], out[#out + 1] = true, object
    end
  end
  return out
end

local found = {}

--- The sequences or types of a class: {schema = …}, without it those of the schema of the MetaData.
function found.get_schema_objects(metadata, kind, options)
  local o = args.check("get_schema_objects", SCHEMA, options or {})
  if type(kind) ~= "table" or type(kind.is) ~= "function" then
    err.raise("ArgumentError", "get_schema_objects: argument 'kind' must be a class, as la.Enum or la.Sequence, got %s",
      tostring(kind))
  end
  local wanted, out = o.schema, {}
  if wanted == nil then wanted = core.get(metadata, "schema") elseif wanted == core.null then wanted = nil end
  for _, object in ipairs(objects(metadata)) do
    if kind:is(object) and core.get(object, "schema") == wanted then out[#out + 1] = object end
  end
  return out
end

--- The first of these of that name, or nil.
function found.get_schema_object_by_name(metadata, kind, name, options)
  for _, object in ipairs(found.get_schema_objects(metadata, kind, options)) do
    if core.get(object, "name") == name then return object end
  end
end

--- The names of the schemas of its tables, and its own.
function found.schemas(metadata)
  local out, seen = {}, {}
  local function add(name)
    if name and not seen[name] then
      seen[name], out[#out + 1] = true, name
    end
  end
  for _, t in ipairs(schema.tables(metadata)) do add(core.get(t, "schema")) end
  add(core.get(metadata, "schema"))
  return out
end

return found
