--- One row and its commit, ten thousand times, from nothing to nothing: session or connection included.
local model = require "bench.lualchemy.model"
local la, Customer = model.la, model.Customer

local jobs = {}

local function name(i) return "customer name " .. i end
local function description(i) return "customer description " .. i end

--- Calls `one` with the engine and each number.
local function each(one)
  return function(bench)
    local engine = model.engine(bench)
    bench.time(function()
      for i = 0, bench.n - 1 do one(engine, i) end
    end)
    return model.stored(engine)
  end
end

jobs.orm_commit = each(function(engine, i)
  local session = la.Session(engine)
  session:add(Customer{name = name(i), description = description(i)})
  session:commit()
end)

jobs.bulk_save = each(function(engine, i)
  local session = la.Session(engine)
  session:bulk_save_objects{Customer{name = name(i), description = description(i)}}
  session:commit()
end)

jobs.bulk_insert_dictionaries = each(function(engine, i)
  local session = la.Session(engine)
  session:bulk_insert_mappings(Customer, {{name = name(i), description = description(i)}})
  session:commit()
end)

jobs.core = each(function(engine, i)
  engine:begin(function(conn)
    conn:execute(model.customer:insert(), {name = name(i), description = description(i)})
  end)
end)

local insert = model.customer:insert()
jobs.core_query_caching = each(function(engine, i)
  engine:begin(function(conn) conn:execute(insert, {name = name(i), description = description(i)}) end)
end)

local function sql(bench)
  return "INSERT INTO customer (name, description) VALUES " .. (bench.postgresql and "($1, $2)" or "(?, ?)")
end

local function insert_raw(bench, engine)
  local text = sql(bench)
  bench.time(function()
    for i = 0, bench.n - 1 do
      local connection = engine:raw_connection()
      connection:cursor():execute(text, {name(i), description(i)})
      connection:commit()
      connection:close()
    end
  end)
  return model.stored(engine)
end

function jobs.dbapi_raw_w_pool(bench) return insert_raw(bench, model.engine(bench)) end

--- A database in memory would be another with each connection: on SQLite this is a file.
function jobs.dbapi_raw_w_connect(bench)
  local url = bench.postgresql and bench.url or "sqlite:///" .. bench.file
  return insert_raw(bench, model.engine(bench, {poolclass = la.pool.NullPool}, url))
end

return jobs
