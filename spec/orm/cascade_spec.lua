-- Cascades one by one: what happens to the children when something happens to the parent.
local la = require "lualchemy"
local orm = require "spec.support.orm"

--- A parent and a child class; parent_options for Parent.children, child_options for Child.parent.
local function family(parent_options, child_options, ondelete)
  local Base = la.declarative_base()
  parent_options.back_populates = "parent"
  parent_options.order_by = "Child.id"
  parent_options[1] = "Child"
  child_options = child_options or {}
  child_options[1], child_options.back_populates = "Parent", "children"
  local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column{la.Integer, primary_key = true},
    name = la.Column{la.String}, children = la.relationship(parent_options)})
  local Child = Base:class("Child", {__tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
    parent_id = la.Column{la.Integer, la.ForeignKey("parent.id", {ondelete = ondelete or "NO ACTION"})},
    name = la.Column{la.String},
    parent = la.relationship(child_options)})
  local session, sent, engine = orm.open(Base)
  return Parent, Child, session, sent, engine
end

local function saved(Parent, Child, session, sent)
  local parent = Parent{name = "p", children = {Child{name = "c1"}, Child{name = "c2"}}}
  session:add(parent)
  session:commit()
  sent()
  return parent
end

local function count(session, class)
  return session:scalar(la.select(la.func.count()):select_from(class))
end

describe("cascade save-update", function()
  it("adds the children with the parent, also those that come later", function()
    local Parent, Child, session = family{}
    local first, second = Child{name = "c1"}, Child{name = "c2"}
    local parent = Parent{children = {first}}
    session:add(parent)
    assert.is_true(session:contains(first))
    parent.children:append(second)
    assert.is_true(session:contains(second))
    session:close()
  end)

  it("adds the parent with the child", function()
    local Parent, Child, session = family{}
    local child = Child{name = "c", parent = Parent{name = "p"}}
    session:add(child)
    assert.is_true(session:contains(child.parent))
    session:close()
  end)

  it("does not come back by a backref: setting the reference adds nothing", function()
    local Parent, Child, session = family{}
    local parent = Parent{name = "p"}
    session:add(parent)
    local child = Child{name = "c"}
    child.parent = parent
    assert.equal(child, parent.children[1])
    assert.is_false(session:contains(child))
    session:close()
  end)

  it("left out adds nothing, and the flush passes the children over", function()
    local Parent, Child, session, sent = family{cascade = ""}
    local child = Child{name = "c"}
    session:add(Parent{name = "p", children = {child}})
    assert.is_false(session:contains(child))
    sent()
    session:flush()
    assert.same({"INSERT INTO parent (name) VALUES (?) ['p']"}, sent())
    session:close()
  end)

  it("keeps in the session what was removed from a collection and is pending", function()
    local Parent, Child, session = family{}
    local child = Child{name = "c"}
    local parent = Parent{children = {child}}
    session:add(parent)
    parent.children:remove(child)
    assert.is_true(session:contains(child))
    session:flush()
    assert.is_nil(child.parent_id)
    session:close()
  end)
end)

