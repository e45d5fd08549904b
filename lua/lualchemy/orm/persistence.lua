--- INSERT, UPDATE and DELETE of objects: one table after the other, rows with the same columns together.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local after = require "lualchemy.orm.persistence_after"
local batch = require "lualchemy.orm.persistence_batch"
local event = require "lualchemy.event"
local order = require "lualchemy.orm.persistence_order"
local forget_readonly = require "lualchemy.orm.persistence_readonly"
local plan = require "lualchemy.orm.persistence_plan"
local rows_of = require "lualchemy.orm.persistence_rows"
local row_switch = require "lualchemy.orm.row_switch"
local state = require "lualchemy.orm.state"

local NULL, NONE = core.null, {}
local persistence = {}
local heards = setmetatable({}, {__mode = "k"})

local after_insert, after_update, take_returned = after.insert, after.update, after.take_returned
local insert_row, update_row = rows_of.insert_row, rows_of.update_row
local add_version = rows_of.add_version

-- ---- INSERT ----

local function take_key(result, row, tp)
  local key = result.inserted_primary_key
  for i, c in ipairs(tp.primary_key) do
    local value = key[i]
    local made = row.expressions and row.expressions[c.column] ~= nil
    if value ~= nil and (made or (rawget(row.obj, c.slot) or NULL) == NULL) then
      rawset(row.obj, c.slot, value)
      if made then row.expressions[c.column] = nil end
    end
  end
end

local function has_key(row, tp)
  for _, c in ipairs(tp.primary_key) do
    local value = row.params[c.key]
    if value == nil or value == NULL then return false end
  end
  return true
end

--- What must come back of the row.
local function fetch_of(connection, tp, row)
  return plan.fetch(tp, function(c) return row.params[c.key] ~= nil end, connection.dialect)
end

local function insert_one(connection, tp, row)
  local statement, fetch = tp.insert, fetch_of(connection, tp, row)
  if row.expressions then statement = statement:values(row.expressions) end
  if fetch.defaults or tp.version and not has_key(row, tp) then
    statement = row.expressions and plan.returning(fetch, statement) or fetch.single
    local result = connection:execute(statement, row.params)
    take_returned(row, fetch, result:one())
    return after_insert(result.context, row, tp, 1)
  end
  local result = connection:execute(statement, row.params)
  if not has_key(row, tp) then take_key(result, row, tp) end
  after_insert(result.context, row, tp, 1)
end

local function params_of(rows)
  local out = {}
  for i, row in ipairs(rows) do out[i] = row.params end
  return out
end

