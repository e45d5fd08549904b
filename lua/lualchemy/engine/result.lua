--- Results: what execute() returns, and its views.
--
-- A result draws rows from a *source*: `source:fetch(n)` gives an array of n rows (all for nil), fewer at the
-- end; `source:close()`. Views (scalars, mappings, columns) share the source with the result
-- they came from. Rows are what lualchemy.engine.row makes; la.NULL stands for NULL in lists.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local Context = require "lualchemy.engine.context"
local frozen = require "lualchemy.engine.frozen"
local row_module = require "lualchemy.engine.row"
local taking = require "lualchemy.engine.result_rows"

local NULL, PLAIN = core.null, taking.PLAIN
local identity, how_with, check_open, take, exhausted, first_of = taking.identity, taking.how_with, taking.check_open,
  taking.take, taking.exhausted, taking.first

--- @class lualchemy.Result
--- @field returns_rows boolean
--- @field closed boolean
local Result = {__name = "lualchemy.Result"}

--- how -> the same for the first element alone
local first_elements = setmetatable({}, {__mode = "k"})
local KEPT = how_with(PLAIN, {kept = true})

--- The argument, by its place or by its name.
local function named(name, x)
  if type(x) == "table" then return (args.place(name, x)) end
  return x
end

local function given(x)
  if x ~= NULL then return x end
end

-- ---- fetching ----

--- All rows that are left.
--- @return any[]
function Result:all()
  local rows = take(self, nil)
  exhausted(self)
  return rows
end
Result.fetchall = Result.all

--- The next row, or nil.
--- @return any
function Result:fetchone()
  local rows = take(self, 1)
  if rows[1] == nil then exhausted(self) end
  return rows[1]
end

--- How many rows come at once where nobody says: as many as yield_per told, or one, the array size of the drivers;
-- nil: all, where they are not read from a cursor.
local function usual(self)
  return self._how.yield_per or not self._source and 1 or nil
end

--- At most n rows, or as many as usual.
--- @param n? integer
--- @return any[]
function Result:fetchmany(n)
  return take(self, given(named("size", n)) or usual(self))
end

local function only(self, raise_none, raise_many, scalar)
  local row, another = first_of(self, raise_many)
  if row == nil then
    if raise_none then err.raise("NoResultFound", "No row was found when one was required") end
    return nil
  end
  if another then
    err.raise("MultipleResultsFound", raise_none and "Multiple rows were found when exactly one was required"
      or "Multiple rows were found when one or none was required")
  end
  if scalar and row_module.is(row) then return row[1] end
  if row == NULL then return nil end
  return row
end

--- The first row or nil; closes the result.
--- @return any
function Result:first()
  local row = first_of(self, false)
  if row ~= NULL then return row end
end
--- The only row; NoResultFound or MultipleResultsFound otherwise.
--- @return any
function Result:one() return only(self, true, true) end
--- The only row, nil if there is none; MultipleResultsFound if there are more.
--- @return any
function Result:one_or_none() return only(self, false, true) end
--- The first column of the first row, or nil.
--- @return any
function Result:scalar() return only(self, false, false, true) end
--- @return any
function Result:scalar_one() return only(self, true, true, true) end
--- @return any
function Result:scalar_one_or_none() return only(self, false, true, true) end

-- ---- views ----

local classes = {}

local function make(class, connection, cursor, source, meta, how, context)
  return setmetatable({connection = connection, cursor = cursor, _source = source, _meta = meta, _how = how,
    _context = context, _closed = false, _unique = false}, class)
end

--- adapt: what makes the view's of a row that the result would give; so go those that a loop has left.
local function view(self, class, changes, adapt)
  check_open(self)
  changes.real = self._how.real or self
  local other = make(class, rawget(self, "connection"), rawget(self, "cursor"), self._source, self._meta,
    how_with(self._how, changes), false)
  other._unique = self._unique
  if self._buffer then other._buffer = taking.rest(self, adapt) end
  return other
end

--- The elements at a position (1 if not given), one for each row.
--- @param index? integer|string
--- @return lualchemy.ScalarResult
function Result:scalars(index)
  index = named("index", index)
  local at = index and row_module.position(self._meta, index, "scalars") or 1
  local convert = self._how.convert
  local function adapt(row) return row[at] end
  if convert == identity and self._source and self._source.elements then
    return view(self, classes.ScalarResult, {element = at}, adapt)
  end
  local changes = {element = false, convert = function(row) return convert(row)[at] end}
  return view(self, classes.ScalarResult, changes, adapt)
end

