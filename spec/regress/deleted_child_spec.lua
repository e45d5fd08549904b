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
