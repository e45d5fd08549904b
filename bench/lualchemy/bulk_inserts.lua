--- Many rows at once, in each of the ways there are.
local model = require "bench.lualchemy.model"
local la, Customer = model.la, model.Customer

local jobs = {}

local function rows(n)
  local list = {}
  for i = 0, n - 1 do
    list[i + 1] = {name = "customer name " .. i, description = "customer description " .. i}
  end
  return list
end

--- Flushes n new objects by the thousand, as `make` makes them.
local function flushed(bench, make)
  local engine, n = model.engine(bench), bench.n
  bench.time(function()
    local session = la.Session(engine)
    for first = 0, n - 1, 1000 do
      local list = {}
      for i = first, math.min(first + 1000, n) - 1 do list[#list + 1] = make(i) end
      session:add_all(list)
      session:flush()
    end
    session:commit()
  end)
  return model.stored(engine)
end

function jobs.flush_no_pk(bench)
  return flushed(bench, function(i)
    return Customer{name = "customer name " .. i, description = "customer description " .. i}
  end)
end

function jobs.flush_pk_given(bench)
  return flushed(bench, function(i)
    return Customer{id = i + 1, name = "customer name " .. i, description = "customer description " .. i}
  end)
end

function jobs.orm_bulk_insert(bench)
  local engine = model.engine(bench)
  bench.time(function()
    local session = la.Session(engine)
    session:execute(la.insert(Customer), rows(bench.n))
    session:commit()
  end)
  return model.stored(engine)
end

function jobs.orm_insert_returning(bench)
  local engine = model.engine(bench)
  local customers = bench.time(function()
    local session = la.Session(engine)
    local list = session:scalars(la.insert(Customer):returning(Customer), rows(bench.n)):all()
    session:commit()
    return list
  end)
  return #customers == bench.n and model.stored(engine) or "wrong count"
end

function jobs.core_insert(bench)
  local engine = model.engine(bench)
  bench.time(function()
    engine:begin(function(conn) conn:execute(model.customer:insert(), rows(bench.n)) end)
  end)
  return model.stored(engine)
end

--- What the program itself pays for the sets of values, which orm_bulk_insert and core_insert include.
function jobs.make_rows(bench)
  return tostring(#bench.time(function() return rows(bench.n) end))
end

function jobs.dbapi_raw(bench)
  local engine = model.engine(bench)
  local sql = "INSERT INTO customer (name, description) VALUES "
    .. (bench.postgresql and "($1, $2)" or "(?, ?)")
  bench.time(function()
    local connection, sets = engine:raw_connection(), {}
    for i = 0, bench.n - 1 do sets[i + 1] = {"customer name " .. i, "customer description " .. i} end
    connection:cursor():executemany(sql, sets)
    connection:commit()
    connection:close()
  end)
  return model.stored(engine)
end

return jobs
