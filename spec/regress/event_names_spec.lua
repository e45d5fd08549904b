local la = require "lualchemy"

describe("event.listen", function()
  it("refuses events that do not exist", function()
    local engine = la.create_engine("sqlite://")
    local ok, e = pcall(la.event.listen, engine, "before_cursor_exec", print)
    assert.is_false(ok)
    assert.is_true(la.exc.InvalidRequestError:is(e))
    assert.matches("No such event 'before_cursor_exec'", tostring(e), 1, true)
    assert.matches("before_cursor_execute", tostring(e), 1, true)
  end)
end)

describe("event.listen", function()
  it("refuses events of SQLAlchemy that nothing emits", function()
    for _, name in ipairs{"do_setinputsizes", "append_wo_mutation"} do
      local ok, e = pcall(la.event.listen, la.Engine, name, print)
      assert.is_false(ok)
      assert.is_true(la.exc.NotSupportedError:is(e))
      assert.matches("'" .. name .. "'", tostring(e), 1, true)
    end
  end)
end)

describe("create_engine", function()
  it("refuses what it cannot do", function()
    local ok, e = pcall(la.create_engine, "sqlite://", {plugins = {"x"}})
    assert.is_false(ok)
    assert.is_true(la.exc.NotSupportedError:is(e))
    assert.matches("'plugins'", tostring(e), 1, true)
  end)

  it("do not happen to numbers and strings", function()
    local ok, e = pcall(la.event.listen, 5, "connect", print)
    assert.is_false(ok)
    assert.matches("No such event 'connect' for target '5'", tostring(e), 1, true)
  end)

  it("have arrays of parameters, where la.NULL is NULL", function()
    local engine, seen = la.create_engine("sqlite://"), nil
    la.event.listen(engine, "before_cursor_execute", function(_, _, _, parameters) seen = parameters end)
    engine:connect(function(conn) conn:execute(la.select(la.literal(nil), la.literal(5), la.literal(nil))) end)
    assert.same({la.NULL, 5, la.NULL}, seen)
  end)
end)
