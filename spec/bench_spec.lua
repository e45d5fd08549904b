local support = require "spec.support"

-- The benchmark measures on two Luas; builds with sanitizers are not measured.
local measured = (support.lua_name == "lua5.4" or support.lua_name == "luajit") and not os.getenv("MODE")

local function built()
  if not measured then pending("measured with plain builds of Lua 5.4 and LuaJIT") end
  local output, status = support.sh("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s bench-build")
  assert.equal(0, status, output)
end

local function play(folder, db)
  local command = "bench/run --only lualchemy-%s,c --rounds 1 --scale 0.002 --results %s/results.tsv --db %s"
  return support.sh(command:format(support.lua_name, folder, db))
end

describe("the benchmark", function()
  it("plays all jobs on SQLite, and each did what it says", function()
    built()
    support.with_folder(function(folder)
      local output, status = play(folder, "sqlite")
      assert.equal(0, status, output)
      for _, name in ipairs{"flush_no_pk", "orm_columns", "core_reuse_stmt", "execute_cached", "first_query"} do
        assert.truthy(output:find("\n" .. name .. " +[%d.]+ "), output)
      end
    end)
  end)

  it("plays all jobs on PostgreSQL", function()
    built()
    if not support.pg_url() then pending("needs LA_TEST_PG") end
    support.with_folder(function(folder)
      local output, status = play(folder, "postgresql")
      assert.equal(0, status, output)
      assert.truthy(output:find("\norm_flush +[%d.]+ "), output)
    end)
  end)

  it("tells of a participant that does something else", function()
    built()
    support.with_folder(function(folder)
      local liar = folder .. "/liar"
      local file = assert(io.open(liar, "w"))
      file:write("#!/bin/sh\nprintf 'seconds\\t0.1\\ncheck\\tnothing of the kind\\n'\n")
      file:close()
      local output, status = support.sh(("chmod +x %s; PYTHON=%s bench/run --only sqlalchemy --rounds 1 --scale 0.002"
        .. " --results %s/results.tsv --db sqlite --job core_insert"):format(liar, liar, folder))
      assert.equal(1, status, output)
      assert.truthy(output:find("sqlalchemy", 1, true), output)
    end)
  end)

  it("runs every operation whose instructions are counted", function()
    built()
    local list = support.run({file = "bench/counts/main.lua"})
    local number = 0
    for _ in list:gmatch("[^\n]+") do
      number = number + 1
      local output, status = support.run({file = "bench/counts/main.lua"}, {args = {tostring(number)}})
      assert.equal(0, status, output)
    end
    assert.is_true(number > 20)
  end)
end)
