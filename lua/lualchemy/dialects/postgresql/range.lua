--- Values of PostgreSQL's range types: `la.postgresql.Range(1, 5, {bounds = "[]"})`.
--
-- Ranges of integers and dates are compared by the values that they hold: [1,5] is [1,6).
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local values = require "lualchemy.values"

--- @class lualchemy.postgresql.Range
--- @field lower any|nil nil: unbounded
--- @field upper any|nil
--- @field bounds "()"|"[)"|"(]"|"[]"
--- @field empty boolean
--- @field isempty boolean
--- @field is_empty boolean
--- @field lower_inc boolean is the lower bound part of the range?
--- @field lower_inf boolean is there no lower bound?
--- @field upper_inc boolean
--- @field upper_inf boolean
--- @overload fun(lower?: any, upper?: any, options?: lualchemy.postgresql.RangeOptions): lualchemy.postgresql.Range
--- @overload fun(options: lualchemy.postgresql.RangeOptions): lualchemy.postgresql.Range
local Range = {}
local meta = {__name = "Range"}

local BOUNDS = {["()"] = true, ["[)"] = true, ["(]"] = true, ["[]"] = true}

local function make(lower, upper, bounds, empty)
  return setmetatable({lower = lower, upper = upper, bounds = bounds or "[)", empty = empty or false}, meta)
end

local function given(value)
  if value == core.null then return nil end
  return value
end

setmetatable(Range, {
  __call = function(_, ...)
    local p, o = args.brace("Range", {lower = true, upper = true, bounds = true, empty = true}, ...)
    local bounds = o.bounds or "[)"
    if not BOUNDS[bounds] then
      err.raise("ArgumentError", "Range(): argument 'bounds' must be '()', '[)', '(]' or '[]', got '%s'",
        tostring(bounds))
    end
    local lower, upper = p[1], p[2]
    if lower == nil then lower = o.lower end
    if upper == nil then upper = o.upper end
    return make(given(lower), given(upper), bounds, o.empty)
  end,
  __tostring = function() return "la.postgresql.Range" end,
})

--- Is x a range?
--- @param x any
--- @return boolean
function Range.is(_, x)
  return type(x) == "table" and getmetatable(x) == meta
end

-- ---- edges ----

--- What lies between one value and the next, nil where there is always another in between.
local function step_of(range)
  for _, value in ipairs{range.lower == nil and range.upper or range.lower} do
    if type(value) == "number" then return compat.is_integer(value) and 1 or nil end
    if values.datetime:is(value) then return nil end
    if values.date:is(value) then return values.timedelta{days = 1} end
  end
end

local function is_lower(bound) return bound == "[" or bound == "(" end

--- An edge of discrete values as the first that belongs to the range, or the first that no longer does.
local function canonical(value, bound, step)
  local inclusive = bound == "[" or bound == "]"
  if not step or inclusive == is_lower(bound) then return value, inclusive end
  return value + step, is_lower(bound)
end

--- -1, 0 or 1: which edge comes first. only_values: leave it at the values.
local function compare(range, value1, bound1, value2, bound2, only_values)
  local lower1, lower2 = is_lower(bound1), is_lower(bound2)
  if value1 == nil and value2 == nil then return lower1 == lower2 and 0 or lower1 and -1 or 1 end
  if value1 == nil then return lower1 and -1 or 1 end
  if value2 == nil then return lower2 and 1 or -1 end
  local step = step_of(range)
  local inc1, inc2
  value1, inc1 = canonical(value1, bound1, step)
  value2, inc2 = canonical(value2, bound2, step)
  if value1 < value2 then return -1 end
  if value2 < value1 then return 1 end
  if only_values or inc1 == inc2 and (inc1 or lower1 == lower2) then return 0 end
  if not inc1 then return lower1 and 1 or -1 end
  return lower2 and -1 or 1
end

local function lower_of(range) return range.lower, range.bounds:sub(1, 1) end
local function upper_of(range) return range.upper, range.bounds:sub(2, 2) end

--- Compares an edge of a with one of b.
local function edges(a, edge_a, b, edge_b)
  local v1, b1 = edge_a(a)
  local v2, b2 = edge_b(b)
  return compare(a, v1, b1, v2, b2)
end

-- ---- questions ----

--- @class lualchemy.postgresql.Range
local methods = {}