--- Rows of the same shape.
local function insert_batch(connection, tp, rows)
  local fetch, needs_key = fetch_of(connection, tp, rows[1]), not has_key(rows[1], tp)
  if #rows == 1 or rows[1].expressions then
    for _, row in ipairs(rows) do insert_one(connection, tp, row) end
    return
  end
  if not needs_key and not fetch.defaults then
    local result = connection:execute(tp.insert, params_of(rows))
    for i, row in ipairs(rows) do after_insert(result.context, row, row.tp, i) end
    return
  end
  local result = connection:execute(fetch.many, params_of(rows))
  local returned = result:all()
  if #returned ~= #rows then
    err.raise("FlushError", "INSERT into '%s' gave %d rows back for %d", tp.name, #returned, #rows)
  end
  for i, row in ipairs(rows) do
    take_returned(row, fetch, returned[i])
    after_insert(result.context, row, row.tp, i)
  end
end

--- Calls fn for runs of neighbouring rows of the same shape.
local function runs(rows, fn, extra)
  local at = 1
  while rows[at] do
    local run, last = {rows[at]}, at
    while rows[last + 1] and rows[last + 1].shape == rows[at].shape and not rows[at].expressions
      and not rows[last + 1].expressions
      and (not extra or extra(rows[at], rows[last + 1])) do
      last = last + 1
      run[#run + 1] = rows[last]
    end
    fn(run)
    at = last + 1
  end
end

-- ---- UPDATE ----

local function check_rowcount(tp, matched, expected)
  if matched < 0 or matched == expected then return end
  err.raise("StaleDataError", "UPDATE statement on table '%s' expected to update %d row(s); %d were matched.", tp.name,
    expected, matched)
end

--- What must come back of a row: also the parts of its key that are expressions.
local function with_keys(tp, row, fetch)
  for _, c in ipairs(row.expressions and tp.primary_key or NONE) do
    if row.expressions[c.column] then fetch = {c, compat.unpack(fetch or NONE)} end
  end
  return fetch
end

--- The UPDATE of a row with a version, expressions, or values that come back. Answers how many rows it matched.
local function update_one(connection, tp, row, fetch)
  local statement = row.expressions and tp.update:values(row.expressions) or tp.update
  fetch = with_keys(tp, row, fetch)
  if not fetch then
    local result = connection:execute(statement, row.params)
    after_update(result.context, row, tp, 1)
    return result.rowcount
  end
  local result = connection:execute(plan.returning({columns = fetch}, statement), row.params)
  local returned = result:all()
  if returned[1] then take_returned(row, {columns = fetch}, returned[1]) end
  after_update(result.context, row, tp, 1)
  return #returned
end

local function update_batch(connection, tp, rows)
  local fetch = plan.update_fetch(tp, function(c) return rows[1].params[c.key] ~= nil end)
  if tp.version or fetch or rows[1].expressions then
    local matched = 0
    for _, row in ipairs(rows) do matched = matched + update_one(connection, tp, row, fetch) end
    return check_rowcount(tp, matched, #rows)
  end
  local result = connection:execute(tp.update, #rows == 1 and rows[1].params or params_of(rows))
  check_rowcount(tp, result.rowcount, #rows)
  for i, row in ipairs(rows) do after_update(result.context, row, row.tp, i) end
end

-- ---- saving ----

local function split(uow, list)
  if list == uow.identified then return NONE, list, NONE end
  if uow.all_new and list == uow.order then return list, NONE, row_switch(uow, list, NONE) end
  local new, old = order.by_age(list)
  if new[2] then new = order.by_number(new, uow.session._new) end
  if old[2] then old = order.by_identity(old) end
  return new, old, row_switch(uow, new, NONE)
end

--- Which events of the objects of a base mapper somebody listens to.
local function find_heard(base)
  local heard = {epoch = event.epoch}
  for _, mapper in ipairs(base.self_and_descendants) do
    for _, name in ipairs{"before_insert", "before_update", "after_insert", "after_update", "before_delete",
      "after_delete"} do
      heard[name] = heard[name] or mapper.dispatch[name]
      heard.any = heard.any or heard[name]
    end
  end
  heards[base] = heard
  return heard
end

--- Does anybody listen to one of them?
local function is_heard(base)
  local heard = heards[base]
  if not heard or heard.epoch ~= event.epoch then heard = find_heard(base) end
  return heard.any
end

local function notify(name, list, connection, base)
  if not is_heard(base) or not heards[base][name] then return end
  for _, obj in ipairs(list) do
    local mapper = state.mapper(obj)
    event.fire(mapper.dispatch, name, mapper, connection, obj)
  end
end

--- Rows of several mappers go together where they are alike.
local function same_plan(a, b) return a.tp == b.tp or a.tp.signature == b.tp.signature end

local function same_keys(a, b) return same_plan(a, b) and has_key(a, a.tp) == has_key(b, b.tp) end

--- The rows and one more.
local function with_row(rows, row, tp)
  if rows == NONE then rows = {} end
  row.tp = tp
  rows[#rows + 1] = row
  return rows
end

--- Sends rows made one by one, those that go together in one go. What is left of them: none.
local function send_updates(connection, rows)
  if not rows[1] then return rows end
  runs(rows, function(run) update_batch(connection, run[1].tp, run) end, same_plan)
  return NONE
end

local function send_inserts(connection, rows)
  if not rows[1] then return rows end
  runs(rows, function(run) insert_batch(connection, run[1].tp, run) end, same_keys)
  return NONE
end

--- UPDATEs of a table: straight from the objects where that can be, row by row where not.
local function save_old(connection, t, old, new, switched, alone)
  local rows, at, of = NONE, 1, old[1] and old[1][1].mapper
  if not alone then old, of = plan.having(t, old) end
  while old[at] do
    local tp, last, shape = plan.of(old[at][1].mapper, t), at, nil
    if tp and of ~= nil and not tp.mapper.dispatch.refresh_flush then
      last, shape = batch.updates(tp, old, at, of)
    end
    if shape then
      rows = send_updates(connection, rows)
      local matched = batch.update(connection, tp, old, at, last, shape)
      if matched then check_rowcount(tp, matched, last - at + 1) else shape = nil end
    end
    for i = at, tp and shape == nil and last or 0 do
      local row = update_row(old[i], tp)
      if row then
        add_version(row, tp, false)
        rows = with_row(rows, row, tp)
      end
    end
    at = last + 1
  end
  for _, obj in ipairs(next(switched) and new or NONE) do
    local tp = switched[obj] and plan.of(state.mapper(obj), t)
    local row = tp and update_row(obj, tp, true)
    if row then
      add_version(row, tp, false, switched[obj])
      rows = with_row(rows, row, tp)
    end
  end
  send_updates(connection, rows)
end

--- INSERTs in the same way.
local function save_new(connection, t, new, switched, alone)
  local rows, at, none, of = NONE, 1, next(switched) == nil, new[1] and new[1][1].mapper
  if not alone then new, of = plan.having(t, new) end
  while new[at] do
    local obj = new[at]
    local tp, last, shape = plan.of(obj[1].mapper, t), at, nil
    if tp and none and of ~= nil and not tp.mapper.dispatch.refresh_flush then
      last, shape = batch.inserts(tp, new, at, of)
    end
    if shape then
      rows = send_inserts(connection, rows)
      if not batch.insert(connection, tp, new, at, last, shape) then shape = nil end
    end
    for i = at, tp and not shape and not switched[obj] and last or 0 do
      local row = insert_row(new[i], tp)
      add_version(row, tp, true)
      rows = with_row(rows, row, tp)
    end
    at = last + 1
  end
  send_inserts(connection, rows)
end

--- Saves each object by itself: for mappers with batch = false, whose events look at the rows of the others.
local function save_singly(uow, base, list)
  local new, old = split(uow, list)
  for _, part in ipairs{new, old} do
    for i = 1, #part do persistence.save(uow, base, {part[i]}) end
  end
end

--- The rows of objects, parents' tables first.
local function save_rows(connection, base, new, old, switched)
  local tables = plan.tables(base)
  for i = 1, #tables do
    local t = tables[i]
    if old[1] or switched ~= NONE then save_old(connection, t, old, new, switched, tables.alone) end
    if new[1] then save_new(connection, t, new, switched, tables.alone) end
    if not tables.alone then plan.after_table(base, t, new, old) end
  end
  forget_readonly(old)
end

--- Saves objects that share a base mapper.
function persistence.save(uow, base, list)
  if #list == 0 then return end
  if not base.batch and list[2] then return save_singly(uow, base, list) end
  local session = uow.session
  if session._shards then return session:_each_shard(uow, base, list, persistence.save) end
  local connection = session:_connection_for(base)
  local new, old, switched = split(uow, list)
  if not is_heard(base) then
    rows_of.read_versions(base, old)
    save_rows(connection, base, new, old, switched)
    return rows_of.check_versions(base, list)
  end
  notify("before_insert", new, connection, base)
  notify("before_update", old, connection, base)
  rows_of.read_versions(base, old)
  save_rows(connection, base, new, old, switched)
  notify("after_insert", new, connection, base)
  notify("after_update", old, connection, base)
  rows_of.check_versions(base, list)
end

persistence.runs, persistence.params_of = runs, params_of
persistence.notify, persistence.update_batch = notify, update_batch

return persistence
