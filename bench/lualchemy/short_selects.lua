--- One row by its key, ten thousand times. Statements are compiled each time, or found in the engine's cache.
local model = require "bench.lualchemy.model"
local la, Wide = model.la, model.Wide

local jobs = {}

--- Calls `one` with each key; the sum of the keys that it returns shows that it found them.
local function each(bench, one)
  local n = bench.n
  local sum = bench.time(function()
    local sum = 0
    for i = 1, n do sum = sum + one(i * 7919 % 10999 + 1) end
    return sum
  end)
  return ("%d %d"):format(n, sum)
end

local UNCACHED = {query_cache_size = 0}

local function classic(options)
  return function(bench)
    local session = la.Session(model.engine(bench, options))
    return each(bench, function(id) return session:query(Wide):filter(Wide.id:eq(id)):one().id end)
  end
end
jobs.orm_query_classic_style = classic(UNCACHED)
jobs.orm_query_classic_style_w_cache = classic()

local function new_style(options)
  return function(bench)
    local session = la.Session(model.engine(bench, options))
    return each(bench, function(id)
      return session:execute(la.select(Wide):where(Wide.id:eq(id))):scalar_one().id
    end)
  end
end
jobs.orm_query_new_style = new_style(UNCACHED)
jobs.orm_query_new_style_cache = new_style()

local function columns(options)
  return function(bench)
    local session = la.Session(model.engine(bench, options))
    return each(bench, function(id)
      return session:query(Wide.id, Wide.name, Wide.description):filter(Wide.id:eq(id)):one().id
    end)
  end
end
jobs.orm_query_classic_style_cols_only = columns(UNCACHED)
jobs.orm_query_classic_style_cols_only_cache = columns()

local function new_statement(options)
  return function(bench)
    return model.engine(bench, options):connect(function(conn)
      return each(bench, function(id)
        local row = conn:execute(la.select(Wide.__table__):where(Wide.id:eq(id))):first()
        return (row:unpack())
      end)
    end)
  end
end
jobs.core_new_stmt_each_time = new_statement(UNCACHED)
jobs.core_new_stmt_each_time_compiled_cache = new_statement()

local function same_statement(options)
  return function(bench)
    local stmt = la.select(Wide.__table__):where(Wide.id:eq(la.bindparam("id")))
    return model.engine(bench, options):connect(function(conn)
      return each(bench, function(id) return (conn:execute(stmt, {id = id}):first():unpack()) end)
    end)
  end
end
jobs.core_reuse_stmt = same_statement(UNCACHED)
jobs.core_reuse_stmt_compiled_cache = same_statement()

function jobs.dbapi_raw(bench)
  local connection = model.engine(bench):raw_connection()
  local cursor = connection:cursor()
  local sql = "SELECT id, name, description, q, p, x, y, z FROM customer WHERE id = "
    .. (bench.postgresql and "$1" or "?")
  local check = each(bench, function(id) return cursor:execute(sql, {id}):fetchone()[1] end)
  connection:close()
  return check
end

return jobs
