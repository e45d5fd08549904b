-- post_update: the values that its UPDATE sends, and what is told of it.
local la = require "lualchemy"

describe("the UPDATE of post_update", function()
  local A, B, session, statements, heard

  before_each(function()
    local Base, n = la.declarative_base(), 0
    A = Base:class("A", {
      __tablename__ = "a",
      id = la.Column{la.Integer, primary_key = true},
      b_id = la.Column{la.Integer, la.ForeignKey("b.id", {name = "fk_b", use_alter = true})},
      counter = la.Column{la.Integer, onupdate = function() n = n + 1 return n end},
      computed = la.Column{la.Integer, onupdate = la.literal_column "7"},
      bs = la.relationship{"B", primaryjoin = function() return A.id:eq(B.a_id) end},
      b = la.relationship{"B", post_update = true, primaryjoin = function() return A.b_id:eq(B.id) end},
    })
    B = Base:class("B", {
      __tablename__ = "b",
      id = la.Column{la.Integer, primary_key = true},
      a_id = la.Column{la.Integer, la.ForeignKey("a.id", {name = "fk_a"})},
    })
    local engine = la.create_engine "sqlite://"
    Base.metadata:create_all(engine)
    session, statements, heard = la.Session(engine), {}, {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement)
      statements[#statements + 1] = statement
    end)
    la.event.listen(A, "refresh_flush", function(_, _, keys) heard[#heard + 1] = "refresh_flush " .. keys[1] end)
    la.event.listen(A, "expire", function(_, keys) heard[#heard + 1] = "expire " .. (keys and keys[1] or "all") end)
  end)

  it("makes defaults and tells of them, but not of rows that go", function()
    local a, b = A{id = 1}, B{id = 1}
    a.bs, a.b = {b}, b
    session:add(a)
    session:flush()
    assert.equal("UPDATE a SET b_id=?, counter=?, computed=7 WHERE a.id = ?", statements[#statements])
    assert.same({"refresh_flush counter", "expire computed"}, heard)
    assert.equal(1, a.counter)
    assert.equal(7, a.computed)
    session:delete(a)
    session:flush()
    assert.equal(2, #heard)
    assert.equal(1, a.counter)
    assert.equal(7, a.computed)
  end)

  it("sends what was set in the place of defaults", function()
    local a, b = A{id = 1, counter = 50, computed = 70}, B{id = 1}
    a.bs, a.b = {b}, b
    session:add(a)
    session:flush()
    assert.equal("UPDATE a SET b_id=?, counter=?, computed=? WHERE a.id = ?", statements[#statements])
    session:expunge(a)
    assert.equal(50, a.counter)
    assert.equal(70, a.computed)
  end)

  it("is not sent where the key is what it was", function()
    local a, b = A{id = 1}, B{id = 1}
    a.b = b
    session:add(a)
    session:commit()
    assert.equal(b, a.b)
    a.b_id = nil
    session:flush()
    statements = {}
    a.b = nil
    session:flush()
    assert.same({}, statements)
  end)

  it("is sent for new objects in the order in which they came", function()
    local Base, n = la.declarative_base(), 0
    local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column{la.Integer, primary_key = true},
      children = la.relationship{"Child", post_update = true}})
    local Child = Base:class("Child", {__tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.ForeignKey "parent.id"},
      counter = la.Column{la.Integer, onupdate = function() n = n + 1 return n end}})
    local engine = la.create_engine "sqlite://"
    Base.metadata:create_all(engine)
    session = la.Session(engine, {expire_on_commit = false})
    local parent = Parent()
    for _ = 1, 12 do parent.children:append(Child()) end
    session:add(parent)
    session:commit()
    for i, child in ipairs(parent.children) do assert.equal(i, child.counter) end
  end)
end)
