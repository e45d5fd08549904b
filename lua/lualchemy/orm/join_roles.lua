--- Which columns of a join condition are foreign, remote, local (roles: orm/annotate.lua).
local annotate = require "lualchemy.orm.annotate"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local join_find = require "lualchemy.orm.join_find"

local join_roles = {}

local function contains(from, column)
  return core.kind(column) == "COLUMN" and core.columns(from):contains_column(column)
end

local function set_of(list)
  local out = {}
  for _, x in ipairs(list) do out[x] = true end
  return out
end

local function is_column(x)
  return core.kind(x) == "COLUMN"
end

--- Runs over both conditions.
local function each(jc, fn)
  jc.primaryjoin = fn(jc.primaryjoin)
  if jc.secondaryjoin then jc.secondaryjoin = fn(jc.secondaryjoin) end
end

-- ---- foreign ----

--- Does a foreign key of column a (or of what it stands for) refer to b?
local function references(a, b)
  if not is_column(a) or not is_column(b) then return false end
  for _, fk in ipairs(a.foreign_keys or {}) do
    local target = core.schema.fk_column_find(fk)
    if target and (target == b or core.shares_lineage(target, b)) then return true end
  end
  return false
end

local function foreign_of(a, b, secondary)
  if references(a, b) then return a end
  if references(b, a) then return b end
  if not secondary then return nil end
  local in_a, in_b = contains(secondary, a), contains(secondary, b)
  if in_a and not in_b then return a end
  if in_b and not in_a then return b end
end

local function mark_present_keys(jc)
  each(jc, function(condition)
    return annotate.binaries(condition, function(left, right)
      local a, a_roles = annotate.read(left)
      local b, b_roles = annotate.read(right)
      if a_roles.foreign or b_roles.foreign then return left, right end
      local found = foreign_of(a, b, jc.secondary)
      if found == nil then return left, right end
      if found == a then return annotate.add(left, "foreign"), right end
      return left, annotate.add(right, "foreign")
    end)
  end)
end

local function mark_foreign(jc)
  if annotate.has(jc.primaryjoin, "foreign") then return end
  if #jc.foreign_keys == 0 then return mark_present_keys(jc) end
  local wanted = set_of(jc.foreign_keys)
  each(jc, function(condition)
    return annotate.replace(condition, function(column, _, node)
      return wanted[column] and annotate.add(node, "foreign") or nil
    end)
  end)
end

-- ---- remote ----

local function mark_where(jc, wanted)
  return function(condition)
    return annotate.replace(condition, function(column, roles, node)
      return wanted(column, roles) and annotate.add(node, "remote") or nil
    end)
  end, jc
end

local function derived(from, column)
  local t = core.get(column, "table")
  return t ~= nil and core.is_derived_from(from, t)
end

local function refers_to_parent_table(jc)
  local found = false
  annotate.binaries(jc.primaryjoin, function(left, right)
    local a, b = annotate.read(left), annotate.read(right)
    if is_column(a) and is_column(b) and derived(jc.parent, a) and derived(jc.parent, b) and derived(jc.child, a)
      and derived(jc.child, b) then
      found = true
    end
    return left, right
  end)
  return found
end

local function warn_non_column(jc)
  err.warn(("Non-simple column elements in primary join condition for property %s - consider using remote() "
    .. "annotations to mark the remote side."):format(tostring(jc.prop)))
end

local function mark_selfref(jc, wanted, given)
  jc.primaryjoin = annotate.binaries(jc.primaryjoin, function(left, right)
    local a, a_roles = annotate.read(left)
    local b, b_roles = annotate.read(right)
    if not is_column(a) or not is_column(b) then
      if not given then warn_non_column(jc) end
      return left, right
    end
    local equated = a == b
    if wanted(a, a_roles) then left = annotate.add(left, "remote") end
    if wanted(b, b_roles) and not equated then right = annotate.add(right, "remote") end
    return left, right
  end)
end

local function tables_overlap(jc)
  local mine = set_of(join_find.tables(jc.parent))
  for _, t in ipairs(join_find.tables(jc.child)) do
    if mine[t] then return true end
  end
  return false
end

local function mark_overlap(jc)
  local function mark(left, right)
    local a, b = annotate.read(left), annotate.read(right)
    if not is_column(a) or not is_column(b) then
      warn_non_column(jc)
    elseif contains(jc.child, b) and contains(jc.parent, a) then
      right = annotate.add(right, "remote")
    end
    return right
  end
  jc.primaryjoin = annotate.binaries(jc.primaryjoin, function(left, right)
    right = mark(left, right)
    left = mark(right, left)
    return left, right
  end)
end

local function mark_remote(jc)
  if annotate.has(jc.primaryjoin, "remote") then return end
  if jc.secondary then
    each(jc, (mark_where(jc, function(column) return contains(jc.secondary, column) end)))
  elseif #jc.remote_side > 0 then
    local wanted = set_of(jc.remote_side)
    if refers_to_parent_table(jc) then
      mark_selfref(jc, function(column) return wanted[column] end, true)
    else
      jc.primaryjoin = mark_where(jc, function(column) return wanted[column] end)(jc.primaryjoin)
    end
  elseif refers_to_parent_table(jc) then
    mark_selfref(jc, function(_, roles) return roles.foreign end, false)
  elseif tables_overlap(jc) then
    mark_overlap(jc)
  else
    jc.primaryjoin = mark_where(jc, function(column)
      return contains(jc.child, column) and (not contains(jc.parent_local, column) or contains(jc.child_local, column))
    end)(jc.primaryjoin)
  end
end

local function mark_local(jc)
  if annotate.has(jc.primaryjoin, "local") then return end
  jc.primaryjoin = annotate.replace(jc.primaryjoin, function(column, roles, node)
    if not roles.remote and contains(jc.parent, column) then return annotate.add(node, "local") end
  end)
end

--- Gives the columns of the primary and secondary conditions their roles.
--- @param jc table a JoinCondition whose joins are known
function join_roles.mark(jc)
  mark_foreign(jc)
  mark_remote(jc)
  mark_local(jc)
end

return join_roles
