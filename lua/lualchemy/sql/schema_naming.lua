--- Names by convention: what MetaData{naming_convention = …} makes of constraints and indexes without a name.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local schema = core.schema

local DEFAULT = {ix = "ix_%(column_0_label)s"}
local PREFIX = {PrimaryKeyConstraint = "pk", ForeignKeyConstraint = "fk", UniqueConstraint = "uq",
  CheckConstraint = "ck", Index = "ix"}

local function convention_of(metadata, class)
  local naming = core.get(metadata, "naming") or DEFAULT
  local found = naming[PREFIX[class]]
  if found == nil then
    for key, value in pairs(naming) do
      if type(key) == "table" and key._name == class then return value, naming end
    end
  end
  return found, naming
end

-- ---- tokens ----

local function label_of(column)
  local t = core.get(column, "table")
  if not t or core.kind(t) ~= "TABLE" then return core.get(column, "name") end
  local in_schema = core.get(t, "schema")
  local label = core.get(t, "name") .. "_" .. core.get(column, "name")
  return in_schema and in_schema:gsub("%.", "_") .. "_" .. label or label
end

local ATTRIBUTE = {
  key = function(column) return core.get(column, "key") end,
  name = function(column) return core.get(column, "name") end,
  label = label_of,
}

local function columns_of(const)
  if core.kind(const) == "CONSTRAINT" and schema.class(const) == "ForeignKeyConstraint" then
    local out = {}
    for i, fk in ipairs(core.get(const, "elements")) do out[i] = core.get(fk, "parent") end
    return out
  end
  return core.get(const, "columns")
end

local function referred_columns(const)
  local out = {}
  for i, fk in ipairs(core.get(const, "elements")) do out[i] = schema.fk_column(fk) end
  return out
end

local TOKEN = {
  table_name = function(_, t) return core.get(t, "name") end,
  referred_table_name = function(const)
    local parts = {}
    for part in (schema.fk_target(core.get(const, "elements")[1]) .. "."):gmatch("([^.]*)%.") do
      parts[#parts + 1] = part
    end
    return parts[#parts - 1] or parts[1]
  end,
  constraint_name = function(const)
    local name = core.get(const, "name")
    if name == nil then
      err.raise("InvalidRequestError",
        "Naming convention including %(constraint_name)s token requires that constraint is explicitly named.")
    end
    return name
  end,
}

--- column_0_name, column_0N_label, referred_column_0_N_name …
local function column_token(const, token)
  local prefix, index, many, attribute = token:match("^(.-)column_(%d+)(_?N?)_(%a+)$")
  local get = ATTRIBUTE[attribute]
  if not get or (prefix ~= "" and (prefix ~= "referred_" or attribute ~= "name")) then return nil end
  local list = prefix == "" and columns_of(const) or referred_columns(const)
  if many == "" then
    local column = list[tonumber(index) + 1]
    return column and get(column) or ""
  end
  local parts = {}
  for i, column in ipairs(list) do parts[i] = get(column) end
  return table.concat(parts, many:sub(1, 1) == "_" and "_" or "")
end

local function expand(convention, naming, const, t)
  local text = convention:gsub("%%(%%?)(%(?)([^)%%]*)(%)?s?)", function(percent, open, token, close)
    if percent == "%" then return "%" .. open .. token .. close end
    if open == "" or close ~= ")s" then
      err.raise("ArgumentError", "naming_convention: cannot read '%s'", convention)
    end
    local custom = naming[token]
    if type(custom) == "function" then return custom(const, t) end
    local value = TOKEN[token] and TOKEN[token](const, t)
    if value == nil then value = column_token(const, token) end
    if value == nil then
      err.raise("ArgumentError", "naming_convention: there is no token '%s' (in '%s')", token, convention)
    end
    return value
  end)
  return text
end

-- ---- when an item is attached ----

local function needs_name(convention)
  return convention:find("constraint_name", 1, true) ~= nil
end

local function name_item(const, t)
  local class = schema.class(const)
  local convention, naming = convention_of(core.get(t, "metadata"), class)
  local name = schema.name(const, "name")
  if convention == nil or schema.is_conv(name) then return end
  local unnamed = core.kind(const) == "CONSTRAINT" and core.get(const, "unnamed") ~= 0
  if unnamed and needs_name(convention) then
    core.set(const, {unnamed = 2})
  elseif name == nil or needs_name(convention) then
    core.set(const, {name = schema.conv(expand(convention, naming, const, t))})
  end
end

--- The name of an implicit primary key follows its columns.
local function reset_implicit(const)
  if core.kind(const) == "CONSTRAINT" and core.get(const, "implicit") == 1 then core.set(const, {name = core.null}) end
end

local function table_of(item)
  local column = core.kind(item) == "CONSTRAINT" and core.get(item, "column")
  if column then return core.get(column, "table") end
  return core.get(item, "table")
end

table.insert(base.after_attach, function(item)
  local kind = core.kind(item)
  if kind ~= "CONSTRAINT" and kind ~= "INDEX" then return end
  local t = table_of(item)
  if not t then return end
  local named = kind == "CONSTRAINT" or core.has(item, "name")
  if named and not core.has(core.get(t, "metadata"), "naming") then return end
  reset_implicit(item)
  name_item(item, t)
end)

return {label_of = label_of, DEFAULT = DEFAULT}
