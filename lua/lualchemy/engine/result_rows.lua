--- How a result draws rows from its source, and what it makes of them on the way.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local row_module = require "lualchemy.engine.row"
local Source = require "lualchemy.engine.source"

local NULL = core.null
local taking = {}

--- Raises where there is nothing more to get, or never was.
function taking.check_open(self)
  if self._closed then err.raise("ResourceClosedError", "This result object is closed.") end
  if not self._source and not self._meta then
    err.raise("ResourceClosedError", "This result object does not return rows. It has been closed automatically.")
  end
end

-- ---- making rows into what the view gives ----

local function identity(row) return row end
taking.identity = identity

--- How a result gives its rows: convert(row); element, a place in them; row_keys() answers what tells rows apart;
-- needs_unique, the error where it is not unique; yield_per; kept: others may have the rows too; dress, a metatable
-- that the source's rows get; real, the result that a view is of. Most are plain; none of these tables is ever changed.
local PLAIN = {convert = identity, element = false, dress = false, row_keys = false, needs_unique = false,
  yield_per = false, kept = false, real = false}
taking.PLAIN = PLAIN

--- A table like that with other values.
function taking.how_with(how, changes)
  local other = {convert = how.convert, element = how.element, dress = how.dress, row_keys = how.row_keys,
    needs_unique = how.needs_unique, yield_per = how.yield_per, kept = how.kept, real = how.real}
  for name, value in next, changes do other[name] = value end
  return other
end

--- What tells values apart, as a key of a table.
function taking.key_of(value)
  local width = row_module.width(value)
  if width then
    local parts = {}
    for i = 1, width do
      local element = rawget(value, i)
      parts[i] = type(element) .. ":" .. tostring(element)
    end
    return table.concat(parts, "\0")
  end
  if type(value) == "userdata" and value ~= NULL then return "u:" .. tostring(value) end
  return value
end

--- The next rows of the source, or of the result's own cursor (n: as many; nil: all), or their elements, as the source
-- has them.
local function draw(self, n)
  local source = self._source
  local element, dress = self._how.element, self._how.dress
  if element then return source:elements(n, element) end
  if not source then return Source.fetch(self, n, dress or nil) end
  local rows = source:fetch(n)
  return dress and core.set_metatables(rows, dress) or rows
end

--- Rows that may be the same one again, and nobody said that each is wanted once.
local function refuse(self, n)
  local rows = draw(self, n)
  if #rows == 0 then return rows end
  err.raise("InvalidRequestError", self._how.needs_unique)
end

--- Adds what the rows become to out, of which `size` elements are there, but for what was given before if that matters
-- (`unique`); the size now.
local function sift(unique, rows, convert, out, size)
  local seen, by = unique and unique.seen, unique and unique.by
  for i = 1, #rows do
    local value = rows[i]
    if convert ~= identity then value = convert(value) end
    if value == nil then value = NULL end
    local key = value
    if by then key = by(value) end
    if not seen or not seen[key] then
      if seen then seen[key] = true end
      size = size + 1
      out[size] = value
    end
  end
  return size
end

--- What a loop has drawn and not come to, at most n (nil: all): in _buffer, an array with `at`.
local function rest(self, n)
  local buffer, out = self._buffer, {}
  local last = math.min(#buffer, n and buffer.at + n - 1 or #buffer)
  for i = buffer.at, last do out[#out + 1] = buffer[i] end
  buffer.at = last + 1
  if last == #buffer then self._buffer = false end
  return out
end

--- The same, all of it, for who makes something else of it, or wants each once.
function taking.rest(self, adapt, unique)
  local out = {at = 1}
  sift(unique, rest(self), adapt, out, 0)
  return out
end

--- The rows of the source that the view lets through, at most n (nil: all); alone: the others do not matter.
function taking.take(self, n, alone)
  taking.check_open(self)
  if self._buffer then
    local out = rest(self, n)
    if n and #out >= n then return out end
    local more = taking.take(self, n and n - #out, alone)
    for i = 1, #more do out[#out + 1] = more[i] end
    return out
  end
  local convert, unique = self._how.convert, self._unique
  if self._how.needs_unique and not unique and not alone then return refuse(self, n) end
  if convert == identity and not unique then return draw(self, n) end
  local out, size = {}, 0
  while true do
    local asked = n and n - size
    local rows = draw(self, asked)
    local distinct = unique and not unique.by and self._source and self._source.distinct
    if not n and distinct then return rows end
    size = sift(unique, rows, convert, out, size)
    if not n or #rows < asked or size >= n then return out end
  end
end

--- A source of these rows.
function taking.of_rows(rows)
  local at = 0
  return {fetch = function(_, n)
    local out = {}
    for i = 1, math.min(n or #rows - at, #rows - at) do out[i] = rows[at + i] end
    at = at + #out
    return out
  end}
end

--- The source has no more rows.
function taking.exhausted(self)
  local source = self._source
  if source then
    if source.close then source:close() end
  elseif rawget(self, "cursor") then
    self.cursor:close()
  end
end

--- The next row or element and, if `second`, whether there is another. Closes the result.
function taking.first(self, second)
  if self._how == PLAIN and not self._source and self._meta and not self._unique and not self._closed
    and not self._buffer then
    self._closed = true
    local row, ok, another, fd, seconds = self.cursor:one(second, not self.connection._wait)
    if ok then return row, another end
    return Source.go_on_for_one(self, row, ok, another, fd, seconds)
  end
  local rows = taking.take(self, second and 2 or 1, not second)
  self:close()
  return rows[1], second and rows[2] ~= nil
end

return taking
