--- LuaDBI: prepared statements.
local DBI = require "DBI"

return require "bench.drivers.jobs"(function(bench, file)
  local connection
  if bench.postgresql then
    local user, host, port, database = bench.url:match("^postgresql://([^@]*)@([^:]*):(%d+)/(.*)$")
    connection = assert(DBI.Connect("PostgreSQL", database, user, nil, host, port))
  else
    connection = assert(DBI.Connect("SQLite3", file or ":memory:"))
  end
  connection:autocommit(true)
  local db = {}

  function db.statement(sql)
    local statement = assert(connection:prepare(sql))
    return function(...) assert(statement:execute(...)) end
  end

  function db.exec(sql) db.statement(sql)() end

  function db.query(sql)
    local statement = assert(connection:prepare(sql))
    return function(...)
      assert(statement:execute(...))
      return statement:rows()
    end
  end

  -- Without autocommit, it begins a transaction itself.
  function db.begin() connection:autocommit(false) end
  function db.commit() assert(connection:commit()) end
  function db.close() connection:close() end
  return db
end)
