--- What joins the two sides of a relationship: conditions, direction and pairs.
--
-- JoinCondition fields: primaryjoin, secondaryjoin (with roles, see orm/annotate.lua), secondary, direction,
--   local_remote_pairs {{local, remote}, …}, synchronize_pairs, secondary_synchronize_pairs {{source, foreign}, …},
--   remote_columns, local_columns, foreign_key_columns (arrays), and the same as sets: is_remote, is_local, is_foreign
--   :plain_primaryjoin(), :plain_secondaryjoin()   without roles
local annotate = require "lualchemy.orm.annotate"
local core = require "lualchemy.core"
local directions = require "lualchemy.orm.direction"
local err = require "lualchemy.error"
local join_find = require "lualchemy.orm.join_find"

local JoinCondition = {}
JoinCondition.__index = JoinCondition

local function contains(from, column)
  return core.kind(column) == "COLUMN" and core.columns(from):contains_column(column)
end

local function is_column(x)
  return core.kind(x) == "COLUMN"
end

-- ---- the conditions ----

local VIA = "Ensure that referencing columns are associated with a ForeignKey or ForeignKeyConstraint, or specify "

local function explain(jc, e)
  local prop, secondary = tostring(jc.prop), jc.secondary and tostring(jc.secondary.name or jc.secondary)
  local start = "Could not determine join condition between parent/child tables on relationship " .. prop
    .. " - there are "
  if err.exc.AmbiguousForeignKeysError:is(e) then
    if secondary then
      err.raise("AmbiguousForeignKeysError", "%smultiple foreign key paths linking the tables via secondary table "
        .. "'%s'.  Specify the 'foreign_keys' argument, providing a list of those columns which should be counted as "
        .. "containing a foreign key reference from the secondary table to each of the parent and child tables.",
        start, secondary)
    end
    err.raise("AmbiguousForeignKeysError", "%smultiple foreign key paths linking the tables.  Specify the "
      .. "'foreign_keys' argument, providing a list of those columns which should be counted as containing a foreign "
      .. "key reference to the parent table.", start)
  elseif err.exc.NoForeignKeysError:is(e) then
    if secondary then
      err.raise("NoForeignKeysError", "%sno foreign keys linking these tables via secondary table '%s'.  "
        .. "%s'primaryjoin' and 'secondaryjoin' expressions.", start, secondary, VIA)
    end
    err.raise("NoForeignKeysError", "%sno foreign keys linking these tables.  %sa 'primaryjoin' expression.", start,
      VIA)
  end
  error(e, 0)
end

local function determine_joins(jc)
  if jc.secondaryjoin and not jc.secondary then
    err.raise("ArgumentError", "Property %s specified with secondary join condition but no secondary argument",
      tostring(jc.prop))
  end
  local only = #jc.foreign_keys > 0 and jc.foreign_keys or nil
  local ok, e = pcall(function()
    if jc.secondary and not jc.secondaryjoin then
      jc.secondaryjoin = join_find.condition(jc.child, jc.secondary, only, jc.child_local)
    end
    if not jc.primaryjoin then
      jc.primaryjoin = join_find.condition(jc.parent, jc.secondary or jc.child, only, jc.parent_local)
    end
  end)
  if not ok then explain(jc, e) end
  jc.primaryjoin = annotate.plain(jc.primaryjoin)
  jc.secondaryjoin = jc.secondaryjoin and annotate.plain(jc.secondaryjoin)
end

-- ---- pairs ----

local COMPARISONS = {}
for name in ([[eq ne lt le gt ge is_distinct_from is_not_distinct_from is_ is_not like_op not_like_op ilike_op
  not_ilike_op between_op not_between_op in_op not_in_op match_op not_match_op regexp_match_op
  not_regexp_match_op startswith_op endswith_op contains_op function_as_comparison_op]]):gmatch("%S+") do
  if core.ops[name] then COMPARISONS[core.ops[name]] = true end
end

local function is_comparison(node)
  if core.kind(node) ~= "BINARY" then return false end
  if COMPARISONS[core.get(node, "op")] then return true end
  local custom = core.get(node, "custom")
  return custom ~= nil and core.get(custom, "is_comparison") == 1
