--- Warns of SELECTs whose FROM elements nothing connects: each row of one comes with each of the other.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local linter = {}

local function compares(binary)
  local op = core.get(binary, "op")
  if op == core.ops.custom_op then return core.get(core.get(binary, "custom"), "is_comparison") ~= 0 end
  return (select(2, core.op_rule(op)))
end

--- Adds the FROM elements that an expression is about.
local function elements_of(node, out)
  local kind = core.kind(node)
  if kind == "COLUMN" then
    local from = core.get(node, "table")
    if from then out[#out + 1] = from end
  elseif kind ~= "SCALAR_SELECT" and core.category(node) ~= "STATEMENT" and core.category(node) ~= "FROM" then
    for _, child in ipairs(core.children(node)) do elements_of(child, out) end
  end
  return out
end

--- Connects every element of one list with every one of the other, by their identities.
local function connect(graph, left, right)
  for _, a in ipairs(left) do
    for _, b in ipairs(right) do
      local i, j = core.id(a), core.id(b)
      graph[i], graph[j] = graph[i] or {}, graph[j] or {}
      graph[i][j], graph[j][i] = true, true
    end
  end
end

--- Connects what the comparisons of a condition are about.
local function connect_compared(graph, node)
  if core.category(node) == "STATEMENT" or core.kind(node) == "SCALAR_SELECT" then return end
  if core.kind(node) == "BINARY" and compares(node) then
    connect(graph, elements_of(core.get(node, "left"), {}), elements_of(core.get(node, "right"), {}))
  end
  for _, child in ipairs(core.children(node)) do connect_compared(graph, child) end
end

local check

--- What a lateral SELECT compares with elements outside connects it with those.
local function connect_lateral(graph, lateral)
  local select = core.get(lateral, "element")
  local around = {}
  if core.kind(select) ~= "SELECT" then return end
  for _, condition in ipairs(core.get(select, "where")) do elements_of(condition, around) end
  for _, column in ipairs(core.get(select, "raw_columns")) do elements_of(column, around) end
  connect(graph, {lateral}, around)
end

--- The elements that a FROM consists of, joins connected.
local function leaves(from, graph, seen)
  local kind = core.kind(from)
  if kind == "JOIN" then
    local left = leaves(core.get(from, "left"), graph, seen)
    local right = leaves(core.get(from, "right"), graph, seen)
    connect(graph, left, right)
    for _, leaf in ipairs(right) do left[#left + 1] = leaf end
    return left
  elseif kind == "FROM_GROUPING" then
    return leaves(core.get(from, "element"), graph, seen)
  elseif kind == "TABLE_VALUED" and core.get(from, "joins_implicitly") ~= 0 then
    return {}
  end
  if kind == "LATERAL" then connect_lateral(graph, from) end
  if kind == "SUBQUERY" or kind == "CTE" then check(core.get(from, "element"), seen) end
  return {from}
end

--- The elements that cannot be reached from the first one.
local function unreached(elements, graph)
  local first = core.id(elements[1])
  local reached, stack = {[first] = true}, {first}
  while #stack > 0 do
    for other in pairs(graph[table.remove(stack)] or {}) do
      if not reached[other] then
        reached[other] = true
        stack[#stack + 1] = other
      end
    end
  end
  local rest = {}
  for _, element in ipairs(elements) do
    if not reached[core.id(element)] then rest[#rest + 1] = element end
  end
  return rest
end

local function name_of(from)
  local name = core.get(from, "name")
  if name and core.kind(from) == "TABLE" then return '"' .. from.fullname .. '"' end
  return '"' .. (name or "anon") .. '"'
end

local function check_select(select, seen)
  local graph, elements = {}, {}
  for _, from in ipairs(core.froms(select)) do
    for _, leaf in ipairs(leaves(from, graph, seen)) do elements[#elements + 1] = leaf end
  end
  if #elements < 2 then return end
  for _, condition in ipairs(core.get(select, "where")) do connect_compared(graph, condition) end
  local rest = unreached(elements, graph)
  if #rest == 0 then return end
  for i, from in ipairs(rest) do rest[i] = name_of(from) end
  err.warn(("SELECT statement has a cartesian product between FROM element(s) %s and FROM element %s.  Apply join "
    .. "condition(s) between each element to resolve."):format(table.concat(rest, ", "), name_of(elements[1])))
end

function check(node, seen)
  local id = core.id(node)
  if seen[id] then return end
  seen[id] = true
  local kind = core.kind(node)
  if kind == "SELECT" then
    check_select(node, seen)
  elseif kind == "COMPOUND" then
    for _, select in ipairs(core.get(node, "selects")) do check(select, seen) end
  elseif kind == "SELECT_GROUPING" then
    check(core.get(node, "element"), seen)
  end
end

--- Warns if a SELECT, or one in its FROM, has a cartesian product.
--- @param node any
function linter.check(node)
  local kind = core.kind(node)
  if kind == "SELECT" and #core.froms(node) == 0 then return end
  if kind == "SELECT" or kind == "COMPOUND" then check(node, {}) end
end

return linter
