--- Bytes that a loaded object, a row and a session take, by the collector's count and by the system's.
local model = require "bench.lualchemy.model"
local la, Customer, customer = model.la, model.Customer, model.customer

local jobs = {}

local function counted()
  for _ = 1, 4 do collectgarbage() end
  return collectgarbage("count") * 1024
end

--- What the system gave to the process.
local function resident()
  counted()
  for line in io.lines("/proc/self/status") do
    local kilobytes = line:match("^VmRSS:%s+(%d+)")
    if kilobytes then return tonumber(kilobytes) * 1024 end
  end
end

--- Measures by `measure` what is kept after `load`.
local function kept(load, measure)
  return function(bench)
    local engine = model.engine(bench)
    load(engine, 1)
    local before = measure()
    local list, owner = load(engine, bench.n)
    bench.put("value", (measure() - before) / #list)
    return model.read(#list, list[#list]), owner
  end
end

local function objects(engine, n)
  local session = la.Session(engine)
  return session:query(Customer):limit(n):all(), session
end

local function rows(engine, n)
  return engine:connect(function(conn) return conn:execute(customer:select():limit(n)):fetchall() end)
end

jobs.object = kept(objects, counted)
jobs.object_resident = kept(objects, resident)
jobs.row = kept(rows, counted)
jobs.row_resident = kept(rows, resident)

--- Objects whose session is closed.
jobs.object_detached = kept(function(engine, n)
  local list, session = objects(engine, n)
  session:close()
  return list
end, counted)

--- Sessions that have done nothing.
function jobs.session(bench)
  local engine = model.engine(bench)
  local list, before = {}, counted()
  for i = 1, bench.n do list[i] = la.Session(engine) end
  bench.put("value", (counted() - before) / #list)
  return tostring(#list)
end

return jobs