describe("delete of a parent", function()
  it("without cascade sets the children's reference to NULL", function()
    local Parent, Child, session, sent = family{}
    local parent = saved(Parent, Child, session, sent)
    assert.equal(2, #parent.children)
    session:delete(parent)
    sent()
    session:flush()
    assert.same({"UPDATE child SET parent_id=? WHERE child.id = ? [(NULL, 1), (NULL, 2)]",
      "DELETE FROM parent WHERE parent.id = ? [1]"}, sent())
    assert.equal(2, count(session, Child))
    session:close()
  end)

  it("with cascade delete deletes the children first", function()
    local Parent, Child, session, sent = family{cascade = "save-update, merge, delete"}
    session:delete(saved(Parent, Child, session, sent))
    sent()
    session:flush()
    assert.same({"DELETE FROM child WHERE child.id = ? [(1), (2)]", "DELETE FROM parent WHERE parent.id = ? [1]"},
      sent())
    session:close()
  end)

  it("marks the children at once", function()
    local Parent, Child, session, sent = family{cascade = "all"}
    local parent = saved(Parent, Child, session, sent)
    session:delete(parent)
    assert.equal(3, #session.deleted)
    session:close()
  end)

  it("with passive_deletes leaves to the database what is not loaded", function()
    local Parent, Child, session, sent = family({cascade = "all", passive_deletes = true}, nil, "CASCADE")
    local parent = saved(Parent, Child, session, sent)
    session:delete(parent)
    session:flush()
    assert.same({"SELECT parent.id AS parent_id, parent.name AS parent_name FROM parent WHERE parent.id = ? [1]",
      "DELETE FROM parent WHERE parent.id = ? [1]"}, sent())
    session:close()
  end)

  it("with passive_deletes deletes what is loaded", function()
    local Parent, Child, session, sent = family({cascade = "all", passive_deletes = true}, nil, "CASCADE")
    local parent = saved(Parent, Child, session, sent)
    assert.equal(2, #parent.children)
    sent()
    session:delete(parent)
    session:flush()
    assert.same({"DELETE FROM child WHERE child.id = ? [(1), (2)]", "DELETE FROM parent WHERE parent.id = ? [1]"},
      sent())
    session:close()
  end)

  it("with passive_deletes = 'all' touches no child", function()
    local Parent, Child, session, sent = family{passive_deletes = "all"}
    local parent = saved(Parent, Child, session, sent)
    assert.equal(2, #parent.children)
    sent()
    session:delete(parent)
    session:flush()
    assert.same({"DELETE FROM parent WHERE parent.id = ? [1]"}, sent())
    session:close()
  end)

  it("from the many side leaves the one where it has no cascade", function()
    local Parent, Child, session, sent = family{}
    local parent = saved(Parent, Child, session, sent)
    session:delete(parent.children[1])
    session:commit()
    assert.equal(1, count(session, Parent))
    assert.equal(1, #parent.children)
    session:close()
  end)

  it("from the many side deletes the one with cascade delete there", function()
    local Parent, Child, session, sent = family({}, {cascade = "all"})
    local parent = saved(Parent, Child, session, sent)
    session:delete(parent.children[1])
    session:commit()
    assert.equal(0, count(session, Parent))
    assert.equal(1, count(session, Child))
    session:close()
  end)
end)

describe("cascade delete-orphan", function()
  it("deletes a child that leaves the collection", function()
    local Parent, Child, session, sent = family{cascade = "all, delete-orphan"}
    local parent = saved(Parent, Child, session, sent)
    parent.children:remove(parent.children[1])
    sent()
    session:flush()
    assert.same({"DELETE FROM child WHERE child.id = ? [1]"}, sent())
    session:close()
  end)

  it("deletes the children of a collection that is replaced", function()
    local Parent, Child, session, sent = family{cascade = "all, delete-orphan"}
    local parent = saved(Parent, Child, session, sent)
    parent.children = {Child{name = "new"}}
    session:commit()
    assert.same({"new"}, orm.each(parent.children, "name"))
    assert.equal(1, count(session, Child))
    session:close()
  end)

  it("deletes a child whose reference is set to nil", function()
    local Parent, Child, session, sent = family{cascade = "all, delete-orphan"}
    local parent = saved(Parent, Child, session, sent)
    local child = parent.children[2]
    child.parent = nil
    session:commit()
    assert.is_true(la.inspect(child).detached)
    assert.equal(1, #parent.children)
    session:close()
  end)

  it("keeps a child that moves to another parent", function()
    local Parent, Child, session, sent = family{cascade = "all, delete-orphan"}
    local parent = saved(Parent, Child, session, sent)
    local other, child = Parent{name = "q"}, parent.children[1]
    session:add(other)
    other.children:append(child)
    session:commit()
    assert.equal(other, child.parent)
    assert.equal(2, count(session, Child))
    session:close()
  end)

  it("expunges a pending child that leaves the collection", function()
    local Parent, Child, session, sent = family{cascade = "all, delete-orphan"}
    local parent = saved(Parent, Child, session, sent)
    local child = Child{name = "new"}
    parent.children:append(child)
    assert.is_true(session:contains(child))
    parent.children:remove(child)
    assert.is_false(session:contains(child))
    session:close()
  end)

  it("inserts a new child without a parent; the database decides", function()
    local Parent, Child, session = family{cascade = "all, delete-orphan"}
    local child = Child{name = "alone"}
    session:add(child)
    session:flush()
    assert.equal(1, count(session, Child))
    assert.equal(0, count(session, Parent))
    session:close()
  end)

  it("on the many side needs single_parent", function()
    local Parent, Child = family({}, {cascade = "all, delete-orphan"})
    assert.matches('For many%-to%-one relationship Child.parent, delete%-orphan cascade is normally configured only on '
      .. 'the "one" side', orm.raises("ArgumentError", la.configure_mappers))
    assert.is_truthy(Child)
    Parent.registry:dispose()
  end)

  it("with single_parent on the many side deletes the parent that was replaced", function()
    local Parent, Child, session = family({uselist = false, order_by = nil}, {cascade = "all, delete-orphan",
      single_parent = true})
    local child = Child{name = "c", parent = Parent{name = "p"}}
    session:add(child)
    session:commit()
    child.parent = Parent{name = "q"}
    session:commit()
    assert.equal(1, count(session, Parent))
    assert.equal("q", child.parent.name)
    session:close()
  end)

  it("with two kinds of parents deletes a child that loses one of them", function()
    local Base = la.declarative_base()
    local function parent(name)
      return Base:class(name, {__tablename__ = name:lower(), id = la.Column{la.Integer, primary_key = true},
        items = la.relationship{"Item", cascade = "all, delete-orphan", back_populates = name:lower()}})
    end
    local Left, Right = parent("Left"), parent("Right")
    local Item = Base:class("Item", {__tablename__ = "item", id = la.Column{la.Integer, primary_key = true},
      left_id = la.Column{la.Integer, la.ForeignKey("left.id")},
      right_id = la.Column{la.Integer, la.ForeignKey("right.id")},
      left = la.relationship{"Left", back_populates = "items"},
      right = la.relationship{"Right", back_populates = "items"}})
    local session = orm.open(Base)
    local item = Item{left = Left{id = 1}, right = Right{id = 1}}
    session:add(item)
    session:commit()
    item.left.items:remove(item)
    session:commit()
    assert.equal(0, count(session, Item))
    session:close()
  end)
end)

describe("cascades of the session's other acts", function()
  it("refresh-expire: expire follows", function()
    local Parent, Child, session, sent = family{cascade = "all"}
    local parent = saved(Parent, Child, session, sent)
    local child = parent.children[1]
    assert.equal("c1", child.name)
    session:expire(parent)
    sent()
    assert.equal("c1", child.name)
    assert.equal(1, #sent())
    session:close()
  end)

  it("refresh-expire left out: expire stops at the parent", function()
    local Parent, Child, session, sent = family{}
    local parent = saved(Parent, Child, session, sent)
    local child = parent.children[1]
    session:expire(parent)
    sent()
    assert.equal("c1", child.name)
    assert.same({}, sent())
    session:close()
  end)

  it("expunge follows with it, stops without it", function()
    local Parent, Child, session, sent = family{cascade = "all"}
    local parent = saved(Parent, Child, session, sent)
    local child = parent.children[1]
    session:expunge(parent)
    assert.is_true(la.inspect(child).detached)
    session:close()
    Parent, Child, session, sent = family{}
    parent = saved(Parent, Child, session, sent)
    child = parent.children[1]
    session:expunge(parent)
    assert.is_true(la.inspect(child).persistent)
    session:close()
  end)

  it("passive_updates: a changed key is left to the database where it cascades there", function()
    local Parent, Child, session, sent = family({passive_updates = false})
    local parent = saved(Parent, Child, session, sent)
    parent.id = 9
    session:flush()
    assert.same({9, 9}, session:scalars(la.select(Child.parent_id)):all())
    session:close()
  end)

  it("an unknown word is refused", function()
    assert.matches("Invalid cascade option%(s%)",
      orm.raises("ArgumentError", function() la.relationship{"Child", cascade = "al"} end))
    assert.matches("'all the', 'delete%-orphans', 'fake'$", orm.raises("ArgumentError",
      function() la.relationship{"Child", cascade = "fake, all the, delete-orphans"} end))
  end)
end)
