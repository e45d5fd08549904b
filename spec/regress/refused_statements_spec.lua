--- What a session says to what is no statement, and a list of objects to what is none.
local la = require "lualchemy"

local Base = la.declarative_base()
local A = Base:class("A", {
  __tablename__ = "a",
  id = la.Column{la.Integer, primary_key = true},
  bs = la.relationship{"B"},
})
local B = Base:class("B", {
  __tablename__ = "b",
  id = la.Column{la.Integer, primary_key = true},
  a_id = la.Column{la.ForeignKey("a.id")},
})

local function message(fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  return tostring(e), e
end

describe("a session", function()
  it("asks for text() where a string is executed", function()
    local session = la.Session(la.create_engine("sqlite://"))
    local text, e = message(function() session:execute("select 1") end)
    assert.is_true(la.exc.ArgumentError:is(e))
    assert.equal("Textual SQL expression 'select 1' should be explicitly declared as text('select 1')", text)
    assert.equal("Textual SQL expression \"it's\" should be explicitly declared as text(\"it's\")",
      (message(function() session:scalars("it's") end)))
    assert.equal("Executable SQL or text() construct expected, got <class 'A'>.",
      (message(function() session:execute(A) end)))
    assert.equal("Executable SQL or text() construct expected, got 5.", (message(function() session:scalar(5) end)))
    assert.equal("Executable SQL or text() construct expected, got None.",
      (message(function() session:execute(nil) end)))
    session:close()
  end)

  it("leaves to connections what they say", function()
    la.create_engine("sqlite://"):connect(function(connection)
      local text, e = message(function() connection:execute("select 1") end)
      assert.is_true(la.exc.ObjectNotExecutableError:is(e))
      assert.equal("Not an executable object: 'select 1'", text)
    end)
  end)
end)

describe("a list of objects", function()
  it("is no single object", function()
    assert.equal("Incompatible collection type: B is not list-like", (message(function() A().bs = B() end)))
  end)
end)
