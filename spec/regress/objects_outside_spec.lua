-- A flush tells of objects in relationships that are not in the session: nothing is lost silently.
local la = require "lualchemy"

describe("a flush with an object of a relationship that is not in the session", function()
  local Base = la.declarative_base()
  local tags = la.Table("parent_tag", Base.metadata, la.Column("parent_id", la.ForeignKey("parent.id")),
    la.Column("tag_id", la.ForeignKey("tag.id")))
  local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column(la.Integer, {primary_key = true}),
    children = la.relationship("Child", {back_populates = "parent"}),
    tags = la.relationship("Tag", {secondary = tags, cascade = ""})})
  local Child = Base:class("Child", {__tablename__ = "child", id = la.Column(la.Integer, {primary_key = true}),
    parent_id = la.Column(la.ForeignKey("parent.id")),
    parent = la.relationship("Parent", {back_populates = "children", cascade = ""})})
  local Tag = Base:class("Tag", {__tablename__ = "tag", id = la.Column(la.Integer, {primary_key = true})})
  local session

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
  end)

  local function warned(message)
    local heard = {}
    local warnings = la.warnings.catch_warnings(function() session:flush() end)
    for i, warning in ipairs(warnings) do heard[i] = warning.message end
    assert.same({message}, heard)
  end

  it("warns of one that was added to a collection", function()
    local parent = Parent{id = 1}
    session:add(parent)
    session:flush()
    local _ = Child{parent = parent}
    warned "Object of type <Child> not in session, add operation along 'Parent.children' will not proceed"
  end)

  it("warns of one that is referred to", function()
    session:add(Child{parent = Parent{id = 1}})
    warned "Object of type <Parent> not in session, add operation along 'Child.parent' won't proceed"
  end)

  it("warns of one behind an association", function()
    session:add(Parent{id = 1, tags = {Tag{id = 1}}})
    warned "Object of type <Tag> not in session, add operation along 'Parent.tags' won't proceed"
    assert.equal(0, session:scalar(la.select(la.func.count()):select_from(tags)))
  end)
end)