--- The same where nobody else has the result.
function Result:_become_scalars()
  if self._how.convert ~= identity or not self._source or not self._source.elements then return self:scalars() end
  local how = self._how
  first_elements[how] = first_elements[how] or how_with(how, {element = 1})
  self._how = first_elements[how]
  return setmetatable(self, classes.ScalarResult)
end

--- Rows as mappings: `m.name`, `m[t.c.name]`, `m:keys()`.
--- @return lualchemy.MappingResult
function Result:mappings()
  check_open(self)
  local convert, kept = self._how.convert, self._how.kept
  if convert == identity and not kept then
    return view(self, classes.MappingResult, {dress = row_module.mapping_meta(self._meta)}, row_module.mapping)
  end
  local made = kept and row_module.mapping or row_module.become_mapping
  return view(self, classes.MappingResult, {convert = function(row) return made(convert(row)) end}, row_module.mapping)
end

--- Rows with these columns only, in this order.
--- @param ... integer|string|userdata
--- @return lualchemy.Result
function Result:columns(...)
  local at, keys, objects = {}, {}, {}
  for i = 1, select("#", ...) do
    at[i] = row_module.position(self._meta, (select(i, ...)), "columns")
    keys[i] = self._meta.keys[at[i]]
  end
  for id, position in pairs(row_module.objects(self._meta)) do
    for i, p in ipairs(at) do
      if p == position then objects[id] = i end
    end
  end
  local meta, convert = row_module.meta(keys, objects), self._how.convert
  local mapping = getmetatable(self) == classes.MappingResult
  local function pick(from)
    local out = {}
    for i, p in ipairs(at) do rawset(out, i, rawget(from, p)) end
    setmetatable(out, meta)
    return mapping and row_module.become_mapping(out) or out
  end
  if self._buffer then self._buffer = taking.rest(self, pick) end
  self._how = how_with(self._how, {convert = function(row) return pick(convert(row)) end})
  self._meta = meta
  return self
end

--- The result itself: rows are arrays already.
--- @return lualchemy.Result
function Result:tuples() return self end

--- Leaves out rows that were given before; `by(value)` may say what makes them equal.
--- @param by? function
--- @return lualchemy.Result
function Result:unique(by)
  by = given(named("strategy", by))
  local keyed = by and function(value)
    local key = by(value)
    if key == nil then return NULL end
    return key
  end
  local how = self._how
  local by_itself = how.element and self._source:gives_objects(how.element)
  if not keyed and not by_itself then keyed = how.row_keys and how.row_keys() or taking.key_of end
  self._unique = {seen = {}, by = keyed} -- what was given before
  if self._buffer then self._buffer = taking.rest(self, identity, self._unique) end
  return self
end

--- The source fetches n rows at a time.
--- @param n integer
--- @return lualchemy.Result
function Result:yield_per(n)
  n = named("num", n)
  self._how = how_with(self._how, {yield_per = n})
  if self._source and self._source.chunk then self._source:chunk(n) end
  return self
end

--- Iterates over arrays of at most n rows, or as many as usual.
--- @param n? integer
--- @return fun(): any[]?
function Result:partitions(n)
  n = given(named("size", n)) or usual(self)
  return function()
    local rows = take(self, n)
    if #rows > 0 then return rows end
    exhausted(self)
  end
end

--- @return string[]
function Result:keys()
  if not self._meta then
    err.raise("ResourceClosedError", "This result object does not return rows. It has been closed automatically.")
  end
  return row_module.fields(self._meta)
end

--- Gives up the rows that are left.
function Result:close()
  taking.exhausted(self)
  local real = self._how.real
  if real then real._closed = true end
  self._closed = true
end

--- Takes the rows into memory, so that the result can be repeated: `frozen()` gives it anew.
--- @return lualchemy.FrozenResult
function Result:freeze() return frozen.new(Result, self:all(), self._meta) end

--- One result of the rows of several: read one after the other when they are asked for.
--- @param ... lualchemy.Result
--- @return lualchemy.Result
function Result:merge(...) return Result._merged(self._meta, {self, ...}) end

-- ---- classes ----

local INSERT_ONLY = {inserted_primary_key = true, inserted_primary_key_rows = true, returned_defaults = true,
  returned_defaults_rows = true, rowcount = true, lastrowid = true, context = true,
  is_insert = true}

--- The context of the execution, made when it is first asked for; nil where there was none.
local function context_of(real)
  local context = real._context
  if Context.is(context) or not rawget(real, "cursor") then return context end
  real._context = Context.of(real.connection, real.cursor, context)
  return real._context
