--- Many small rows, in each of the ways to load them.
local model = require "bench.lualchemy.model"
local la, Customer, customer = model.la, model.Customer, model.customer

local jobs = {}

function jobs.orm_full_objects_list(bench)
  local engine = model.engine(bench)
  local session = la.Session(engine)
  local list = bench.time(function() return session:query(Customer):limit(bench.n):all() end)
  return model.read(#list, list[#list])
end

--- Goes through the rows of a query made by `make`.
local function streamed(make)
  return function(bench)
    local session = la.Session(model.engine(bench))
    return model.read(bench.time(function()
      local count, last = 0, nil
      for row in make(session):limit(bench.n) do
        count = count + 1
        last = row
      end
      return count, last
    end))
  end
end

jobs.orm_full_objects_chunks = streamed(function(session) return session:query(Customer):yield_per(1000) end)

jobs.orm_columns = streamed(function(session)
  return session:query(Customer.id, Customer.name, Customer.description):yield_per(10000)
end)

function jobs.orm_bundles(bench)
  local session = la.Session(model.engine(bench))
  local bundle = la.Bundle("customer", Customer.id, Customer.name, Customer.description)
  local count, last = bench.time(function()
    local count, last = 0, nil
    for row in session:query(bundle):yield_per(10000):limit(bench.n) do
      count = count + 1
      last = row
    end
    return count, last
  end)
  return model.read(count, last.customer)
end

--- Reads the attributes of all rows of the chunks that `chunks` gives.
local function attributes(chunks)
  return function(bench)
    local engine = model.engine(bench)
    return model.read(bench.time(function()
      return engine:connect(function(conn)
        local count, id, name, description = 0, nil, nil, nil
        for chunk in chunks(conn, customer:select():limit(bench.n)) do
          for _, row in ipairs(chunk) do id, name, description = row.id, row.name, row.description end
          count = count + #chunk
        end
        return count, {id = id, name = name, description = description}
      end)
    end))
  end
end

--- An iterator that answers once.
local function once(list)
  return function()
    local all = list
    list = nil
    return all
  end
end

local function by_many(result)
  return function()
    local chunk = result:fetchmany(10000)
    return #chunk > 0 and chunk or nil
  end
end

jobs.core_fetchall = attributes(function(conn, stmt) return once(conn:execute(stmt):fetchall()) end)
jobs.core_fetchall_mapping = attributes(function(conn, stmt) return once(conn:execute(stmt):mappings():fetchall()) end)
jobs.core_fetchmany = attributes(function(conn, stmt) return by_many(conn:execute(stmt)) end)
jobs.core_fetchmany_w_streaming = attributes(function(conn, stmt)
  return by_many(conn:execution_options{stream_results = true}:execute(stmt))
end)

local function raw(bench, each)
  local engine = model.engine(bench)
  return model.read(bench.time(function()
    local connection = engine:raw_connection()
    local sql = "SELECT customer.id, customer.name, customer.description FROM customer LIMIT " .. bench.n
    local rows = connection:cursor():execute(sql):fetchall()
    local last = each(rows)
    connection:close()
    return #rows, last
  end))
end

function jobs.dbapi_fetchall_plus_append_objects(bench)
  return raw(bench, function(rows)
    local object
    for _, row in ipairs(rows) do object = {id = row[1], name = row[2], description = row[3]} end
    return object
  end)
end

function jobs.dbapi_fetchall_no_object(bench)
  return raw(bench, function(rows)
    local id, name, description
    for _, row in ipairs(rows) do id, name, description = row[1], row[2], row[3] end
    return {id = id, name = name, description = description}
  end)
end

return jobs
