--- LuaSQL: values are written into the statement.
return require "bench.drivers.jobs"(function(bench, file)
  local connection
  if bench.postgresql then
    connection = assert(require("luasql.postgres").postgres():connect(bench.url))
  else
    connection = assert(require("luasql.sqlite3").sqlite3():connect(file or ":memory:"))
  end
  local db = {}

  function db.exec(sql) assert(connection:execute(sql)) end

  local function literal(value)
    return type(value) == "number" and tostring(value) or "'" .. connection:escape(value) .. "'"
  end

  --- The text with the values in it.
  local function written(sql, ...)
    local values, i = {...}, 0
    return (sql:gsub("%?", function()
      i = i + 1
      return literal(values[i])
    end))
  end

  function db.statement(sql)
    return function(...) assert(connection:execute(written(sql, ...))) end
  end

  function db.query(sql)
    return function(...)
      local cursor = assert(connection:execute(written(sql, ...)))
      return function() return cursor:fetch({}, "n") end
    end
  end

  -- Without autocommit a commit begins the next transaction itself.
  local begun
  function db.begin()
    if not begun then connection:setautocommit(false) end
    begun = true
  end
  function db.commit() assert(connection:commit()) end
  function db.close() connection:close() end
  return db
end)