end

--- What a result answers to besides the methods of its class.
local function other_of(self, key)
  if key == "returns_rows" then return rawget(self, "_meta") ~= nil end
  if type(key) ~= "string" or key:sub(1, 1) == "_" then return nil end
  local real = self._how.real or self
  if key == "closed" then return real._closed end
  local context = context_of(real)
  if context and INSERT_ONLY[key] then return context:attribute(key) end
  if context and context[key] ~= nil then
    return function(_, ...) return context[key](context, ...) end
  end
  if key == "t" then return self end
  err.raise("InvalidRequestError", "a result has no attribute '%s'", key)
end

--- The first of the next rows; the others wait in _buffer for the next turn, or for who asks for rows after the loop.
local function refill(self)
  self._buffer = false
  local rows = take(self, self._how.yield_per or 100)
  local row = rows[1]
  if row == nil then
    exhausted(self)
    return nil
  end
  rows.at = 2
  self._buffer = rows
  return row
end

--- `for row in result do … end`
local function call(self)
  local buffer = self._buffer
  if buffer then
    local at = buffer.at
    local row = buffer[at]
    if row ~= nil then
      buffer.at = at + 1
      return row
    end
  end
  return refill(self)
end

--- Classes of results are called where iterator_result.lua says how they are made.
local made = {__call = function(of, ...)
  if of.make then return of.make(...) end
  err.raise("ArgumentError", "la.%s is not made by calling it", of.__name:match("[^.]+$"))
end}

local function class(name, members)
  local c = {__name = "lualchemy." .. name}
  for k, v in pairs(Result) do
    if c[k] == nil then c[k] = v end
  end
  for k, v in pairs(members or {}) do c[k] = v end
  for _, absent in ipairs(members and members._without or {}) do c[absent] = nil end
  c._buffer = false -- what a loop has drawn and not come to yet: an array with `at`
  c.__index = compat.index(c, other_of)
  c.__call = call
  c.__close = Result.close
  c.is = function(_, x)
    local other = type(x) == "table" and getmetatable(x)
    return other == c or type(other) == "table" and rawget(other, "_parent") == name
  end
  classes[name] = setmetatable(c, made)
  return c
end

class("CursorResult")
class("ScalarResult", {_without = {"scalar", "scalar_one", "scalar_one_or_none", "scalars", "mappings", "columns",
  "keys"}})
class("MappingResult", {_without = {"scalar", "scalar_one", "scalar_one_or_none", "scalars", "mappings"}})
class("IteratorResult")
class("ChunkedIteratorResult", {_parent = "IteratorResult"})
class("MergedResult", {_parent = "IteratorResult"})

--- The result of an execution. Its rows are those of the cursor, or of a source, and share a metatable (nil: it returns
-- no rows).
--- @param connection? lualchemy.Connection
--- @param cursor? userdata the core's
--- @param source table|false
--- @param meta? table
--- @param context? lualchemy.ExecutionContext|table as long as nobody asks for that, the parameters it is made of
--- @param how? table of Result._like
--- @return lualchemy.CursorResult
function Result.new(connection, cursor, source, meta, context, how)
  return setmetatable({connection = connection, cursor = cursor, _source = source, _meta = meta, _how = how or PLAIN,
    _context = context or false, _closed = false, _unique = false}, classes.CursorResult)
end

--- How results give rows that are like these: row_keys() says what tells them apart, needs_unique is the error where
-- unique() is not called.
function Result._like(changes) return how_with(PLAIN, changes) end

--- A result of that class over a source.
function Result._over(of, source, meta) return make(of, nil, nil, source, meta, KEPT, false) end

--- A result over an array of rows.
--- @param rows lualchemy.Row[]
--- @param meta? table
--- @return lualchemy.Result
function Result.from_rows(rows, meta)
  return make(classes.IteratorResult, nil, nil, taking.of_rows(rows), meta, KEPT, false)
end

classes.Result = Result
--- Is x a result, of whatever view?
--- @param x any
--- @return boolean
function Result.is(_, x)
  local meta = type(x) == "table" and getmetatable(x)
  for _, c in pairs(classes) do
    if c == meta then return true end
  end
  return false
end

-- what puts results together is loaded when two are
for name, kind in pairs{_merged = "Result", splice_horizontally = "CursorResult", splice_vertically = "CursorResult"} do
  local target = classes[kind]
  target[name] = function(...)
    require("lualchemy.engine.result_merge")(classes)
    return target[name](...)
  end
end

return classes
