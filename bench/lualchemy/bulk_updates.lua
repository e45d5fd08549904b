--- Many rows changed.
local model = require "bench.lualchemy.model"
local la, Customer = model.la, model.Customer

local jobs = {}

function jobs.orm_flush(bench)
  local engine, n = model.engine(bench), bench.n
  bench.time(function()
    local session = la.Session(engine)
    for first = 1, n, 1000 do
      local customers = session:query(Customer):filter(Customer.id:between(first, first + 999)):all()
      for _, customer in ipairs(customers) do customer.description = customer.description .. "updated" end
      session:flush()
    end
    session:commit()
  end)
  return model.stored(engine)
end

function jobs.dbapi_raw(bench)
  local engine = model.engine(bench)
  local sql = bench.postgresql and "UPDATE customer SET description=$1 WHERE id = $2"
    or "UPDATE customer SET description=? WHERE id = ?"
  bench.time(function()
    local connection, sets = engine:raw_connection(), {}
    for i = 1, bench.n do sets[i] = {"customer description " .. i - 1 .. "updated", i} end
    connection:cursor():executemany(sql, sets)
    connection:commit()
    connection:close()
  end)
  return model.stored(engine)
end

return jobs
