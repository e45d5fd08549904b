-- What is known of loaded objects between a change of their columns and the flush.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("of a loaded object", function()
  local Thing, session, sent, a, b, c

  before_each(function()
    local Base = la.declarative_base()
    Thing = Base:class("Thing", {__tablename__ = "thing", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, size = la.Column{la.Integer}, data = la.Column{la.JSON}})
    session, sent = orm.open(Base)
    session:add_all{Thing{id = 1, name = "a", size = 1, data = {x = 1}}, Thing{id = 2, name = "b", size = 1, data = {}},
      Thing{id = 3, name = "c", size = 3, data = {y = {2}}}}
    session:commit()
    local all = session:scalars(la.select(Thing):order_by(Thing.id)):all()
    a, b, c = all[1], all[2], all[3]
    sent()
  end)

  after_each(function() session:close() end)

  local function history(obj, key)
    local h = la.attributes.get_history(obj, key)
    return {h.added[1], h.unchanged[1], h.deleted[1]}
  end

  local function updates()
    session:flush()
    return sent()
  end

  it("one column that changed is known with what it was at first", function()
    a.size = 5
    a.size = 6
    local h = la.attributes.get_history(a, "size")
    assert.same({{6}, {}, {1}}, {h.added, h.unchanged, h.deleted})
    h = la.attributes.get_history(a, "name")
    assert.same({{}, {"a"}, {}}, {h.added, h.unchanged, h.deleted})
    assert.is_true(session:is_modified(a))
    assert.is_true(session.dirty:contains(a))
    assert.is_false(session.dirty:contains(b))
  end)

  it("several are known as well", function()
    a.size = 5
    a.name = "z"
    a.size, a.name = 6, "zz"
    assert.same({6, nil, 1}, history(a, "size"))
    assert.same({"zz", nil, "a"}, history(a, "name"))
    a.data = {}
    assert.same({x = 1}, la.attributes.get_history(a, "data").deleted[1])
    session:flush()
    session:expire_all()
    assert.same({6, "zz", {}}, {a.size, a.name, a.data})
  end)

  it("one that is what it was again is not written", function()
    a.size = 5
    a.size = 1
    b.name, b.size = "x", 9
    b.name, b.size = "b", 1
    assert.is_false(session:is_modified(a))
    assert.same({}, updates())
    a.size = 2
    assert.equal(1, #updates())
  end)

  it("numbers that they were do not say in which order they are written, or how many", function()
    c.size, b.size, a.size = 7, 7, 7
    assert.same({1, 2, 3}, {session.dirty[1].id, session.dirty[2].id, session.dirty[3].id})
    session:flush()
    session:expire_all()
    assert.same({7, 7, 7}, {a.size, b.size, c.size})
    a.size, b.size, c.size = 1, 3, 2
    session:add(Thing{id = 4, size = 4})
    session:commit()
    assert.same({1, 3, 2}, session:scalars(la.select(Thing.size):where(Thing.id:lt(4)):order_by(Thing.id)):all())
    a.size, b.size, c.size = 5, 5, 6
    session:add(Thing{id = 5, size = 4})
    session:commit()
    assert.same({5, 5, 6}, session:scalars(la.select(Thing.size):where(Thing.id:lt(4)):order_by(Thing.id)):all())
  end)

  it("values that are tables are no notes", function()
    a.data, c.data = {z = 1}, nil
    assert.same({x = 1}, la.attributes.get_history(a, "data").deleted[1])
    session:commit()
    assert.same({z = 1}, a.data)
    a.size = 9
    c.size = 9
    c.data = {1}
    session:commit()
    assert.same({{z = 1}, {1}, 9, 9}, {a.data, c.data, a.size, c.size})
  end)

  it("changes are lost with a rollback, an expiry, a refresh", function()
    a.size = 5
    b.size, b.name = 5, "z"
    session:rollback()
    assert.same({1, 1, "b"}, {a.size, b.size, b.name})
    a.size, b.size = 5, 5
    b.name = "z"
    session:expire(a, {"size"})
    session:refresh(b)
    assert.same({1, 1, "b"}, {a.size, b.size, b.name})
    assert.is_true(#session.dirty == 0)
  end)

  it("changes go with it to another session", function()
    a.size = 5
    b.size, b.name = 5, "z"
    session:expunge_all()
    assert.same({5, nil, 1}, history(a, "size"))
    session:add_all{a, b}
    assert.same({5, nil, 1}, history(b, "size"))
    assert.same({"z", nil, "b"}, history(b, "name"))
    session:commit()
    assert.same({5, 5, "z"}, {a.size, b.size, b.name})
  end)
end)
