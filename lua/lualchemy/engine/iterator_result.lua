--- Results of rows that no database gave: of an iterator, of one that comes in chunks.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local args = require "lualchemy.args"
local results = require "lualchemy.engine.result"
local row_module = require "lualchemy.engine.row"

local NULL = core.null
local iterators = {}

-- ---- what rows are made of ----

--- @class lualchemy.SimpleResultMetaData
local MetaData = {__name = "lualchemy.SimpleResultMetaData"}
MetaData.__index = MetaData

--- What an element of a row answers to beside its name: nodes by their id, all else as it is.
local function objects_of(extra)
  local objects = {}
  for position, names in pairs(extra or {}) do
    for _, name in ipairs(names ~= NULL and names or {}) do
      local element = core.element(name)
      objects[element and core.id(element) or name] = position
    end
  end
  return objects
end

local function check_keys(who, keys)
  if type(keys) ~= "table" then
    err.raise("ArgumentError", "%s: argument 'keys' must be an array of names, got %s", who, type(keys))
  end
end

--- The names of the elements of rows.
--- @param keys string[]
--- @param options? {extra: any[][]} what each element answers to besides
--- @return lualchemy.SimpleResultMetaData
function iterators.SimpleResultMetaData(keys, options)
  check_keys("SimpleResultMetaData", keys)
  if type(keys[1]) == "table" then keys, options = keys[1], {extra = keys.extra} end
  local o = args.check("SimpleResultMetaData", {extra = true}, options or {})
  local objects = objects_of(o.extra)
  return setmetatable({_rows = row_module.meta(keys, objects, true), _objects = objects}, MetaData)
end

--- @return string[]
function MetaData:keys() return row_module.fields(self._rows) end

--- A function that makes rows with these names of arrays of values.
--- @param fields string[]
--- @param extra? any[][]
--- @return fun(values: any[]): lualchemy.Row
function iterators.result_tuple(fields, extra)
  check_keys("result_tuple", fields)
  local meta = row_module.meta(fields, objects_of(extra), true)
  return function(values) return row_module.of(values, meta) end
end

-- ---- iterating ----

local function none() return nil end

--- A function that answers one element after the other of an array, or of what can be called for them.
local function iterator_of(who, x)
  local meta = type(x) == "table" and getmetatable(x)
  if type(x) == "function" or type(meta) == "table" and rawget(meta, "__call") then return x end
  if type(x) ~= "table" then
    err.raise("ArgumentError", "%s: argument 'iterator' must be an array or a function, got %s", who, type(x))
  end
  local at = 0
  return function()
    at = at + 1
    return x[at]
  end
end

local Source = {}
Source.__index = Source

function Source:fetch(n)
  if n and self.changing then self:chunk(n) end
  local rows, row_of, meta, scalars = {}, row_module.of, self.meta, self.scalars
  while not n or #rows < n do
    local value = self.next()
    if value == nil then break end
    rows[#rows + 1] = scalars and row_of({value}, meta) or row_of(value, meta)
  end
  return rows
end

function Source:close()
  self.next, self.chunks = none, nil
  if self.raw then self.raw:close() end
end

--- Elements of the arrays that chunks(n) gives; what was left of those before is given up.
function Source:chunk(n)
  if not self.chunks then return end
  local chunk, at = nil, 0
  local another = iterator_of("ChunkedIteratorResult", self.chunks(n))
  self.next = function()
    at = at + 1
    while chunk == nil or chunk[at] == nil do
      chunk, at = another(), 1
      if chunk == nil then return nil end
    end
    return chunk[at]
  end
end

local function check_meta(who, meta)
  if getmetatable(meta) ~= MetaData then
    err.raise("ArgumentError", "%s: argument 'cursor_metadata' must be a SimpleResultMetaData, got %s", who, type(meta))
  end
  return meta._rows
end

--- Sources of single values have rows of one element.
local function new(class, source, meta, scalars)
  if scalars then meta = row_module.meta({meta.keys[1]}, {}) end
  source.meta, source.scalars = meta, scalars
  return results.Result._over(class, setmetatable(source, Source), meta)
end

local function callable(class, make)
  results[class].make = make
  return results[class]
end

local ITERATOR = {raw = true, _source_supports_scalars = true}
local function iterator_result(meta, iterator, ...)
  local rows = check_meta("IteratorResult", meta)
  local p, o = args.take("IteratorResult", ITERATOR, ...)
  local source = {next = iterator_of("IteratorResult", iterator), raw = p[1] or o.raw}
  return new(results.IteratorResult, source, rows, p[2] or o._source_supports_scalars)
end

local CHUNKED = {source_supports_scalars = true, raw = true, dynamic_yield_per = true}
local function chunked_result(meta, chunks, ...)
  local rows = check_meta("ChunkedIteratorResult", meta)
  local p, o = args.take("ChunkedIteratorResult", CHUNKED, ...)
  if type(chunks) ~= "function" then
    err.raise("ArgumentError", "ChunkedIteratorResult: argument 'chunks' must be a function, got %s", type(chunks))
  end
  local source = setmetatable({chunks = chunks, raw = p[2] or o.raw, changing = p[3] or o.dynamic_yield_per}, Source)
  source:chunk(nil)
  return new(results.ChunkedIteratorResult, source, rows, p[1] or o.source_supports_scalars)
end

iterators.IteratorResult = callable("IteratorResult", iterator_result)
iterators.ChunkedIteratorResult = callable("ChunkedIteratorResult", chunked_result)
iterators.MergedResult = callable("MergedResult", function(meta, list)
  return results.Result._merged(check_meta("MergedResult", meta), list)
end)

--- A result without rows.
--- @return lualchemy.Result
function iterators.null_result() return iterator_result(iterators.SimpleResultMetaData{}, {}) end

return iterators
