--- Copying keys along relationships: from the object that has them to the one whose foreign keys they are.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local NULL, NO_VALUE = core.null, state.NO_VALUE
local sync = {}

local function property(obj, column)
  local mapper = state.mapper(obj)
  local prop, up = mapper.column_to_property[column], mapper.inherits
  while not prop and up do -- a concrete class has a column of its own under the same name
    prop, up = up.column_to_property[column], up.inherits
  end
  if not prop then
    err.raise("UnmappedColumnError", "Can't execute sync rule for column '%s'; mapper '%s' does not map this column.",
      tostring(column),
      tostring(mapper))
  end
  return mapper.impls[prop.key], prop
end

--- The value of an object's column (loaded if need be), NULL for none.
function sync.value(obj, column)
  local impl = property(obj, column)
  local raw = rawget(obj, impl.slot)
  if raw ~= nil then return raw end
  local value = impl.get(obj, impl, state.OFF)
  if value == nil then return NULL end
  return value
end

local function set(obj, column, value)
  local impl = property(obj, column)
  if rawget(obj, impl.slot) == value then return end
  impl.set(obj, impl, value)
end

--- Copies the keys: pairs of {source column, destination column}.
function sync.populate(source, dest, pairs_list)
  for _, pair in ipairs(pairs_list) do set(dest, pair[2], sync.value(source, pair[1])) end
end

--- Sets the foreign keys to NULL; they must not be part of a primary key.
function sync.clear(dest, pairs_list)
  for _, pair in ipairs(pairs_list) do
    local column = pair[2]
    local impl = property(dest, column)
    if column.primary_key then
      local before = state.committed_value(dest, impl.slot)
      if before ~= NULL and before ~= NO_VALUE then
        err.raise("InvalidRequestError",
          "Dependency rule on column '%s' tried to blank-out primary key column '%s' on instance '%s'",
          tostring(pair[1]), tostring(column), state.describe(dest))
      end
    end
    set(dest, column, NULL)
  end
end

--- Adds the keys to a row of an association table: row[column key] = value.
function sync.populate_row(source, row, pairs_list)
  for _, pair in ipairs(pairs_list) do row[core.get(pair[2], "key")] = sync.value(source, pair[1]) end
end

--- The same with the keys that the row had: row["old_" .. column key].
function sync.update_row(source, row, pairs_list)
  for _, pair in ipairs(pairs_list) do
    local key, impl = core.get(pair[2], "key"), property(source, pair[1])
    row[key], row["old_" .. key] = sync.value(source, pair[1]), state.committed_value(source, impl.slot)
  end
end

--- Have the source columns changed since they were loaded?
function sync.source_changed(obj, pairs_list)
  for _, pair in ipairs(pairs_list) do
    local impl = property(obj, pair[1])
    local st = rawget(obj, 1)
    local before = state.before(st, obj, impl)
    if before ~= nil and before ~= NO_VALUE and before ~= rawget(obj, impl.slot) then return true end
  end
  return false
end

return sync
