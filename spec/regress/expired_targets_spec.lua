-- Objects of the session that have expired are looked for when a key leads to them; relationships that are only viewed
-- change nothing.
local la = require "lualchemy"

describe("many-to-one relationships", function()
  local Parent, Child, session, engine, sent

  before_each(function()
    local Base = la.declarative_base()
    Parent = Base:class("Parent", {
      __tablename__ = "parent", id = la.Column{la.Integer, primary_key = true}, n = la.Column{la.Integer},
      children = la.relationship{"Child", back_populates = "parent"},
      seen = la.relationship{"Child", viewonly = true},
    })
    Child = Base:class("Child", {
      __tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.ForeignKey("parent.id")},
      parent = la.relationship{"Parent", back_populates = "children"},
      first = la.relationship{"Parent", viewonly = true},
    })
    engine, sent = la.create_engine("sqlite://"), {}
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Parent{id = 1, n = 1, children = {Child{id = 1}}})
    session:commit()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) sent[#sent + 1] = sql:match("%a+ .- FROM %a+")
      or sql end)
  end)
  after_each(function() session:close() end)

  it("read what they lead to where it has expired", function()
    local child, parent = session:get(Child, 1), session:get(Parent, 1)
    session:commit()
    sent = {}
    assert.equal(parent, child.parent)
    assert.equal(2, #sent)
    assert.equal(1, parent.n)
    assert.equal(2, #sent)
  end)

  it("lead nowhere where its row has gone", function()
    local child, parent = session:get(Child, 1), session:get(Parent, 1)
    session:commit()
    session:execute(la.delete(Parent.__table__))
    assert.is_nil(child.parent)
    assert.is_true(la.inspect(parent).detached or la.inspect(parent).deleted)
  end)

  it("write what waits before get() reads again", function()
    local parent = session:get(Parent, 1)
    session:commit()
    session:add(Parent{id = 2})
    sent = {}
    session:get(Parent, 1)
    assert.matches("INSERT", sent[1])
    assert.equal(1, parent.id)
  end)

  it("are not read again for one attribute", function()
    local parent = session:get(Parent, 1)
    session:expire(parent, {"n"})
    sent = {}
    assert.equal(parent, session:get(Parent, 1))
    assert.equal(0, #sent)
  end)

  it("change nothing where they are only viewed", function()
    local child, parent = session:get(Child, 1), session:get(Parent, 1)
    parent.seen:append(Child{id = 5})
    parent.seen = {Child{id = 6}}
    child.first = Parent{id = 7}
    assert.is_false(session:is_modified(parent) or session:is_modified(child))
    assert.equal(0, #session.dirty + #session.new)
  end)
end)
