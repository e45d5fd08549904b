--- Results that are made of several: what merge() does, splice_horizontally() and splice_vertically().
local err = require "lualchemy.error"
local row_module = require "lualchemy.engine.row"
local taking = require "lualchemy.engine.result_rows"

local take = taking.take

--- A source of the rows of results, one after the other.
local function chain(list)
  local source, at = {}, 1
  function source.fetch(_, n)
    local rows = {}
    while list[at] and (not n or #rows < n) do
      local more = take(list[at], n and n - #rows)
      if not n or #rows + #more < n then at = at + 1 end
      for i = 1, #more do rows[#rows + 1] = more[i] end
    end
    return rows
  end
  function source.close()
    for _, result in ipairs(list) do result:close() end
  end
  return source
end

--- The metatable of rows that have the elements of both.
local function joined(a, b)
  local keys, objects = {}, {}
  for i = 1, a.n do keys[i] = a.keys[i] end
  for i = 1, b.n do keys[a.n + i] = b.keys[i] end
  for id, position in pairs(row_module.objects(b)) do objects[id] = a.n + position end
  for id, position in pairs(row_module.objects(a)) do objects[id] = position end
  return row_module.meta(keys, objects)
end

--- A row of the elements of both.
local function beside(a, b, na, meta)
  local row = {}
  for i = 1, meta.n do
    if i <= na then row[i] = rawget(a, i) else row[i] = rawget(b, i - na) end
  end
  return setmetatable(row, meta)
end

local function both(who, self, other)
  if not (other and other._meta and self._meta) then
    err.raise("ArgumentError", "%s: both results must have rows", who)
  end
  return take(self, nil), take(other, nil)
end

return function(classes)
  --- @class lualchemy.Result
  local Result = classes.Result

  --- The rows of results, which are unique as the first of them is.
  function Result._merged(meta, list)
    local first = list[1]
    local unique = first._unique
    for _, result in ipairs(list) do
      if not result._how.needs_unique then result._unique = false end
    end
    local merged = Result._over(classes.MergedResult, chain(list), meta)
    merged._unique = unique
    if first._how.yield_per then merged:yield_per(first._how.yield_per) end
    return merged
  end

  --- @class lualchemy.CursorResult
  local CursorResult = classes.CursorResult

  --- Makes each row longer by the one of another result that has as many, in the same order; returns the result.
  --- @param other lualchemy.CursorResult
  --- @return lualchemy.CursorResult
  function CursorResult:splice_horizontally(other)
    local own, others = both("splice_horizontally", self, other)
    local meta, na, rows = joined(self._meta, other._meta), self._meta.n, {}
    for i = 1, math.min(#own, #others) do rows[i] = beside(own[i], others[i], na, meta) end
    self._source, self._meta = taking.of_rows(rows), meta
    return self
  end

  --- Adds the rows of another result with the same columns; returns the result.
  --- @param other lualchemy.CursorResult
  --- @return lualchemy.CursorResult
  function CursorResult:splice_vertically(other)
    local own, others = both("splice_vertically", self, other)
    local rows = {}
    for i = 1, #own do rows[i] = own[i] end
    for i = 1, #others do rows[#own + i] = row_module.of(others[i]:slice(), self._meta) end
    self._source = taking.of_rows(rows)
    return self
  end
end
