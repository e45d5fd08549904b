--- Thirty statements: made, compiled, executed through the cache and without it, on tables with few rows.
local la = require "lualchemy"
local statements = require "bench.lualchemy.statements"

local jobs = {}
local makers = statements.makers

--- Count and sum of the bytes of all texts.
local function checksum(texts)
  local sum = 0
  for _, text in ipairs(texts) do
    for i = 1, #text do sum = sum + text:byte(i) end
  end
  return ("%d %d"):format(#texts, sum)
end

local function compiled(dialect)
  local texts = {}
  for i, make in ipairs(makers) do texts[i] = make():compile{dialect = dialect}.string end
  return texts
end

function jobs.build(bench)
  bench.time(function()
    for _ = 1, bench.n do
      for _, make in ipairs(makers) do make() end
    end
  end)
  return checksum(compiled(la.sqlite.dialect()))
end

function jobs.build_and_compile(bench)
  local dialect = la.sqlite.dialect()
  return checksum(bench.time(function()
    local texts
    for _ = 1, bench.n do texts = compiled(dialect) end
    return texts
  end))
end

local function executed(options)
  return function(bench)
    local engine = la.create_engine("sqlite://", options or {})
    statements.metadata:create_all(engine)
    local conn = engine:connect()
    conn:execute(statements.users:insert(),
      {{name = "a", fullname = "b", age = 1}, {name = "b", fullname = la.NULL, age = 2}})
    local count = bench.time(function()
      local count = 0
      for _ = 1, bench.n do
        for _, make in ipairs(makers) do
          local result = conn:execute(make())
          if result.returns_rows then count = count + #result:all() end
        end
      end
      return count
    end)
    return tostring(count)
  end
end

jobs.execute_cached = executed()
jobs.execute_not_cached = executed{query_cache_size = 0}

return jobs