end

--- Calls fn(comparison, left, right) for every pair of columns that a comparison holds on its two sides.
local function products(expression, fn)
  local column, roles = annotate.read(expression)
  if column ~= expression or is_column(expression) then return {{column, roles}} end
  if core.kind(expression) == "SCALAR_SELECT" then return {} end
  if is_comparison(expression) then
    local lefts = products(core.get(expression, "left"), fn)
    local rights = products(core.get(expression, "right"), fn)
    for _, l in ipairs(lefts) do
      for _, r in ipairs(rights) do fn(expression, l, r) end
    end
    return {}
  end
  local out = {}
  for _, child in ipairs(core.children(expression)) do
    local category = core.category(child)
    if category == "EXPR" or category == "PART" then
      for _, one in ipairs(products(child, fn)) do out[#out + 1] = one end
    end
  end
  return out
end

local function setup_pairs(jc)
  jc.local_remote_pairs, jc.synchronize_pairs, jc.secondary_synchronize_pairs = {}, {}, {}
  local seen = {}
  local function add(l, r)
    seen[l] = seen[l] or {}
    if not seen[l][r] then jc.local_remote_pairs[#jc.local_remote_pairs + 1] = {l, r} end
    seen[l][r] = true
  end
  local function go(condition, collection)
    products(condition, function(comparison, l, r)
      if r[2].remote and not l[2].remote and jc.can_sync(l[1]) then
        add(l[1], r[1])
      elseif l[2].remote and not r[2].remote and jc.can_sync(r[1]) then
        add(r[1], l[1])
      end
      if core.get(comparison, "op") == core.ops.eq and jc.can_sync(l[1], r[1]) then
        if r[2].foreign then
          collection[#collection + 1] = {l[1], r[1]}
        elseif l[2].foreign then
          collection[#collection + 1] = {r[1], l[1]}
        end
      end
    end)
  end
  go(jc.primaryjoin, jc.synchronize_pairs)
  if jc.secondaryjoin then go(jc.secondaryjoin, jc.secondary_synchronize_pairs) end
end

local function gather(jc, role)
  local out, seen = {}, {}
  for _, condition in ipairs{jc.primaryjoin, jc.secondaryjoin} do
    for _, column in ipairs(annotate.with_roles(condition, role)) do
      if not seen[column] then
        seen[column] = true
        out[#out + 1] = column
      end
    end
  end
  return out, seen
end

-- ---- checks ----

local function check_foreign(jc, condition, primary)
  local has_foreign = annotate.has(condition, "foreign")
  local can_sync = #(primary and jc.synchronize_pairs or jc.secondary_synchronize_pairs) > 0
  if (jc.support_sync and can_sync) or (not jc.support_sync and has_foreign) then return end
  local which, text = primary and "primary" or "secondary", tostring(annotate.strip(condition))
  local marked = "  Ensure that referencing columns are associated with a ForeignKey or ForeignKeyConstraint, or are "
    .. "annotated in the join condition with the foreign() annotation."
  if jc.support_sync and has_foreign then
    err.raise("ArgumentError", "Could not locate any simple equality expressions involving locally mapped foreign "
      .. "key columns for %s join condition '%s' on relationship %s.%s To allow comparison operators other than "
      .. "'==', the relationship can be marked as viewonly=True.", which, text, tostring(jc.prop), marked)
  end
  err.raise("ArgumentError", "Could not locate any relevant foreign key columns for %s join condition '%s' on "
    .. "relationship %s.%s",
    which, text, tostring(jc.prop), marked)
end

local function intersects(from, columns)
  for _, column in ipairs(columns) do
    if contains(from, column) then return true end
  end
  return false
end

--- Which side holds the foreign columns, where both tables have some.
local function direction_by_roles(jc)
  local onetomany, manytoone = {}, {}
  for _, one in ipairs(annotate.columns(jc.primaryjoin)) do
    local column, roles = one[1], one[2]
    if roles.foreign and roles.remote then onetomany[column] = true end
    if roles.foreign and not roles.remote then manytoone[column] = true end
  end
  if next(onetomany) ~= nil and next(manytoone) ~= nil then
    for _, column in ipairs(jc.remote_columns) do
      if jc.is_local[column] then onetomany[column], manytoone[column] = nil, nil end
    end
  end
  local to_many, to_one = next(onetomany) ~= nil, next(manytoone) ~= nil
  if to_many and not to_one then return directions.ONETOMANY end
  if to_one and not to_many then return directions.MANYTOONE end
  err.raise("ArgumentError", "Can't determine relationship direction for relationship '%s' - foreign key columns "
    .. "within the join condition are present in both the parent and the child's mapped tables.  Ensure that only "
    .. "those columns referring to a parent column are marked as foreign, either via the foreign() annotation or via "
    .. "the foreign_keys argument.",
    tostring(jc.prop))
end

local function direction(jc)
  if jc.secondaryjoin then return directions.MANYTOMANY end
  local to_many, to_one = intersects(jc.child, jc.foreign_key_columns), intersects(jc.parent, jc.foreign_key_columns)
  if to_many and to_one then return direction_by_roles(jc) end
  if to_many then return directions.ONETOMANY end
  if to_one then return directions.MANYTOONE end
  err.raise("ArgumentError", "Can't determine relationship direction for relationship '%s' - foreign key columns are "
    .. "present in neither the parent nor the child's mapped tables", tostring(jc.prop))
end

local function check_remote(jc)
  if #jc.local_remote_pairs == 0 then
    err.raise("ArgumentError", "Relationship %s could not determine any unambiguous local/remote column pairs based "
      .. "on join condition and remote_side arguments.  Consider using the remote() annotation to accurately mark "
      .. "those elements of the join condition that are on the remote side of the relationship.", tostring(jc.prop))
  end
  for _, pair in ipairs(jc.local_remote_pairs) do
    if contains(jc.parent, pair[2]) and not contains(jc.child, pair[2]) then
      err.warn(("Expression %s is marked as 'remote', but these column(s) are local to the local side.  The remote() "
        .. "annotation is needed only for a self-referential relationship where both sides of the relationship refer "
        .. "to the same tables.")
        :format(tostring(pair[2])))
    end
  end
end

-- ---- making ----

--- Has a condition as it was given columns marked remote?
local function has_remote(condition)
  local found = false
  annotate.replace(condition, function(_, roles) found = found or roles.remote end)
  return found
end

--- @param o table prop, parent, child, parent_local, child_local (FROMs), primaryjoin, secondary, secondaryjoin,
--- foreign_keys, remote_side (arrays), support_sync, can_sync (function of columns)
function JoinCondition.new(o)
  local jc = setmetatable({}, JoinCondition)
  for k, v in pairs(o) do jc[k] = v end
  determine_joins(jc)
  jc.remote_given = has_remote(jc.primaryjoin)
  require("lualchemy.orm.join_roles").mark(jc)
  setup_pairs(jc)
  jc.remote_columns, jc.is_remote = gather(jc, "remote")
  jc.local_columns, jc.is_local = gather(jc, "local")
  jc.foreign_key_columns, jc.is_foreign = gather(jc, "foreign")
  check_foreign(jc, jc.primaryjoin, true)
  if jc.secondaryjoin then check_foreign(jc, jc.secondaryjoin, false) end
  jc.direction = direction(jc)
  check_remote(jc)
  return jc
end

--- The conditions without roles, to render.
function JoinCondition:plain_primaryjoin()
  return annotate.strip(self.primaryjoin)
end

function JoinCondition:plain_secondaryjoin()
  return self.secondaryjoin and annotate.strip(self.secondaryjoin)
end

local LOCAL_AND_REMOTE = {["local"] = true, remote = true}

--- The condition for a backref: as it is, but without sides.
function JoinCondition.minus_local(_, condition)
  return condition and annotate.strip(condition, LOCAL_AND_REMOTE)
end

--- The primary condition seen from the other side: remote() and what is not, where it was given so, change places.
function JoinCondition:reversed()
  if not self.remote_given then return self:minus_local(self.primaryjoin) end
  return annotate.replace(self.primaryjoin, function(column, roles)
    return annotate.with(column, {foreign = roles.foreign, remote = roles["local"], ["local"] = roles.remote})
  end)
end

return JoinCondition
