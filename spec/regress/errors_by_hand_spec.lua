-- Errors that a program makes itself take SQLAlchemy's arguments and read as those that the library raises.
local la = require "lualchemy"

describe("an error made by hand", function()
  local exc = la.exc
  local LINK = "(Background on this error at: https://sqlalche.me/e/20/%s)"

  it("StatementError takes message, statement, parameters and cause", function()
    local e = exc.StatementError("hello", "select 1", {a = 1}, nil)
    assert.equal("hello\n[SQL: select 1]\n[parameters: {'a': 1}]", tostring(e))
    assert.equal("select 1", e.statement)
    assert.equal(1, e.params.a)
    assert.is_false(e.hide_parameters)
    e = exc.StatementError("hello", "select 1", {1, "a", la.NULL}, "why", {code = "abcd"})
    assert.equal("hello\n[SQL: select 1]\n[parameters: [1, 'a', None]]\n" .. LINK:format("abcd"), tostring(e))
    assert.equal("why", e.orig)
    assert.equal("hello", tostring(exc.StatementError("hello", nil, nil, nil)))
  end)

  it("has details before its message", function()
    local e = exc.StatementError("hello", "select 1", nil, nil)
    e:add_detail("one")
    e:add_detail("two")
    assert.equal("(one)\n(two)\nhello\n[SQL: select 1]", tostring(e))
  end)

  it("DBAPIError and its heirs take statement, parameters and cause", function()
    for class, code in pairs{DBAPIError = "dbapi", OperationalError = "e3q8", IntegrityError = "gkpj"} do
      local e = exc[class]("select 1", {a = 1}, "boom", {})
      assert.equal("(builtins.str) boom\n[SQL: select 1]\n[parameters: {'a': 1}]\n" .. LINK:format(code), tostring(e))
      assert.is_false(e.connection_invalidated)
      assert.is_true(exc[class]:is(e))
    end
    local e = exc.OperationalError("select 1", {a = 1}, exc.InvalidRequestError("no"), {hide_parameters = true,
      connection_invalidated = true})
    assert.equal("(sqlalchemy.exc.InvalidRequestError) no\n[SQL: select 1]\n[SQL parameters hidden due to "
      .. "hide_parameters=True]\n" .. LINK:format("e3q8"), tostring(e))
    assert.is_true(e.connection_invalidated)
    assert.error_matches(function() exc.DataError("select 1", nil, "boom", {zork = 1}) end, "zork")
  end)

  it("shows ten of many sets of parameters", function()
    local sets = {}
    for i = 1, 11 do sets[i] = {x = i} end
    local e = exc.DataError("x", sets, "boom", {ismulti = true})
    assert.matches("{'x': 8}  ... displaying 10 of 11 total bound parameter sets ...  {'x': 10}, {'x': 11}]]",
      tostring(e), 1, true)
  end)

  it("tells of the code that it was given, and nothing where nothing was", function()
    assert.equal("foo " .. LINK:format("abcd"), tostring(exc.ArgumentError("foo", {code = "abcd"})))
    assert.equal("()", tostring(exc.ArgumentError()))
  end)

  it("keeps what else its class tells", function()
    local e = exc.CircularDependencyError("msg", {1, "b"}, {{1, 2}})
    assert.equal("msg (1, 'b')", tostring(e))
    assert.same({{1, 2}}, e.edges)
    e = exc.NoReferencedColumnError("m", "t", "c")
    assert.same({"m", "t", "c"}, {tostring(e), e.table_name, e.column_name})
    assert.equal("t", exc.NoReferencedTableError("m", "t").table_name)
  end)
end)
