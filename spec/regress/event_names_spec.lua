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
    for _, name in ipairs{"do_setinputsizes", "class_instrument", "refresh_flush"} do
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
end)
