-- Session:get() of keys that are NULL, in whole or in part; expire() of what is no attribute.
local la = require "lualchemy"

describe("Session:get()", function()
  local Base = la.declarative_base()
  local One = Base:class("One", {__tablename__ = "one", id = la.Column(la.Integer, {primary_key = true})})
  local Two = Base:class("Two", {__tablename__ = "two", a = la.Column(la.Integer, {primary_key = true}),
    b = la.Column(la.Integer, {primary_key = true})})
  local session, statements

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session, statements = la.Session(engine), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
  end)

  it("finds nothing for NULL, and warns", function()
    local warnings = la.warnings.catch_warnings(function()
      assert.is_nil(session:get(One, nil))
      assert.is_nil(session:get(One, la.NULL))
      assert.is_nil(session:get(Two, {la.NULL, la.NULL}))
    end)
    assert.equal(3, #warnings)
    assert.matches("fully NULL primary key identity cannot load any object", warnings[1].message, 1, true)
    assert.matches("WHERE one.id IS NULL", statements[1], 1, true)
  end)

  it("asks for IS NULL where a part of the key is NULL", function()
    assert.is_nil(session:get(Two, {1, la.NULL}))
    assert.matches("WHERE two.a = ? AND two.b IS NULL", statements[1], 1, true)
  end)

  it("wants one value for each column", function()
    assert.has_error(function() session:get(Two, nil) end, "Incorrect number of values in identifier to formulate "
      .. "primary key for session.get(); primary key columns are 'two.a','two.b'")
  end)
end)

describe("Session:expire()", function()
  it("refuses names that are no attributes", function()
    local Base = la.declarative_base()
    local One = Base:class("One", {__tablename__ = "one", id = la.Column(la.Integer, {primary_key = true})})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session, one = la.Session(engine), One{id = 1}
    session:add(one)
    session:flush()
    local ok, e = pcall(session.expire, session, one, {"nope"})
    assert.is_false(ok)
    assert.matches("has no attribute 'nope'", tostring(e), 1, true)
  end)
end)
