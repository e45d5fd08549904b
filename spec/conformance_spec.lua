-- Guards what has been reached with programs and statements ported from SQLAlchemy, where they are at hand next to the
-- repository. Numbers are lower bounds: raise them when more passes.
local support = require "spec.support"

local FOLDER = "../shared/conformance"

local PROGRAMS = {"seeds", "engine", "core", "orm_basic", "orm_rel", "orm_adv"}

-- Statements whose SQL is right, by the folder of the test that they come from.
local MINIMUM = {
  ["test/sql"] = 252,
  ["test/orm"] = 88,
  ["test/ext"] = 1,
  ["test/dialect/sqlite"] = 6,
  ["test/dialect/postgresql"] = 122,
  ["test/dialect/mysql"] = 57,
  ["test/dialect/mssql"] = 22,
  ["test/dialect/oracle"] = 14,
}

local function at_hand(file)
  local found = io.open(FOLDER .. "/" .. file)
  if found then found:close() else pending("needs the conformance programs") end
  if support.sh("command -v python3 bash") == "" then pending("needs python3 and bash") end
end

local function run_programs(name, environment)
  at_hand("twins/run.sh")
  support.with_folder(function(folder)
    local command = "%s TMPDIR=%s %s/twins/run.sh -i %s %s || { cat %s/*/*.diff; exit 1; }"
    local output, status = support.sh(command:format(
      environment, folder, FOLDER, support.quote(support.lua), name, folder))
    assert.equal(0, status, output)
  end)
end

describe("programs of SQLAlchemy print the same", function()
  for _, name in ipairs(PROGRAMS) do
    it(name .. " on SQLite", function() run_programs(name, "env -u DB_URL") end)
    it(name .. " on PostgreSQL", function()
      if not support.pg_url() then pending("needs PostgreSQL (LA_TEST_PG)") end
      run_programs(name, "DB_URL=" .. support.quote(support.pg_url()))
    end)
  end
end)

describe("statements of SQLAlchemy compile to the same SQL", function()
  -- What a Lua cannot express counts as passed.
  local function count(report)
    local passed = {}
    for group, ok, blank, not_expressible in report:gmatch(
      "\n(test/%S+)%s+%d+%s+(%d+)%s+(%d+)%s+%d+%s+%d+%s+%d+%s+%d+%s+%d+%s+%d+%s+(%d+)") do
      local folder = group:match("^test/dialect/[^/]+") or group:match("^test/[^/]+")
      passed[folder] = (passed[folder] or 0) + ok + blank + not_expressible
    end
    return passed
  end

  local passed
  local function report()
    at_hand("run.py")
    if not passed then
      local command = "%s/run.py %s/sample.jsonl --lua %s"
      local output, status = support.sh(command:format(FOLDER, FOLDER, support.quote(support.lua)))
      assert.equal(0, status, output)
      passed = count(output)
    end
    return passed
  end

  for folder, minimum in pairs(MINIMUM) do
    it(folder, function()
      local n = report()[folder] or 0
      assert.is_true(n >= minimum, ("%d pass, there were %d"):format(n, minimum))
    end)
  end
end)
