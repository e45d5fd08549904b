-- Hostile strings in every position of a database, with a canary that dies when something else is executed.
--
--   local bench = hostile.open(db)              an engine, a connection, the canary
--   hostile.try(bench, position, string)        one position with one string
--
-- A position is {name, run, only =, kind =}: run(bench, text) uses the text there and returns what the database gave
-- back for it, which must be the text. kind says when it may be refused:
--   "value"   a text of the database: where it takes neither NUL nor what is not UTF-8
--   "name"    a name: likewise, and where it is empty or longer than the database's names
--   "word"    anything but words of a closed list is refused
local la = require "lualchemy"

local hostile = {strings = require "spec.support.hostile.strings"}

hostile.positions = {}
for _, file in ipairs{"values", "names", "ddl", "orm"} do
  for _, position in ipairs(require("spec.support.hostile." .. file)) do
    hostile.positions[#hostile.positions + 1] = position
  end
end

local CATALOGUE = {
  sqlite = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1",
  postgresql = [[
    SELECT 'relation ' || n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%'
    UNION ALL SELECT 'type ' || typname FROM pg_type
    UNION ALL SELECT 'constraint ' || conname FROM pg_constraint
    UNION ALL SELECT 'comment ' || objoid::text || description FROM pg_description WHERE objoid > 16383
    UNION ALL SELECT 'role ' || rolname FROM pg_roles
    UNION ALL SELECT 'prepared ' || gid FROM pg_prepared_xacts ORDER BY 1]],
}

--- All that the database has, as one text.
function hostile.catalogue(bench)
  local rows = bench.watcher:exec_driver_sql(CATALOGUE[bench.name]):scalars():all()
  bench.watcher:rollback()
  return table.concat(rows, "\n")
end

--- @param db table of support.databases()
function hostile.open(db)
  local bench = {name = db.name, pg = db.name == "postgresql", engine = db:engine(), n = 0, sent = 0, turn = 0}
  bench.url = db.url
  bench.conn = bench.engine:connect()
  bench.watcher = bench.pg and bench.engine:connect() or bench.conn
  bench.conn:exec_driver_sql "CREATE TABLE canary (v VARCHAR(10))"
  bench.conn:exec_driver_sql "INSERT INTO canary VALUES ('alive')"
  bench.conn:commit()
  la.event.listen(bench.engine, "before_cursor_execute", function(_, _, sql)
    bench.sent = bench.sent + 1
    bench.last = sql
  end)
  --- A name of the spec's own, new each time.
  function bench.fresh(prefix)
    bench.n = bench.n + 1
    return prefix .. bench.n
  end
  return bench
end

function hostile.close(bench)
  bench.conn:close()
  bench.watcher:close()
  bench.engine:dispose()
end

local function canary_lives(bench)
  local rows = bench.conn:exec_driver_sql("SELECT v FROM canary"):scalars():all()
  return #rows == 1 and rows[1] == "alive"
end

--- May this position refuse this string?
local function refusable(bench, position, s)
  if position.kind == "word" then return true end
  if position.kind == "pattern" and s.long then return true end
  if s.nul and (bench.pg or position.kind == "name") then return true end
  if s.invalid and (bench.pg or position.utf8) then return true end
  return position.kind == "name" and (s.text == "" or bench.pg and s.long or #s.text > 1000)
end

local function shown(text)
  text = tostring(text)
  if #text > 120 then text = text:sub(1, 100) .. ("… (%d bytes)"):format(#text) end
  return (("%q"):format(text):gsub("\n", "n"))
end

--- PostgreSQL cuts names to 63 bytes, and says so; names that a convention makes are cut before.
local function cut(bench, text, got)
  if not bench.pg or #text < 60 or type(got) ~= "string" then return false end
  return #got > 55 and #got < 64 and text:sub(1, 50) == got:sub(1, 50)
end

--- Tries the position with the string. Returns nil, or what is wrong.
function hostile.try(bench, position, s)
  if position.only and position.only ~= bench.name then return nil end
  if not bench.conn:in_transaction() then bench.conn:begin() end
  local ok, got = pcall(position.run, bench, s.text)
  local alive = not ok or canary_lives(bench)
  bench.conn:rollback()
  alive = alive and canary_lives(bench)
  bench.conn:rollback()
  if not alive then return "another statement was executed" end
  if ok then
    if got == s.text or position.kind == "word" and got == nil then return nil end
    if position.kind == "name" and cut(bench, s.text, got) then return nil end
    return ("%s came back as %s"):format(shown(s.text), shown(got))
  end
  local own = position.refuses and position.refuses(bench, s.text)
  if not own and not la.exc.SQLAlchemyError:is(got) then return "an error of no class: " .. shown(got) end
  if not own and not refusable(bench, position, s) then return "refused: " .. shown(got) end
end

--- A megabyte is a value; names of 300 bytes are long enough.
local function worth_trying(position, s)
  return #s.text < 10000 or position.kind == "value" or position.kind == "bytes"
end

--- Tries the position with every nth of the strings; raises an error that tells of each failure.
function hostile.try_all(bench, position, n)
  local before, failures = hostile.catalogue(bench), {}
  bench.turn = (bench.turn + 1) % n
  for i, s in ipairs(hostile.strings) do
    local wrong = i % n == bench.turn and worth_trying(position, s) and hostile.try(bench, position, s)
    if wrong then failures[#failures + 1] = s.name .. ": " .. wrong end
  end
  if hostile.catalogue(bench) ~= before then failures[#failures + 1] = "the catalogue has changed" end
  if #failures > 0 then error(table.concat(failures, "\n"), 0) end
end

return hostile
