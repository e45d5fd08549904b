-- Deleting an object does not read the object that it refers to.
local la = require "lualchemy"

describe("deleting the object that has the foreign key", function()
  it("reads nothing of the other end", function()
    local Base = la.declarative_base()
    local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column(la.Integer, {primary_key = true}),
      children = la.relationship("Child", {back_populates = "parent"})})
    local Child = Base:class("Child", {__tablename__ = "child", id = la.Column(la.Integer, {primary_key = true}),
      parent_id = la.Column(la.ForeignKey("parent.id")),
      parent = la.relationship("Parent", {back_populates = "children"})})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(Parent{children = {Child{id = 1}}})
    session:commit()
    session:expunge_all()
    local child, statements = session:get(Child, 1), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
    session:delete(child)
    session:flush()
    assert.same({"DELETE FROM child WHERE child.id = ?"}, statements)
  end)
end)

describe("expire() and refresh() of an object", function()
  it("take pending objects that they reach out of the session", function()
    local Base = la.declarative_base()
    local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column(la.Integer, {primary_key = true}),
      children = la.relationship("Child", {cascade = "all, delete-orphan"})})
    local Child = Base:class("Child", {__tablename__ = "child", id = la.Column(la.Integer, {primary_key = true}),
      parent_id = la.Column(la.ForeignKey("parent.id"))})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine, {autoflush = false})
    local parent = Parent{id = 1, children = {Child()}}
    session:add(parent)
    session:commit()
    for _, forget in ipairs{"expire", "refresh"} do
      assert.equal(1, #parent.children)
      local child = Child()
      parent.children:append(child)
      session[forget](session, parent)
      assert.is_true(la.inspect(child).transient)
      assert.equal(1, #parent.children)
      session:flush()
      assert.equal(1, session:scalar(la.select(la.func.count(Child.id))))
    end
  end)
end)
