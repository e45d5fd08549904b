--- Statements of all kinds: made, compiled, found in the cache, executed through the cache and without it, on tables
-- with few rows.
local la = require "lualchemy"
local prepare = require "lualchemy.engine.prepare"
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

local function made()
  local list = {}
  for i, make in ipairs(makers) do list[i] = make() end
  return list
end

--- Statements that are there already.
function jobs.compile(bench)
  local dialect, list, texts = la.sqlite.dialect(), made(), {}
  bench.time(function()
    for _ = 1, bench.n do
      for i = 1, #list do texts[i] = list[i]:compile{dialect = dialect}.string end
    end
  end)
  return checksum(texts)
end

--- What execute() does to find the compiled form of a statement that it has not seen, but one like it.
function jobs.cache_hit(bench)
  local conn = la.create_engine("sqlite://"):connect()
  local sets, options, list = nil, {}, made()
  local function find(stmt)
    return prepare.find(conn, prepare.executable(stmt), sets, false, options)
  end
  for _, stmt in ipairs(list) do find(stmt) end
  for i = 1, bench.n do list[i] = made() end
  bench.time(function()
    for i = 1, bench.n do
      for _, stmt in ipairs(list[i]) do find(stmt) end
    end
  end)
  return checksum(compiled(la.sqlite.dialect()))
end

local function executed(options)
  return function(bench)
    local engine = la.create_engine("sqlite://", options or {})
    statements.metadata:create_all(engine)
    local conn = engine:connect()
    conn:execute(statements.users:insert(),
      {{name = "a", fullname = "b", age = 1}, {name = "b", fullname = la.NULL, age = 2}})
    conn:commit()
    local count = bench.time(function()
      local count = 0
      for _ = 1, bench.n do
        for _, make in ipairs(makers) do
          local result = conn:execute(make())
          if result.returns_rows then count = count + #result:all() end
        end
        conn:rollback() -- the rows of a round would grow the self-joins of the next
      end
      return count
    end)
    return tostring(count)
  end
end

jobs.execute_cached = executed()
jobs.execute_not_cached = executed{query_cache_size = 0}

return jobs
