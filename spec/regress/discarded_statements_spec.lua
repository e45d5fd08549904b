-- DISCARD ALL and DEALLOCATE ALL take the server's prepared statements away, BEGIN among them.
local la = require "lualchemy"
local support = require "spec.support"

describe("prepared statements that were discarded", function()
  if not support.pg_url() then return pending("needs PostgreSQL (LA_TEST_PG)") end
  local engine
  before_each(function() engine = la.create_engine(support.pg_url(), {pool_size = 1, max_overflow = 0}) end)
  after_each(function() engine:dispose() end)

  local function use()
    return engine:begin(function(conn) return conn:scalar(la.text("SELECT 1 + :x"), {x = 1}) end)
  end

  --- The text as a statement of its own on the engine's only connection.
  local function run(sql)
    engine:execution_options{isolation_level = "AUTOCOMMIT"}:connect(function(conn) conn:exec_driver_sql(sql) end)
  end

  for _, sql in ipairs{"DISCARD ALL", "DEALLOCATE ALL"} do
    it("are prepared again after " .. sql, function()
      for _ = 1, 4 do assert.equal(2, use()) end
      run(sql)
      for _ = 1, 4 do assert.equal(2, use()) end
    end)

    it("are prepared again after " .. sql .. " behind the library's back, where nothing but BEGIN was", function()
      for _ = 1, 4 do assert.equal(2, use()) end
      run("DO $$ BEGIN EXECUTE '" .. sql:gsub("DISCARD ALL", "DEALLOCATE ALL") .. "'; END $$")
      for _ = 1, 4 do assert.equal(2, use()) end
    end)
  end
end)
