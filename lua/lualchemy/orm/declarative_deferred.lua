--- Declarative classes whose mapping waits for prepare(): those of an automap base, those with la.DeferredReflection.
--
-- A class defers the mapping of all that derive from it when its record says so: defers = "AutomapBase". What a class
-- was written with is scanned at once, and its table is made; `record.deferred` keeps both until finish(record):
--   {scan, table, order}
local class = require "lualchemy.orm.class"
local err = require "lualchemy.error"

local deferred = {}
local held = setmetatable({}, {__mode = "k"})
local count = 0

--- Who defers the mapping of that class, or nil.
function deferred.by(record)
  for _, one in ipairs(record.mro) do
    local of = class.record(one)
    if of and of.defers then return of.defers end
  end
end

--- Scans a class and keeps what is found.
function deferred.hold(record)
  local scan = require("lualchemy.orm.declarative_scan").scan(record)
  count = count + 1
  record.deferred = {scan = scan, order = count, table = require("lualchemy.orm.declarative_table").table(record, scan)}
  held[record] = true
end

--- The records of classes derived from cls that wait, in the order in which they were made.
function deferred.records(cls)
  local list = {}
  for record in pairs(held) do
    if class.subclass(record.class, cls) then list[#list + 1] = record end
  end
  table.sort(list, function(a, b) return a.deferred.order < b.deferred.order end)
  return list
end

--- Maps a class that waited.
function deferred.finish(record)
  local kept = record.deferred
  record.deferred, held[record] = nil, nil
  return require("lualchemy.orm.declarative").finish(record, kept.scan, kept.table)
end

--- Raises where somebody wants the mapper of a class that waits.
function deferred.check(record)
  if not record.deferred then return end
  err.raise("UnmappedClassError", "Class %s is a subclass of %s.  Mappings are not produced until the .prepare() "
    .. "method is called on the class hierarchy.", record.name, deferred.by(record))
end

return deferred
