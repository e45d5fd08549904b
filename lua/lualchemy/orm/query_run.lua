--- Query: everything that executes.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local event = require "lualchemy.event"

local exc = err.exc
local next_row = require("lualchemy.engine.result").CursorResult.__call

local function session_of(self)
  return rawget(self, "_session") or err.raise("InvalidRequestError", "This Query has no session: use with_session()")
end

--- Loading options are execution options of SELECT: {populate_existing = true} …
local LOADING = {populate_existing = true, autoflush = true, yield_per = true}

return function(query)
  local getters = query.getters
  --- @class lualchemy.Query
  local Query = query.Query

  local function execution_options(self, more)
    local own, load = rawget(self, "_options"), rawget(self, "_load")
    if not own and not load and not more then return nil end
    local out = query.merged(own, more)
    for k, v in pairs(load or {}) do
      if LOADING[k] then out[k] = v end
    end
    return out
  end

  --- Queries flush, whatever they select.
  local function flush(self)
    local load = rawget(self, "_load")
    if not (load and load.autoflush == false) then session_of(self):_autoflush() end
  end

  -- ---- rows ----

  local function run(self)
    local options, load = execution_options(self), rawget(self, "_load")
    local session, stmt = session_of(self), query.build(self, query.OF_ROWS)
    local columns, classes = core.select_entities(self._select)
    if classes == 0 then flush(self) end
    local result = session:execute(stmt, rawget(self, "_params"), options and {execution_options = options})
    if not load and columns == 1 and classes == 1 or getters.is_single_entity(self) then
      result = result:_become_scalars()
    end
    if classes > 0 and not (load and load.yield_per) then result = result:unique() end
    return result
  end

  --- All objects or rows.
  --- @return any[]
  function Query:all() return run(self):all() end

  --- The first object or row, or nil.
  --- @return any
  function Query:first()
    if self._from then return run(self):first() end
    return run(self:limit(1)):first()
  end

  --- The only one; NoResultFound or MultipleResultsFound otherwise.
  --- @return any
  function Query:one() return run(self):one() end
  --- The only one, or nil; MultipleResultsFound if there are more.
  --- @return any
  function Query:one_or_none() return run(self):one_or_none() end

  --- The first element of the only row; nil if there is no row.
  --- @return any
  function Query:scalar()
    local ok, row = compat.pcall(function() return run(self):one() end)
    if not ok and exc.NoResultFound:is(row) then return nil end
    if not ok then error(row, 0) end
    if getters.is_single_entity(self) then return row end
    return row[1]
  end

  Query._rows = false -- what a loop has drawn and not come to yet, the array of the result
  Query._loops = false -- loops within loops: {result, rows = its array} of each, the innermost last; then no _rows

  --- Loops that were left before their end cannot be told from those that go on: so many are remembered.
  local MOST_LOOPS = 4

  --- A loop begins while another one has not ended.
  local function nest(self, result)
    local loops = self._loops or {{result = self._result, rows = self._rows}}
    local row = next_row(result)
    if row == nil then return nil end
    if #loops == MOST_LOOPS then table.remove(loops, 1) end
    loops[#loops + 1] = {result = result, rows = result._buffer}
    rawset(self, "_loops", loops)
    rawset(self, "_rows", false)
    return row
  end

  --- The next row of the loop that has come to `last`; those within it were left.
  local function next_of_loops(self, loops, last)
    local n = #loops
    while n > 1 and loops[n].rows[loops[n].rows.at - 1] ~= last do
      loops[n], n = nil, n - 1
    end
    local loop = loops[n]
    local rows = loop.rows
    local row = rows[rows.at]
    if row ~= nil then
      rows.at = rows.at + 1
      return row
    end
    row = next_row(loop.result)
    loop.rows = loop.result._buffer
    if row ~= nil then return row end
    loops[n] = nil
    if n <= 2 then
      local outer = loops[1] or loop
      rawset(self, "_result", outer.result)
      rawset(self, "_rows", outer.rows)
      rawset(self, "_loops", false)
    end
    return nil
  end

  --- The first of the next rows.
  local function refill(self, last)
    local loops = self._loops
    if last == nil then
      local result = run(self)
      if loops or self._rows then return nest(self, result) end
      rawset(self, "_result", result)
    elseif loops then
      return next_of_loops(self, loops, last)
    end
    rawset(self, "_rows", false)
    local row = next_row(self._result)
    rawset(self, "_rows", self._result._buffer)
    return row
  end

  --- `for x in query do`
  Query.__call = function(self, _, last)
    local rows = self._rows
    if rows and (last or last == false) then
      local at = rows.at
      local row = rows[at]
      if row or row == false then
        rows.at = at + 1
        return row
      end
    end
    return refill(self, last)
  end

  --- Rows of these columns.
  --- @param ... lualchemy.Expression|lualchemy.OnlyColumnsOptions
  --- @return any # an iterator
  function Query:values(...)
    if select("#", ...) == 0 then return function() return nil end end
    return self:with_entities(...)
  end

  --- The first of these columns of the first row, or nil.
  --- @param column lualchemy.Expression|lualchemy.OnlyColumnsOptions
  --- @return any
  function Query:value(column)
    local row = self:with_entities(column):first()
    return row and row[1]
  end

  -- ---- by primary key ----

  local function mapper_of(self, name)
    local columns = core.get(self._select, "raw_columns")
    if #columns ~= 1 or core.kind(columns[1]) ~= "ENTITY" then
      err.raise("InvalidRequestError", "%s() can only be used against a single mapped class.", name)
    end
    return entities.mapper(columns[1])
  end

  --- The object of that primary key, or nil.
  --- @param key any a value, an array, or a table by attribute
  --- @return lualchemy.Instance?
  function Query:get(key)
    query.no_criterion(self, "get", "order_by", "distinct")
    local mapper = mapper_of(self, "get")
    local o = {populate_existing = self._load and self._load.populate_existing or nil,
      execution_options = self._options}
    local options = core.get(self._select, "options")
    if #options > 0 then o.options = options end
    local lock = core.get(self._select, "for_update")
    if lock then o.with_for_update = lock end
    return session_of(self):get(mapper.class_, key, o)
  end

  -- ---- counting ----

  --- How many rows the SQL of the Query gives.
  --- @return integer
  function Query:count()
    local inner = query.only_select(self:with_labels():correlate(nil)):subquery()
    local la = require "lualchemy.sql.api"
    local count = la.select(la.func.count(la.literal_column("*"))):select_from(inner)
    local zero = self:_entity_zero()
    flush(self)
    return require("lualchemy.orm.execute").run(session_of(self), count, self._params,
      {execution_options = execution_options(self), loads = "query",
        bind_arguments = zero and {mapper = core.get(zero, "mapper"), clause = count} or nil}):scalar()
  end

  --- EXISTS (SELECT 1 FROM …)
  --- @return lualchemy.Exists
  function Query:exists()
    local la = require "lualchemy.sql.api"
    local inner = query.only_select(self:add_columns(la.literal_column("1")):with_labels())
    inner = core.with(inner, {raw_columns = core.columns_clause(la.literal_column("1"))})
    local zero = self:_entity_zero()
    if zero then
      local froms = core.get(inner, "from_obj")
      if #froms == 0 then inner = inner:select_from(zero) end
    end
    return la.exists(inner)
  end

  -- ---- UPDATE and DELETE ----

  local function where_of(self)
    return core.get(self._select, "where")
  end

  local UNSUITABLE = {
    {"limit", "limit()"}, {"offset", "offset()"}, {"order_by", "order_by()"}, {"group_by", "group_by()"},
      {"distinct", "distinct()"},
  }

  local function check_plain(self, name)
    local function refuse(what)
      err.raise("InvalidRequestError", "Can't call Query.update() or Query.delete() when %s has been called", what)
    end
    for _, one in ipairs(UNSUITABLE) do
      if core.has(self._select, one[1]) then refuse(one[2]) end
    end
    if core.has(self._select, "setup_joins") then refuse("join(), outerjoin(), select_from(), or from_self()") end
    if core.has(self._select, "from_obj") then refuse("join(), outerjoin(), select_from(), or from_self()") end
    if not core.get(self._select, "raw_columns")[1] then
      err.raise("InvalidRequestError", "Query.%s() needs a class", name)
    end
  end

  local function finish(self, stmt, o, dispatch_name, info)
    local options = execution_options(self,
      {synchronize_session = o.synchronize_session == nil and "auto" or o.synchronize_session})
    local session = session_of(self)
    local result = session:execute(stmt, self._params, {execution_options = options})
    info.result, info.session = result, session
    if session.dispatch then event.fire(session.dispatch, dispatch_name, info) end
    return result.rowcount
  end

  local UPDATE = {synchronize_session = true, update_args = true, values = true}

  --- UPDATE of all rows of the Query; returns how many.
  --- @param values table {name or attribute = value}
  --- @param ... lualchemy.QueryUpdateOptions
  --- @return integer
  function Query:update(values, ...)
    local p, o = args.take("update", UPDATE, ...)
    if p[1] ~= nil then o = {synchronize_session = p[1], update_args = p[2] or o.update_args} end
    local info = {query = self, values = values, update_kwargs = o.update_args}
    if self._dispatch.before_compile_update then
      self = event.fold(self._dispatch, "before_compile_update", 1, self, info)
    end
    check_plain(self, "update")
    local dialect = query.merged(o.update_args)
    local ordered = dialect.preserve_parameter_order
    dialect.preserve_parameter_order = nil
    local stmt = core.update(core.get(self._select, "raw_columns")[1])
    stmt = ordered and stmt:ordered_values(require("lualchemy.compat").unpack(values)) or stmt:values(values)
    if next(dialect) then stmt = stmt:with_dialect_options(dialect) end
    return finish(self, query.extended(self, core.with(stmt, {where = where_of(self)})), o, "after_bulk_update", info)
  end

  local DELETE = {synchronize_session = true, delete_args = true}

  --- DELETE of all rows of the Query; returns how many.
  --- @param ... lualchemy.QueryDeleteOptions
  --- @return integer
  function Query:delete(...)
    local p, o = args.take("delete", DELETE, ...)
    if p[1] ~= nil then o = {synchronize_session = p[1], delete_args = p[2] or o.delete_args} end
    local info = {query = self, delete_kwargs = o.delete_args}
    if self._dispatch.before_compile_delete then
      self = event.fold(self._dispatch, "before_compile_delete", 1, self, info)
    end
    check_plain(self, "delete")
    local stmt = core.delete(core.get(self._select, "raw_columns")[1])
    if o.delete_args then stmt = stmt:with_dialect_options(o.delete_args) end
    return finish(self, query.extended(self, core.with(stmt, {where = where_of(self)})), o, "after_bulk_delete", info)
  end

  -- ---- printing ----

  --- The SQL for the database of the session.
  Query.__tostring = function(self)
    local stmt = query.build(self, query.PLUS_COL)
    local session = rawget(self, "_session")
    local ok, bind = pcall(function() return session:get_bind() end)
    if not ok then return tostring(stmt) end
    return tostring(stmt:compile{dialect = bind.dialect})
  end

end