function meta.__eq(a, b)
  if a.empty or b.empty then return a.empty == b.empty end
  return edges(a, lower_of, b, lower_of) == 0 and edges(a, upper_of, b, upper_of) == 0
end

local function contains_value(self, value)
  if self.empty then return false end
  local lower, lower_bound = lower_of(self)
  local upper, upper_bound = upper_of(self)
  if lower ~= nil and (value < lower or lower_bound == "(" and value <= lower) then return false end
  return upper == nil or value < upper or upper_bound == "]" and value <= upper
end

--- Does other hold all of this one?
--- @param other lualchemy.postgresql.Range
--- @return boolean
function methods.contained_by(self, other)
  if self.empty then return true end
  if other.empty then return false end
  return edges(self, lower_of, other, lower_of) >= 0 and edges(self, upper_of, other, upper_of) <= 0
end

--- Does this one hold the value, or all of another range?
--- @param value any
--- @return boolean
function methods.contains(self, value)
  if Range:is(value) then return value:contained_by(self) end
  return contains_value(self, value)
end

--- Do the two share a value?
--- @param other lualchemy.postgresql.Range
--- @return boolean
function methods.overlaps(self, other)
  if self.empty or other.empty then return false end
  return edges(self, lower_of, other, lower_of) >= 0 and edges(self, lower_of, other, upper_of) <= 0
    or edges(other, lower_of, self, lower_of) >= 0 and edges(other, lower_of, self, upper_of) <= 0
end

--- Does it end before that one begins?
--- @param other lualchemy.postgresql.Range
--- @return boolean
function methods.strictly_left_of(self, other)
  return not (self.empty or other.empty) and edges(self, upper_of, other, lower_of) < 0
end

--- Does it begin after that one ends?
--- @param other lualchemy.postgresql.Range
--- @return boolean
function methods.strictly_right_of(self, other)
  return not (self.empty or other.empty) and edges(self, lower_of, other, upper_of) > 0
end

--- Does it not begin before that one?
--- @param other lualchemy.postgresql.Range
--- @return boolean
function methods.not_extend_left_of(self, other)
  return not (self.empty or other.empty) and edges(self, lower_of, other, lower_of) >= 0
end

--- Does it not end after that one?
--- @param other lualchemy.postgresql.Range
--- @return boolean
function methods.not_extend_right_of(self, other)
  return not (self.empty or other.empty) and edges(self, upper_of, other, upper_of) <= 0
end

--- Does b begin where a ends?
local function follows(range, value1, bound1, value2, bound2)
  local order = compare(range, value1, bound1, value2, bound2, true)
  local step = step_of(range)
  if order == -1 then
    if not step or value1 == nil or value2 == nil then return false end
    if (bound1 == "]") == (bound2 == "[") then value2 = value2 - step end
    return value1 <= value2 and value2 <= value1
  elseif order == 0 then
    return (bound1 == "]") ~= (bound2 == "[") or step ~= nil
  end
  return false
end

--- Do the two meet without a gap?
--- @param other lualchemy.postgresql.Range
--- @return boolean
function methods.adjacent_to(self, other)
  if self.empty or other.empty then return false end
  local slower, slower_b = lower_of(self)
  local supper, supper_b = upper_of(self)
  local olower, olower_b = lower_of(other)
  local oupper, oupper_b = upper_of(other)
  return follows(self, supper, supper_b, olower, olower_b) or follows(self, oupper, oupper_b, slower, slower_b)
end

-- ---- ranges of two ----

--- The range from the one edge to the other.
local function between(a, edge_a, b, edge_b)
  local lower, lower_b = edge_a(a)
  local upper, upper_b = edge_b(b)
  return make(lower, upper, lower_b .. upper_b)
end

--- All that is in one or the other, which must touch.
--- @param other lualchemy.postgresql.Range
--- @return lualchemy.postgresql.Range
function methods.union(self, other)
  if self.empty then return other end
  if other.empty then return self end
  if not self:overlaps(other) and not self:adjacent_to(other) then
    err.raise("ArgumentError", "Adding non-overlapping and non-adjacent ranges is not implemented")
  end
  local first = edges(self, lower_of, other, lower_of) < 0 and self or other
  local last = edges(self, upper_of, other, upper_of) > 0 and self or other
  return between(first, lower_of, last, upper_of)
end

