--- Plays one job: every participant in turn, round by round, so that a machine that changes its pace does so for all.
local setup = require "bench.setup"
local participants = require "bench.harness.participants"

local quote = participants.quote
local folder = (os.getenv("BUILD") or "build") .. "/bench"

--- Where databases are files, they are in memory if the machine has such a place.
local process = participants.output("echo $PPID")
local scratch = participants.output("test -w /dev/shm && echo /dev/shm || echo " .. folder)
  .. "/bench-" .. process .. ".db"
local setup_path = folder .. "/setup-" .. process .. ".sql"

local function write_lines(path, lines)
  local file = assert(io.open(path, "w"))
  file:write(table.concat(lines, "\n"), "\n")
  file:close()
end

local function psql(url, path)
  local pipe = io.popen(("psql -q -v ON_ERROR_STOP=1 -o /dev/null -f %s %s 2>&1"):format(quote(path), quote(url)))
  local said = pipe:read("*a")
  pipe:close()
  -- Tables that are not there yet are told of.
  for line in said:gmatch("[^\n]+") do
    if not line:find("NOTICE") then error(line, 0) end
  end
end

--- Makes the tables on the server; for SQLite leaves the statements to the players.
local function prepare(db, job)
  local path = setup_path
  local statements = job.setup and setup(db.dialect, job.setup, job.n) or {}
  if db.dialect == "sqlite" then
    write_lines(path, statements)
    return path
  end
  for i, statement in ipairs(statements) do statements[i] = statement .. ";" end
  write_lines(path, statements)
  psql(db.url, path)
end

local function play(who, db, job, setup_file)
  local command = ("env BENCH_URL=%s BENCH_FILE=%s %s %s %s %s %d"):format(quote(db.url), quote(scratch),
    setup_file and "BENCH_SETUP=" .. quote(setup_file) or "", who.command, job.plays[1], job.plays[2], job.n)
  os.remove(scratch)
  local output = participants.output(command)
  local said = {output = output}
  for key, value in output:gmatch("([%w_]+)\t([^\n]*)") do said[key] = value end
  os.remove(scratch)
  return said
end

local function median(list)
  table.sort(list)
  local n = #list
  return n % 2 == 1 and list[(n + 1) / 2] or (list[n / 2] + list[n / 2 + 1]) / 2
end

--- What one says of a round is added to its result.
local function note(result, said, expected, inside, per_row)
  if said.absent then
    result.absent = said.absent
  elseif not said.check or said.check ~= expected then
    result.wrong = said.check and ("%s, expected %s"):format(said.check, expected) or said.output:match("[^\n]*$")
  else
    local value = tonumber(said.value or inside and said.work or said.seconds)
    table.insert(result.all, per_row and value * 1e6 / per_row or value)
  end
end

--- @param db table dialect, url; inside: the database is in the process, so that its own time at work is all there is
--- @param job table see jobs.lua; n: the size
--- @param who table[] participants
--- @param count integer rounds
--- @return table<string, table> by participant: value (the median), least, most, rounds; or absent, or wrong
local function rounds(db, job, who, count)
  local found, expected = {}, job.expect and job.expect(job.n)
  for _, one in ipairs(who) do found[one.name] = {all = {}} end
  local setup_file = job.reads and prepare(db, job)
  for _ = 1, count do
    for _, one in ipairs(who) do
      local result = found[one.name]
      if not result.absent and not result.wrong then
        if not job.reads then setup_file = prepare(db, job) end
        local said = play(one, db, job, setup_file)
        expected = expected or said.check
        note(result, said, expected, db.inside, job.per_row and job.n)
      end
    end
  end
  os.remove(setup_path)
  for _, result in pairs(found) do
    if #result.all > 0 and not result.wrong then
      result.value = median(result.all)
      result.least, result.most, result.rounds = result.all[1], result.all[#result.all], #result.all
    end
  end
  return found
end

return rounds
