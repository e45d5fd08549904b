--- OVER with its frames, and ORDER BY within an aggregate.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"

local NULL = core.null
local FUNC_AGGREGATE_STRINGS = "aggregate_strings"

local function given(x)
  if x == NULL then return nil end
  return x
end

-- ---- frames ----

--- What a bound of a frame may be.
local FrameClauseType = {UNBOUNDED = 0, CURRENT = 1, PRECEDING = 2, FOLLOWING = 3}
local TYPE_NAMES = {}
for name, value in pairs(FrameClauseType) do TYPE_NAMES[value] = name end

--- @class lualchemy.FrameClause the frame of a window, between bounds of any type
--- @field lower_type integer of la.FrameClauseType
--- @field upper_type integer of la.FrameClauseType
--- @field lower_bind? lualchemy.BindParameter
--- @field upper_bind? lualchemy.BindParameter
local FrameClause = {}
FrameClause.__index = FrameClause
FrameClause.__name = "la.FrameClause"

local FRAME_CLAUSE = {start = true, end_ = true, start_frame_type = true, end_frame_type = true}

local function frame_type(name, value)
  if TYPE_NAMES[value] then return value end
  err.raise("ArgumentError", "FrameClause: %s must be one of la.FrameClauseType, got %s", name, tostring(value))
end

--- The BIND of a bound's distance.
local function distance(side, value, kind)
  value = given(value)
  if kind < FrameClauseType.PRECEDING then
    if value == nil then return nil end
    err.raise("ArgumentError", "Cannot specify a value for %s with frame type %s", side, TYPE_NAMES[kind])
  end
  if value == nil then
    err.raise("ArgumentError", "A value for %s is needed with frame type %s", side, TYPE_NAMES[kind])
  end
  return core.is_node(value) and core.kind(value) == "BIND" and value or core.literal(value)
end

--- A frame for over(): FrameClause(start, end_, start_frame_type, end_frame_type).
local function frame_clause(_, ...)
  local p, o = args.brace("FrameClause", FRAME_CLAUSE, ...)
  local function argument(i, name)
    if given(p[i]) ~= nil then return p[i] end
    return given(o[name])
  end
  local lower = frame_type("start_frame_type", argument(3, "start_frame_type"))
  local upper = frame_type("end_frame_type", argument(4, "end_frame_type"))
  return setmetatable({
    lower_type = lower, lower_bind = distance("start", argument(1, "start"), lower),
    upper_type = upper, upper_bind = distance("end", argument(2, "end_"), upper),
  }, FrameClause)
end

--- Is x one?
--- @param x any
--- @return boolean
function FrameClause.is(_, x) return type(x) == "table" and getmetatable(x) == FrameClause end
setmetatable(FrameClause, {__call = frame_clause})

-- ---- OVER ----

local FRAMES = {"range_", "rows", "groups"}
local EXCLUDED = {["CURRENT ROW"] = true, GROUP = true, TIES = true, ["NO OTHERS"] = true}

local function bound(x)
  if x == nil or x == NULL then return nil end
  local n = tonumber(x)
  if not n then err.raise("ArgumentError", "Integer or None expected for range value") end
  return n < 0 and math.ceil(n) or math.floor(n)
end

--- The number of the frame, 0 for none, and its two bounds or FrameClause.
local function frame_of(o)
  if o.range_ == nil and o.rows == nil and o.groups == nil then return 0 end
  local frame
  for i, name in ipairs(FRAMES) do
    if o[name] ~= nil and o[name] ~= NULL and o[name] ~= false then
      if frame then err.raise("ArgumentError", "only one of 'rows', 'range_', or 'groups' may be provided") end
      frame = i
    end
  end
  if not frame then return 0 end
  local range = o[FRAMES[frame]]
  if FrameClause:is(range) then return frame, range end
  if type(range) ~= "table" or (#range ~= 2 and not (range[2] == nil and range[1] ~= nil)) then
    err.raise("ArgumentError", "2-tuple expected for range/rows")
  end
  if range[2] == nil then err.raise("ArgumentError", "2-tuple expected for range/rows") end
  return frame, bound(range[1]), bound(range[2])
end

local function excluded(exclude, frame)
  if frame == 0 then
    err.raise("ArgumentError", "'exclude' requires that one of 'rows', 'range_', or 'groups' is also specified")
  end
  if type(exclude) ~= "string" or not EXCLUDED[exclude:upper()] then
    err.raise("CompileError", "Unexpected SQL phrase: '%s' (matching against 'CURRENT ROW|GROUP|TIES|NO OTHERS')",
      tostring(exclude))
  end
  return exclude
end

--- `self OVER (PARTITION BY … ORDER BY … ROWS …)`: rows, range_ and groups are {-5, 10}, la.NULL is unbounded.
local function over(self, partition_by, order_by, range_, rows, groups, exclude)
  local frame, lower, upper = frame_of{range_ = range_, rows = rows, groups = groups}
  local clause = FrameClause:is(lower) and lower
  if clause then lower = nil end
  local node = core.over(self, given(partition_by), given(order_by), frame, lower, upper)
  if clause then
    node = core.with(node, {
      lower = clause.lower_type, lower_value = clause.lower_bind,
      upper = clause.upper_type, upper_value = clause.upper_bind,
    })
  end
  if given(exclude) == nil then return node end
  return core.with(node, {exclude = excluded(exclude, frame)})
end

-- ---- ORDER BY within an aggregate ----

--- aggregate_strings(x, delimiter) with the delimiter written out.
local function with_literal_delimiter(call)
  local list = core.get(call, "args")
  if core.kind(list[2]) ~= "BIND" then return call end
  list[2] = core.with(list[2], {literal_execute = true})
  return core.with(call, {args = list})
end

--- `self(… ORDER BY …)`; where the database has no such thing, `self(…) WITHIN GROUP (ORDER BY …)`.
local function aggregate_order_by(self, ...)
  if select("#", ...) == 0 then err.raise("ArgumentError", "at least one ORDER BY element is required") end
  if not core.is_node(self) or core.kind(self) ~= "FUNCTION" then
    err.raise("ArgumentError", "aggregate_order_by: a function is expected, got %s", tostring(self))
  end
  local order_by = core.get(core.within_group(self, {...}), "order_by")
  if core.get(self, "generic") ~= 0 and core.get(self, "name") == FUNC_AGGREGATE_STRINGS then
    self = with_literal_delimiter(self)
  end
  return core.new("AGGREGATE_ORDER_BY", {element = self, order_by = order_by, type = core.expr_type(self)})
end

return args.by_name({
  over = over, aggregate_order_by = aggregate_order_by, FrameClause = FrameClause, FrameClauseType = FrameClauseType,
}, {over = "self partition_by order_by range_ rows groups exclude"})
