--- Sources of rows for results: what is left of a cursor.
local compat = require "lualchemy.compat"
local wait = require "lualchemy.wait"
local failure = require "lualchemy.engine.failure"
local repr = require "lualchemy.engine.repr"

--- What is left of a cursor: {connection, cursor, page = so many of its `count` sets are a batch, or nil}. The
-- execution of a statement is one, too (context.lua).
local Source = {}
Source.__index = Source

--- The cursor is the statement of the page of sets that failed, for who asks for text and parameters.
function Source.show_page(cursor, page, count)
  local first = math.floor((cursor:failed_set() - 1) / page) * page + 1
  cursor:batch(first, math.min(page, count - first + 1))
end

--- Raises what fetching said, the cursor closed.
local function broken(source, e, stopped)
  local page = rawget(source, "page")
  if page then Source.show_page(source.cursor, page, source.count) end
  local sql, sets = source.cursor:sql(), source.cursor:parameters()
  source.cursor:close()
  if stopped then error(e, 0) end
  failure.raise(source.connection, e, sql, sets, #sets > 1, false, page ~= nil, source.cursor)
end

local function log_rows(source, rows)
  for i = 1, #rows do source.connection._logger:debug("Row " .. repr.tuple(rows[i], source.width)) end
end

--- Does the log tell of each row?
function Source:is_logged() return self.connection._logger.level == "debug" end

--- At most n rows (nil: all that are left); none at the end. dress: a metatable for them, in place of their own.
function Source:fetch(n, dress)
  local rows = Source.read(self, n, nil, nil, nil, dress)
  if self.connection._logger.level == "debug" then log_rows(self, rows) end
  return rows
end

--- What is left to read after rows for which there was nothing to wait for.
local function go_on(self, rows, n, loader, load, single, dress, ok, what, fd, seconds)
  local cursor, waiter = self.cursor, self.connection._wait
  while ok == false do
    local fine, e = compat.pcall(waiter, fd, what, seconds)
    if not fine then broken(self, e, true) end
    ok, e, what = wait.finish(waiter, cursor.step, cursor)
    if not ok then broken(self, e, what) end
    local more
    local left = n and n - #rows or -1
    if loader then
      more, ok, what, fd, seconds = loader:rows(cursor, left, false, load, single)
    else
      more, ok, what, fd, seconds = cursor:fetch(left, false, dress)
    end
    for i = 1, #more do rows[#rows + 1] = more[i] end
  end
  if ok == nil then broken(self, what) end
  return rows
end

--- The same without a word to the log; with a loader (core.loader), the rows as it makes them for `load`.
function Source:read(n, loader, load, single, dress)
  local cursor, waiter = self.cursor, self.connection._wait
  local rows, ok, what, fd, seconds
  if loader then
    rows, ok, what, fd, seconds = loader:rows(cursor, n or -1, not waiter, load, single)
  else
    rows, ok, what, fd, seconds = cursor:fetch(n or -1, not waiter, dress)
  end
  if ok then return rows end
  return go_on(self, rows, n, loader, load, single, dress, ok, what, fd, seconds)
end

--- The same for who asked for one row, and got `row` so far.
function Source:go_on_for_one(row, ...)
  local rows = go_on(self, {row}, 2, nil, nil, nil, nil, ...)
  self.cursor:close()
  return rows[1], rows[2] ~= nil
end

--- All that is left into the tables rows[at], rows[at + 1], …: column i at slots[i]. Answers how many there were.
--- @param column? integer a column whose values are to be added to the array `keys`
function Source:fetch_slots(rows, at, slots, column, keys)
  local cursor, waiter = self.cursor, self.connection._wait
  local count, ok, what, fd, seconds = cursor:fetch_slots(rows, at, slots, not waiter, column, keys)
  while ok == false do
    local fine, e = compat.pcall(waiter, fd, what, seconds)
    if not fine then broken(self, e, true) end
    ok, e, what = wait.finish(waiter, cursor.step, cursor)
    if not ok then broken(self, e, what) end
    local more
    more, ok, what, fd, seconds = cursor:fetch_slots(rows, at + count, slots, false, column, keys)
    count = count + more
  end
  if ok == nil then broken(self, what) end
  return count
end

function Source:close() self.cursor:close() end

--- Tells the log of the columns, before the rows are read; returns the source.
function Source:announce()
  if not Source.is_logged(self) then return self end
  local names = {}
  for i, column in ipairs(self.cursor:columns()) do names[i] = column.name end
  self.width = #names
  if #names > 0 then self.connection._logger:debug("Col " .. repr.tuple(names)) end
  return self
end

--- The rows of a cursor, for a result.
function Source.of(connection, cursor)
  local source = setmetatable({connection = connection, cursor = cursor}, Source)
  return connection._logger.level == "debug" and source:announce() or source
end

return Source
