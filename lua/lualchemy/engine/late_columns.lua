--- Columns of rows that are only known once a statement was sent: those of text and raw SQL, of "*", and of text
-- among the columns of a SELECT.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local compiler = require "lualchemy.sql.compiler"
local processors = require "lualchemy.sql.processors"
local row_module = require "lualchemy.engine.row"

local late_columns = {}

-- ---- types that only the server knows of ----

--- Names of types by their codes, by dialect: JSON and ranges, which psycopg2 reads whatever the statement says. The
-- second code is that of arrays.
local READ = {postgresql = {}}
for name, codes in pairs{JSON = {114, 199}, JSONB = {3802, 3807}, INT4RANGE = {3904, 3905}, NUMRANGE = {3906, 3907},
  TSRANGE = {3908, 3909}, TSTZRANGE = {3910, 3911}, DATERANGE = {3912, 3913}, INT8RANGE = {3926, 3927}} do
  READ.postgresql[codes[1]], READ.postgresql[codes[2]] = {name}, {name, array = true}
end

--- The places of columns whose type the statement does not say.
local function untyped(columns, dialect)
  if not READ[dialect.name] then return nil end
  local null, list = require("lualchemy.sql.type_class").of("NULLTYPE"), {}
  for i, column in ipairs(columns) do
    if not column.type or null:is(column.type) then list[#list + 1] = i end
  end
  return list[1] and list
end

--- What reads values of a type that READ tells of.
local function reader(found, dialect)
  local types = require("lualchemy.dialects." .. dialect.name .. ".types")
  local t = types[found[1]]()
  return processors.result(found.array and types.ARRAY(t) or t, dialect)
end

--- The functions of results, with those of places whose type the server tells.
function late_columns.with_types(functions, places, names, dialect)
  local out = functions
  for _, i in ipairs(places) do
    local found = names[i] and READ[dialect.name][names[i].code]
    if found then
      if out == functions then
        out = {}
        for k = 1, #names do out[k] = functions and functions[k] or false end
      end
      out[i] = reader(found, dialect)
    end
  end
  return out
end

-- ---- what columns answer to ----

--- {[core.id of what a column answers to] = its place}
--- @param several? boolean what several columns answer to is the last one's; false: nobody's (a false place);
--- nil: the first one's
local function objects_of(columns, several)
  local objects = {}
  for i, column in ipairs(columns) do
    for _, object in ipairs(column.objects or {}) do
      local id = core.id(object)
      if objects[id] == nil then objects[id] = i elseif several ~= nil then objects[id] = several and i end
    end
  end
  return objects
end

--- The info of these columns, in the order in which they came.
local function described(element, columns, dialect, describe)
  local node = core.new("TEXT_SELECT", {element = element, column_args = columns, positional = true})
  return describe(compiler.for_execution(node, dialect), node, dialect)
end

--- What a text declared by name, brought into the order of the columns that came.
local function matched_by_name(info, names, describe)
  local by_name, list = {}, {}
  for _, column in ipairs(core.get(info.by_name, "column_args")) do by_name[core.get(column, "name")] = column end
  for i, column in ipairs(names) do list[i] = by_name[column.name] or core.new("COLUMN", {name = column.name}) end
  return described(core.get(info.by_name, "element"), list, info.dialect, describe)
end

-- ---- the info ----

local function names_of(names)
  local known, keys = {codes = {}}, {}
  for i, column in ipairs(names) do known[i], known.codes[i], keys[i] = column.name, column.code, column.name end
  return known, keys
end

--- @param from table where the codec and the functions of results come from
local function finished(from, known, columns, meta, names, dialect)
  local late = {names = known, codec = from.codec, result = from.result, meta = meta}
  local places = untyped(columns, dialect)
  if places then late.result = late_columns.with_types(late.result, places, names, dialect) end
  return late
end

--- A column that a text declares stands for one alone.
local function check_once(declared)
  local seen = {}
  for _, column in ipairs(declared) do
    local object = column.objects[1]
    local id = object and core.id(object)
    if id and seen[id] then
      err.raise("InvalidRequestError", "Duplicate column expression requested in textual SQL: %s", tostring(object))
    end
    if id then seen[id] = true end
  end
end

--- Of text, or raw SQL.
local function of_text(info, names, dialect, describe)
  local from = info.by_name and matched_by_name(info, names, describe) or info
  local declared = from.declared or {}
  if not info.by_name then check_once(declared) end
  if #declared > #names then
    err.warn(("Number of columns in textual SQL (%d) is smaller than number of columns requested (%d)"):format(
      #declared, #names))
  end
  local known, keys = names_of(names)
  local columns = {}
  for i, column in ipairs(names) do
    columns[i] = declared[i] or {}
    columns[i].key = columns[i].key or column.name
  end
  local meta = row_module.meta(keys, objects_of(columns), #declared == 0, from.also)
  return finished(from, known, columns, meta, names, dialect)
end

--- {[name] = {type, objects}} of the columns that a SELECT told; those of one name become one.
local function told_by_name(declared)
  local told = {}
  for _, column in ipairs(declared) do
    local same = column.key and told[column.key]
    if same then
      for _, object in ipairs(column.objects) do same.objects[#same.objects + 1] = object end
    elseif column.key then
      told[column.key] = {type = column.type, objects = column.objects}
    end
  end
  return told
end

--- Of a SELECT whose columns do not stand for those of the rows one by one: they are found by their names. Where
-- there are not as many names as it told, what several columns are called is ambiguous.
local function of_others(info, names, dialect, describe)
  local told, known, keys = told_by_name(info.declared), names_of(names)
  local columns, list, seen, distinct = {}, {}, {}, 0
  for i, key in ipairs(keys) do
    columns[i] = told[key] or {}
    list[i] = core.new("COLUMN", {name = key, type = columns[i].type})
    if not seen[key] then seen[key], distinct = true, distinct + 1 end
  end
  local last = distinct == info.width
  local from = described(core.new("TEXT", {text = ""}), list, dialect, describe)
  local meta = row_module.meta(keys, objects_of(columns, last), last)
  return finished(from, known, columns, meta, names, dialect)
end

--- Of a SELECT with text among its columns that stand for those of the rows one by one: with `ad_hoc` the database
-- says what they are called.
local function of_places(info, names, dialect)
  local known, keys = names_of(names)
  local meta = row_module.meta(info.ad_hoc and keys or info.keys, info.compiled, nil, info.compiled)
  return finished(info, known, info.declared, meta, names, dialect)
end

--- What is known of the columns of the rows, by their names and the codes of their types: {names, codec, result,
--- meta}, as a cursor uses it.
function late_columns.of(info, names, dialect, describe)
  if not info.compiled then return of_text(info, names, dialect, describe) end
  if #names == info.width then return of_places(info, names, dialect) end
  return of_others(info, names, dialect, describe)
end

return late_columns
