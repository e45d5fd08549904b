-- raiseload of columns: what an option said of one is forgotten when it expires, what the mapping says is not.
local la = require "lualchemy"

local Base = la.declarative_base()
local Plain = Base:class("Plain", {__tablename__ = "plain", id = la.Column{la.Integer, primary_key = true},
  x = la.Column(la.Integer), w = la.deferred(la.Column(la.Integer), {raiseload = true})})

describe("raiseload of an expired column", function()
  local session

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Plain{id = 1, x = 2, w = 3})
    session:commit()
    session:expunge_all()
  end)

  after_each(function() session:close() end)

  local function read(object, key)
    local ok, value = pcall(function() return object[key] end)
    return ok and value or tostring(value):match("'(Plain%.%a)' is not available due to raiseload=True")
  end

  it("by an option ends", function()
    local object = session:query(Plain):options(la.defer(Plain.x, {raiseload = true})):one()
    assert.equal("Plain.x", read(object, "x"))
    session:expire(object, {"x"})
    assert.equal(2, read(object, "x"))
    session:expunge_all()
    object = session:query(Plain):options(la.defer(Plain.x, {raiseload = true})):one()
    session:expire(object)
    assert.equal(2, read(object, "x"))
  end)

  it("by the mapping holds again", function()
    local object = session:query(Plain):options(la.undefer(Plain.w)):one()
    assert.equal(3, read(object, "w"))
    session:expire(object)
    assert.equal("Plain.w", read(object, "w"))
  end)
end)
