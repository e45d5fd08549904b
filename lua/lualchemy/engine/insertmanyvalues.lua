--- An INSERT of many sets of parameters as statements of many rows: what SQLAlchemy calls "insertmanyvalues".
--
-- Rows that come back are put into the order of the sets by *sentinels*, the last columns of the result: numbers that
-- rise with the rows, or parameters whose values are known. Where there are none, each set is a statement of its own.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local failure = require "lualchemy.engine.failure"
local Source = require "lualchemy.engine.source"

local NULL = core.null
local batches = {}

--- Adds to what core.compiled_info says of the rows of an INSERT that goes in batches:
--- {ordered, returning, sentinels, single = each set by itself, downgraded = only for the order's sake, binds, names}
--- @param returning boolean? has the statement a RETURNING?
function batches.describe(rows, returning, node)
  rows.returning = returning
  rows.ordered = returning and core.get(node, "sort_by_parameter_order") == 1
  local upsert = core.has(node, "on_conflict")
  if not rows.repeats then
    rows.single = true
  elseif rows.ordered and (rows.sentinels == 0 or (upsert and not rows.numbered)) then
    rows.single, rows.downgraded = true, true
  elseif rows.others and not rows.numbered and rows.returning then
    rows.single, rows.downgraded = true, true
  end
end

--- How many sets go into a statement.
local function size_of(connection, info, options)
  local rows, dialect = info.rows, connection.dialect
  if rows.single then return 1 end
  local page = options.insertmanyvalues_page_size or connection.engine._page_size or 1000
  local limit = connection:_db().conn:max_params()
  local stated = dialect.insertmanyvalues_max_parameters
  if stated > 0 and (limit <= 0 or stated < limit) then limit = stated end
  local outside = #info.names - rows.binds
  return math.max(1, math.min(page, math.floor((limit - outside) / math.max(1, rows.binds))))
end

-- ---- rows in order ----

local function key_of(value)
  local kind = type(value)
  if kind == "number" or kind == "string" or kind == "boolean" then return value end
  return tostring(value)
end

--- What stands in the sentinels of a row.
local function sentinel_of(row, width, n)
  if n == 1 then return key_of(row[width + 1]) end
  local keys = {}
  for i = 1, n do keys[i] = tostring(key_of(row[width + i])) end
  return table.concat(keys, "\0")
end

--- What a set of parameters sent for them.
local function sent_of(context, at, names)
  local set, keys, from = context.sets[at] or {}, {}, context.from
  for i, name in ipairs(names) do
    local value = set[name]
    local slot = value == nil and from and from.slots[name]
    if slot then value = rawget(from.rows[from.first + at - 1], slot) end
    if value == nil then value = context.cursor:own_value(name) end
    keys[i] = key_of(value)
  end
  if #names == 1 then return keys[1] end
  for i = 1, #keys do keys[i] = tostring(keys[i]) end
  return table.concat(keys, "\0")
end

local function check_count(found, expected)
  if found == expected then return end
  err.raise("InvalidRequestError", "Sentinel-keyed result set did not produce correct number of rows %d; produced %d.  "
    .. "Please ensure the sentinel column is fully unique and populated in all cases.", expected, found)
end

local function by_names(context, list, rows, width, first, n)
  local found, count = {}, 0
  for i = 1, #list do
    local key = sentinel_of(list[i], width, rows.sentinels)
    if found[key] == nil then count = count + 1 end
    found[key] = list[i]
  end
  check_count(count, n)
  local out = {}
  for i = 1, n do
    local key = sent_of(context, first + i - 1, rows.names)
    out[i] = found[key]
    if not out[i] then
      err.raise("InvalidRequestError", "Can't match sentinel values in result set to parameter sets; key %s was not "
        .. "found. There may be a mismatch between the datatype passed to the DBAPI driver vs. that which it "
        .. "returns in a result row.  Ensure the given Lua value matches the expected result type *exactly*, taking "
        .. "care to not rely upon implicit conversions which may occur such as when using strings in place of UUID or "
        .. "integer values, etc. ", tostring(key))
    end
  end
  return out
end

local function is_to_be_ordered(context)
  local rows = context.info.rows
  return rows.ordered and not rows.single and rows.sentinels ~= 0
end

--- The rows of a batch in the order of its sets, without their sentinels.
local function in_order(context, list, first, n)
  local rows = context.info.rows
  if not is_to_be_ordered(context) then return list end
  local width = context.info.width
  if rows.names then
    list = by_names(context, list, rows, width, first, n)
  else
    table.sort(list, function(a, b) return a[width + 1] < b[width + 1] end)
  end
  for i = 1, #list do
    for k = 1, rows.sentinels do list[i][width + k] = nil end
  end
  return list
end

-- ---- listeners and the log ----

local function before(connection, context, sql, set)
  local replaced
  for _, listener in ipairs(connection.dispatch.before_cursor_execute or {}) do
    local result = listener.fn(connection, context.cursor, sql, set, context, true)
    if listener.retval then
      result = event.values("before_cursor_execute", result)
      sql, set, replaced = result[1], result[2], true
    end
  end
  return sql, set, replaced
end

local function after(connection, context, many)
  local list = connection.dispatch.after_cursor_execute
  if not list then return end
  context.cursor:batch()
  local sql, sets = context.cursor:sql(), context.cursor:parameters()
  for _, listener in ipairs(list) do listener.fn(connection, context.cursor, sql, sets, context, many) end
end

local function log(connection, context, sql, set, at, total)
  local rows = context.info.rows
  local which = ("insertmanyvalues%s %d/%d (%s%s)"):format(at == 1 and ")" or "", at, total,
    rows.ordered and "ordered" or "unordered", rows.downgraded and "; batch not supported" or "")
  if at == 1 then which = context.origin() .. " (" .. which end
  connection._logger:statement(sql, which, {set}, false, connection.engine.hide_parameters, true)
end

-- ---- sending ----

--- The rows that came back: into the objects that wait for them, or as rows.
local function take_rows(connection, context, cursor, first, n)
  local source = Source.of(connection, cursor)
  if context.reader and not is_to_be_ordered(context) then return context.reader:take(source, context) end
  local list = in_order(context, source:fetch(), first, n)
  local from = context.from
  if not (from and from.into) then
    local all = context.rows
    for i = 1, #list do all[#all + 1] = list[i] end
    return
  end
  for i = 1, #list do
    local target = from.rows[from.first + first + i - 2]
    for k, slot in ipairs(from.into) do
      local value = list[i][k]
      if value == nil then value = NULL end
      rawset(target, slot, value)
    end
  end
  context.fetched = context.fetched + #list
end

--- Do rows come back for objects, with numbers that tell their order?
local function is_numbered(connection, context)
  local rows, from = context.info.rows, context.from
  return from and from.into and rows.ordered and not rows.single and rows.sentinels == 1 and not rows.names
    and connection._logger.level ~= "debug"
end

local function are_rising(keys, first, last)
  for i = first + 1, last do
    if keys[i] < keys[i - 1] then return false end
  end
  return true
end

--- The same without rows in between, where the database gives them in the order of their numbers: of a batch, or of all
-- of them, which have `size` sets each.
local function take_numbered(context, source, first, size)
  local from, keys = context.from, {}
  local at = from.first + first - 1
  local n = source:fetch_slots(from.rows, at, from.into, context.info.width + 1, keys)
  context.fetched = context.fetched + n
  for i = 1, n, size do
    local last = math.min(i + size - 1, n)
    if not are_rising(keys, i, last) then batches.reorder(from.rows, at - 1, from.into, keys, i, last) end
  end
end

--- Rows came in another order than that of their numbers, the keys from first to last: what the objects behind the
-- at-th got changes hands.
function batches.reorder(objects, at, slots, keys, first, last)
  local got = {}
  for i = first, last do
    local one = {key = keys[i]}
    for k, slot in ipairs(slots) do one[k] = rawget(objects[at + i], slot) end
    got[#got + 1] = one
  end
  table.sort(got, function(a, b) return a.key < b.key end)
  for i = 1, #got do
    for k, slot in ipairs(slots) do rawset(objects[at + first + i - 1], slot, got[i][k]) end
  end
end

local function take(connection, context, cursor, first, n)
  if not context.info.rows.returning then return end
  if is_numbered(connection, context) then return take_numbered(context, Source.of(connection, cursor), first, n) end
  take_rows(connection, context, cursor, first, n)
end

--- One batch: of the sets from `first` on, n of them.
local function send_batch(connection, context, options, first, n, at, total, start)
  local cursor, dispatch = context.cursor, connection.dispatch
  cursor:batch(first, n)
  local raw
  if dispatch.before_cursor_execute or connection._logger.level then
    local sql, set, replaced = before(connection, context, cursor:sql(), cursor:parameters()[1])
    log(connection, context, sql, set, at, total)
    if replaced then
      raw = core.raw_cursor(sql, 0, {set})
      raw:use(context.info)
    end
  end
  local sender = raw or cursor
  local ok, used = start(connection, context, sender, options, true)
  if not ok then
    local sets, sql = sender:parameters(), sender:sql()
    cursor:close()
    if raw then raw:close() end
    failure.raise(connection, used, sql, sets, false, false, true, sender)
  end
  take(connection, context, used, first, n)
  context.batch_rowcount = used:rowcount()
  if raw then raw:close() end
  if used ~= sender then used:close() end
  after(connection, context, true)
end

--- Does nobody look at single statements, so that they may go in one conversation?
function batches.unwatched(connection)
  local dispatch = connection.dispatch
  return not (dispatch.before_cursor_execute or dispatch.after_cursor_execute or connection._logger.level)
end

--- What a batch is told by itself: how long it may take, how its rows are read.
local OF_BATCHES = {"timeout", "stream_results", "yield_per", "max_row_buffer"}

--- Can what comes back be taken as it comes?
local function is_taken_as_it_comes(connection, context)
  if not context.info.rows.returning or is_numbered(connection, context) then return true end
  return context.reader and not is_to_be_ordered(context)
end

--- May the pages go in one conversation, without a wait for the answer to each? What comes of it must be the same.
local function at_once(connection, context, options, size)
  if not is_taken_as_it_comes(connection, context) or not batches.unwatched(connection)
    or core.has(context.node, "on_conflict") or connection:_is_autocommit() then
    return false
  end
  for _, name in ipairs(OF_BATCHES) do
    if options[name] then return false end
  end
  return context.cursor:at_once(connection:_db().conn, size)
end

--- Sends all pages so.
local function send_pages(connection, context, options, size, count, start)
  local cursor = context.cursor
  local ok, e = start(connection, context, cursor, options, true)
  if not ok then
    Source.show_page(cursor, size, count)
    local sets, sql = cursor:parameters(), cursor:sql()
    cursor:close()
    failure.raise(connection, e, sql, sets, false, false, true, cursor)
  end
  if context.info.rows.returning then
    local source = Source.of(connection, cursor)
    source.page, source.count = size, count
    if is_numbered(connection, context) then
      take_numbered(context, source, 1, size)
    else
      context.reader:take(source, context)
    end
  end
  context.batch_rowcount = math.min(cursor:rowcount(), (count - 1) % size + 1)
end

--- Sends the `count` sets that are bound. Answers false where they are to be sent as an executemany is.
--- @param start function(connection, context, cursor, options)
function batches.perform(connection, context, options, count, start)
  if context.info.rows.single and batches.unwatched(connection) then return false end
  local size = size_of(connection, context.info, options)
  local total = math.ceil(count / size)
  context.rows = context.info.rows.returning and not (context.from and context.from.into) and {} or nil
  context.fetched = 0
  if total > 1 and at_once(connection, context, options, size) then
    send_pages(connection, context, options, size, count, start)
  else
    for at = 1, total do
      local first = (at - 1) * size + 1
      send_batch(connection, context, options, first, math.min(size, count - first + 1), at, total, start)
    end
  end
  if options.preserve_rowcount then context.batch_rowcount = count end
  return true
end

--- A source of a result: an array of rows.
function batches.source(rows)
  local at = 0
  return {fetch = function(_, n)
    if at == 0 and (n == nil or n >= #rows) then
      at = #rows
      return rows
    end
    local out = {}
    for i = 1, math.min(n or #rows, #rows - at) do out[i] = rows[at + i] end
    at = at + #out
    return out
  end, close = function() at = #rows end}
end

return batches
