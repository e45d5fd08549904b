-- Writing columns of loaded objects, before and after somebody takes an interest in it.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("a column of loaded objects", function()
  local Thing, session, things

  before_each(function()
    local Base = la.declarative_base()
    Thing = Base:class("Thing", {__tablename__ = "thing", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, data = la.Column{la.JSON}})
    session = orm.open(Base)
    for i = 1, 6 do session:add(Thing{id = i, name = "n" .. i, data = {i}}) end
    session:commit()
    things = session:scalars(la.select(Thing):order_by(Thing.id)):all()
    things[1].name, things[2].name = "a", "b"
  end)

  after_each(function() session:close() end)

  it("is heard of by who listens from then on, and by nobody afterwards", function()
    local heard = {}
    local function listen(obj, value, old) heard[#heard + 1] = ("%d %s %s"):format(obj.id, old, value) end
    la.event.listen(Thing.name, "set", listen)
    things[3].name = "c"
    things[1].name = "aa"
    la.event.remove(Thing.name, "set", listen)
    things[4].name = "d"
    assert.same({"3 n3 c", "1 a aa"}, heard)
    session:flush()
    session:expire_all()
    assert.same({"aa", "b", "c", "d", "n5"}, {things[1].name, things[2].name, things[3].name, things[4].name,
      things[5].name})
  end)

  it("is set to nil, and begins a transaction", function()
    session:commit()
    assert.is_false(session:in_transaction())
    assert.equal("a", things[1].name)
    session:commit()
    local plain = session:get(Thing, 5)
    session:commit()
    assert.equal("n5", plain.name)
    things[6].name = nil
    plain.name = nil
    assert.is_true(session:in_transaction())
    assert.is_nil(plain.name)
    session:commit()
    assert.is_nil(session:scalar(la.select(Thing.name):where(Thing.id:eq(5))))
    assert.equal(2, session:scalar(la.select(la.func.count()):where(Thing.name:is_(nil))))
  end)

  it("becomes one of mutable values", function()
    things[3].data, things[4].data = {7}, {8}
    la.mutable.MutableList:associate_with_attribute(Thing.data)
    things[5].data = {1, 2}
    session:commit()
    things[5].data:append(3)
    session:commit()
    assert.same({1, 2, 3}, session:scalar(la.select(Thing.data):where(Thing.id:eq(5))))
  end)

  it("is another attribute's from then on", function()
    Thing.__mapper__:add_property("name", la.column_property(Thing.__table__.c.name, {active_history = true}))
    things[3].name = "c"
    session:commit()
    assert.equal("c", things[3].name)
  end)

  it("and names that are none are as before", function()
    things[3].other = 5
    assert.equal(5, things[3].other)
    assert.error(function() things[3][7] = 1 end)
    assert.error(function() return things[3].nmae end)
  end)
end)
