--- Columns of join conditions with their roles: la.remote(), la.foreign().
--
-- One occurrence of a column in a condition may be *remote* (of the far side), *local* (of the near side) and
-- *foreign* (holds
-- the reference). Such an occurrence is an ATTRIBUTE without entity around the column whose key is "@" and the roles'
-- letters.
-- Conditions with roles are for the ORM alone; annotate.strip gives what is rendered.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local annotate = {}

local LETTER = {foreign = "f", ["local"] = "l", remote = "r"}
local ORDER = {"foreign", "local", "remote"}
local NONE = {}
local known = {}
--- What is not looked into: the columns of a derived table hold what they stand for.
local LEAF = {COLUMN = true}

local function roles_of_key(key)
  if key == nil or key:sub(1, 1) ~= "@" then return nil end
  local roles = known[key]
  if not roles then
    roles = {}
    for _, name in ipairs(ORDER) do roles[name] = key:find(LETTER[name], 2, true) ~= nil or nil end
    known[key] = roles
  end
  return roles
end

--- The column and roles of a node: {foreign, local, remote}, empty for a plain one.
function annotate.read(node)
  if core.kind(node) == "ATTRIBUTE" and core.get(node, "entity") == nil then
    local roles = roles_of_key(core.get(node, "key"))
    if roles then return core.get(node, "expr"), roles end
  end
  return node, NONE
end

--- The column with one role more.
function annotate.add(node, role)
  local column, roles = annotate.read(node)
  local key = "@"
  for _, name in ipairs(ORDER) do
    if roles[name] or name == role then key = key .. LETTER[name] end
  end
  return core.new("ATTRIBUTE", {key = key, expr = column, type = core.get(column, "type")})
end

--- The column with exactly these roles.
function annotate.with(column, roles)
  local node = column
  for _, name in ipairs(ORDER) do
    if roles[name] then node = annotate.add(node, name) end
  end
  return node
end

--- A copy of the condition in which fn(column, roles) took the place of column occurrences; nil: as it was.
function annotate.replace(condition, fn)
  return core.replace(condition, function(node)
    local column, roles = annotate.read(node)
    if column ~= node or LEAF[core.kind(node)] then return fn(column, roles, node) or node end
  end)
end

--- The condition without these roles; without any if none are named.
function annotate.strip(condition, drop)
  return annotate.replace(condition, function(column, roles)
    if roles == NONE then return nil end
    local kept = {}
    for name in pairs(roles) do kept[name] = drop and not drop[name] or nil end
    return annotate.with(column, kept)
  end)
end

--- The condition with attributes of entities (User.id) replaced by their columns.
function annotate.plain(condition)
  return core.replace(condition, function(node)
    local kind = core.kind(node)
    if LEAF[kind] then return node end
    if kind == "ATTRIBUTE" and core.get(node, "entity") ~= nil then return core.get(node, "expr") end
  end)
end

--- The column occurrences of a condition: {{column, roles}, …}.
function annotate.columns(condition, out)
  out = out or {}
  local column, roles = annotate.read(condition)
  if column ~= condition or LEAF[core.kind(condition)] then
    out[#out + 1] = {column, roles}
    return out
  end
  for _, child in ipairs(core.children(condition)) do
    local category = core.category(child)
    if category == "EXPR" or category == "PART" then annotate.columns(child, out) end
  end
  return out
end

--- Does a column of the condition have the role?
function annotate.has(condition, role)
  for _, one in ipairs(annotate.columns(condition)) do
    if one[2][role] then return true end
  end
  return false
end

--- The columns (each once) that have all of the roles.
function annotate.with_roles(condition, ...)
  local out, seen = {}, {}
  for _, one in ipairs(annotate.columns(condition)) do
    local all = true
    for i = 1, select("#", ...) do all = all and one[2][(select(i, ...))] end
    if all and not seen[one[1]] then
      seen[one[1]] = true
      out[#out + 1] = one[1]
    end
  end
  return out
end

--- A copy of the condition in which fn(left, right) -> left, right went over the sides of every comparison.
function annotate.binaries(condition, fn)
  return core.replace(condition, function(node)
    if core.kind(node) ~= "BINARY" then return nil end
    local a, b = core.get(node, "left"), core.get(node, "right")
    local left, right = fn(a, b)
    if left == a and right == b then return nil end
    return core.with(node, {left = left, right = right})
  end)
end

local function marker(role)
  return function(x)
    local node = core.element(x)
    if not node then
      err.raise("ArgumentError", "%s(): a column or an expression of columns is expected, got %s", role, type(x))
    end
    return annotate.replace(annotate.plain(node), function(column, roles)
      local kept = {}
      for name in pairs(roles) do kept[name] = true end
      kept[role] = true
      return annotate.with(column, kept)
    end)
  end
end

annotate.public = {remote = marker "remote", foreign = marker "foreign"}

return annotate
