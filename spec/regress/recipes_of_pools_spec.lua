-- What SQLAlchemy's recipes for pools and events do.
local la = require "lualchemy"
local echo = require "lualchemy.engine.echo"
local support = require "spec.support"

local function raises(class, message, fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_true(la.exc[class]:is(e), tostring(e))
  assert.equal(message, e.message)
end

describe("recipes", function()
  it("a listener of checkout that refuses a connection: it is not given back, another one comes", function()
    support.with_folder(function(folder)
      local engine, log = la.create_engine("sqlite:///" .. folder .. "/x.db"), {}
      local function note(what) log[#log + 1] = what end
      la.event.listen(engine, "connect", function() note "connect" end)
      la.event.listen(engine, "checkin", function() note "checkin" end)
      la.event.listen(engine, "checkout", function(_, record, proxy)
        note "checkout"
        if #log > 2 then return end
        record.dbapi_connection, proxy.dbapi_connection = nil, nil
        error(la.exc.DisconnectionError("of another process"))
      end)
      engine:connect(function(conn) assert.equal(5, conn:scalar(la.text("SELECT 5"))) end)
      assert.same({"connect", "checkout", "connect", "checkout", "checkin"}, log)
      engine:dispose()
    end)
  end)

  it("a connection that was given up says so", function()
    local engine = la.create_engine("sqlite://")
    local raw = engine:raw_connection()
    raw:invalidate()
    raises("InvalidRequestError", "This connection is closed", function() raw:cursor() end)
    raw:close()
    assert.is_false(raw.is_valid)
    assert.is_true(raw.is_detached)
  end)

  it("the log and later listeners see the statement that a listener gave", function()
    local engine, seen, write = la.create_engine("sqlite://", {echo = true}), {}, echo.write
    local lines = {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql, parameters)
      return {sql .. " -- mine", parameters}
    end, {retval = true})
    la.event.listen(engine, "after_cursor_execute", function(_, _, sql) seen[#seen + 1] = sql end)
    echo.write = function(line) lines[#lines + 1] = line end
    engine:connect(function(conn) conn:scalar(la.select(1)) end)
    echo.write = write
    assert.same({"SELECT 1 -- mine"}, seen)
    assert.truthy(table.concat(lines):find("SELECT 1 -- mine", 1, true))
  end)

  it("a listener with retval that returns no array is an error", function()
    local engine = la.create_engine("sqlite://")
    local function same(_, _, sql) return sql end
    local listener = la.event.listen(engine, "before_cursor_execute", same, {retval = true})
    raises("ArgumentError", "before_cursor_execute: a listener with {retval = true} must return an array, "
      .. "{statement, parameters}, got string", function() engine:connect():scalar(la.select(1)) end)
    la.event.remove(engine, "before_cursor_execute", listener)
    la.event.listen(engine, "before_execute", function(_, statement) return statement end, {retval = true})
    raises("ArgumentError", "before_execute: a listener with {retval = true} must return an array, "
      .. "{statement, parameters}, got userdata", function() engine:connect():scalar(la.select(1)) end)
  end)
end)
