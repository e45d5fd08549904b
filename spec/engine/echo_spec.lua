-- What echo writes.
local la = require "lualchemy"
local echo = require "lualchemy.engine.echo"

local function lines_of(options, fn)
  local engine, lines, write = la.create_engine("sqlite://", options), {}, echo.write
  echo.write = function(line)
    line = line:gsub("^%d+%-%d+%-%d+ %d+:%d+:%d+,%d+ ", ""):gsub("[%d.e-]+s", "Ts")
    lines[#lines + 1] = line
  end
  local ok, e = pcall(fn, engine)
  echo.write = write
  assert(ok, e)
  return lines
end

describe("echo", function()
  it("shows statements, parameters and transactions", function()
    assert.same({
      "INFO lualchemy.engine.Engine BEGIN (implicit)",
      "INFO lualchemy.engine.Engine SELECT ? AS anon_1",
      "INFO lualchemy.engine.Engine [generated in Ts] ('x',)",
      "INFO lualchemy.engine.Engine SELECT ? AS anon_1",
      "INFO lualchemy.engine.Engine [cached since Ts ago] ('y',)",
      "INFO lualchemy.engine.Engine select 1",
      "INFO lualchemy.engine.Engine [raw sql] ()",
      "INFO lualchemy.engine.Engine SAVEPOINT sa_savepoint_1",
      "INFO lualchemy.engine.Engine [no key Ts] ()",
      "INFO lualchemy.engine.Engine ROLLBACK TO SAVEPOINT sa_savepoint_1",
      "INFO lualchemy.engine.Engine [no key Ts] ()",
      "INFO lualchemy.engine.Engine COMMIT",
    }, lines_of({echo = true}, function(engine)
      engine:connect(function(conn)
        conn:execute(la.select(la.literal "x"))
        conn:execute(la.select(la.literal "y"))
        conn:exec_driver_sql "select 1"
        conn:begin_nested():rollback()
        conn:commit()
      end)
    end))
  end)

  it("shows rows when it debugs", function()
    local lines = lines_of({echo = "debug"}, function(engine)
      engine:connect(function(conn) conn:execute(la.text "select 1 as a, 'x' as b"):all() end)
    end)
    assert.equal("DEBUG lualchemy.engine.Engine Col ('a', 'b')", lines[4])
    assert.equal("DEBUG lualchemy.engine.Engine Row (1, 'x')", lines[5])
  end)

  it("hides parameters", function()
    local lines = lines_of({echo = true, hide_parameters = true}, function(engine)
      engine:connect(function(conn)
        local _, e = pcall(conn.execute, conn, la.text "select nope, :x", {x = "secret"})
        assert.not_matches("secret", tostring(e))
      end)
    end)
    assert.equal("INFO lualchemy.engine.Engine [generated in Ts] [SQL parameters hidden due to hide_parameters=True]",
      lines[3])
  end)

  it("names engine and token", function()
    local lines = lines_of({echo = true, logging_name = "main"}, function(engine)
      engine:connect(function(conn) conn:execution_options{logging_token = "one"}:execute(la.select(1)) end)
    end)
    assert.equal("INFO lualchemy.engine.Engine.main [one] BEGIN (implicit)", lines[1])
  end)
end)