--- All that is in both.
--- @param other lualchemy.postgresql.Range
--- @return lualchemy.postgresql.Range
function methods.intersection(self, other)
  if self.empty or other.empty or not self:overlaps(other) then return make(nil, nil, nil, true) end
  local first = edges(self, lower_of, other, lower_of) < 0 and other or self
  local last = edges(self, upper_of, other, upper_of) > 0 and other or self
  return between(first, lower_of, last, upper_of)
end

--- The edge that is left where the other range is cut off.
local CUT = {["["] = ")", ["("] = "]", ["]"] = "(", [")"] = "["}

--- [lower, upper) or nothing, if the two edges meet without including their value.
local function remainder(range, lower, lower_b, upper, upper_b)
  if lower_b ~= "[" and upper_b ~= "]" and compare(range, lower, lower_b, upper, upper_b) == 0 then
    return make(nil, nil, nil, true)
  end
  return make(lower, upper, lower_b .. upper_b)
end

--- What is left of this one without the other.
--- @param other lualchemy.postgresql.Range
--- @return lualchemy.postgresql.Range
function methods.difference(self, other)
  if self.empty or other.empty then return self end
  local lower_order, upper_order = edges(self, lower_of, other, lower_of), edges(self, upper_of, other, upper_of)
  if lower_order < 0 and upper_order > 0 then
    err.raise("ArgumentError", "Subtracting a strictly inner range is not implemented")
  end
  if edges(self, lower_of, other, upper_of) > 0 or edges(self, upper_of, other, lower_of) < 0 then return self end
  if lower_order >= 0 and upper_order <= 0 then return make(nil, nil, nil, true) end
  if upper_order <= 0 then
    local lower, lower_b = lower_of(self)
    local cut, cut_b = lower_of(other)
    return remainder(self, lower, lower_b, cut, CUT[cut_b])
  end
  local upper, upper_b = upper_of(self)
  local cut, cut_b = upper_of(other)
  return remainder(self, cut, CUT[cut_b], upper, upper_b)
end

meta.__add, meta.__sub, meta.__mul = methods.union, methods.difference, methods.intersection
meta.__shl, meta.__shr = methods.strictly_left_of, methods.strictly_right_of

-- ---- attributes, text ----

local getters = {
  isempty = function(r) return r.empty end,
  is_empty = function(r) return r.empty end,
  lower_inc = function(r) return r.bounds:sub(1, 1) == "[" end,
  upper_inc = function(r) return r.bounds:sub(2, 2) == "]" end,
  lower_inf = function(r) return not r.empty and rawget(r, "lower") == nil end,
  upper_inf = function(r) return not r.empty and rawget(r, "upper") == nil end,
}

function meta.__index(range, key)
  local getter = getters[key]
  if getter then return getter(range) end
  return methods[key]
end

--- As Python writes it; value: what does that for any value.
function meta.__repr(r, value)
  return ("Range(lower=%s, upper=%s, bounds='%s', empty=%s)"):format(value(r.lower), value(r.upper), r.bounds,
    value(r.empty))
end

function meta.__tostring(r)
  if r.empty then return "empty" end
  local lower, upper = r.lower, r.upper
  return r.bounds:sub(1, 1) .. (lower == nil and "" or tostring(lower)) .. ","
    .. (upper == nil and "" or tostring(upper)) .. r.bounds:sub(2, 2)
end

-- ---- several ranges ----

local multi_meta = {__name = "MultiRange"}

local MultiRange = setmetatable({
  is = function(_, x) return type(x) == "table" and getmetatable(x) == multi_meta end,
}, {
  --- MultiRange{range, …}
  __call = function(_, list)
    local out = {}
    for i, range in ipairs(list or {}) do
      if not Range:is(range) then err.raise("ArgumentError", "MultiRange(): element %d is no Range", i) end
      out[i] = range
    end
    return setmetatable(out, multi_meta)
  end,
  __tostring = function() return "la.postgresql.MultiRange" end,
})

function multi_meta.__tostring(list)
  local out = {}
  for i = 1, #list do out[i] = tostring(list[i]) end
  return "{" .. table.concat(out, ",") .. "}"
end

function multi_meta.__eq(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do
    if a[i] ~= b[i] then return false end
  end
  return true
end

return {Range = Range, MultiRange = MultiRange, make = make, meta = meta, multi_meta = multi_meta}
