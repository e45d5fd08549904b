--- C that makes Lua tables of SQLite's rows: what a mapper in Lua cannot undercut.
local fill = require "bench.fill"

local function fetch_all(bench)
  if bench.postgresql then
    bench.put("absent", "on SQLite only")
    return nil
  end
  local db = fill.open(bench.setup())
  local rows = bench.time(function()
    return fill.rows(db, "SELECT id, name, description FROM customer LIMIT " .. bench.n)
  end)
  local last = rows[#rows]
  return ("%d %d %s %s"):format(#rows, last.id, last.name, last.description)
end

return {large_resultsets = {dbapi_fetchall_plus_append_objects = fetch_all}}
