--- What mappers and flushes warn of.
local la = require "lualchemy"

local function key() return la.Column{la.Integer, primary_key = true} end

local function warned(fn)
  local list = la.warnings.catch_warnings(fn)
  for i, warning in ipairs(list) do list[i] = tostring(warning) end
  return list
end

local function session_for(Base)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  return la.Session(engine)
end

describe("relationships", function()
  local function configured(o)
    local Base = la.declarative_base()
    Base:class("Parent", {__tablename__ = "parent", id = key(), children = la.relationship{"Child"},
      kids = la.relationship{"Child", overlaps = o and "children"}})
    Base:class("Child", {__tablename__ = "child", id = key(), parent_id = la.Column{la.ForeignKey("parent.id")}})
    return warned(function() Base.registry:configure() end)
  end

  it("that write one column from different relationships warn, unless overlaps tells that it is meant", function()
    local list = configured()
    assert.equal(1, #list)
    assert.matches("^relationship 'Parent.kids' will copy column parent.id to column child.parent_id, which conflicts "
      .. "with relationship%(s%): 'Parent.children' %(copies parent.id to child.parent_id%)%. .*"
      .. "'overlaps=\"children\"' to the 'Parent.kids' relationship%. %(.*/qzyx%)$", list[1])
    assert.same({}, configured(true))
  end)

  it("that are viewonly warn of keywords about writing", function()
    assert.matches("^Setting passive_deletes on relationship%(%) while also setting viewonly=True", warned(function()
      la.relationship{"X", viewonly = true, passive_deletes = true}
    end)[1])
  end)
end)

describe("a relationship to one object", function()
  it("warns where several are found", function()
    local Base = la.declarative_base()
    local Parent = Base:class("Parent", {__tablename__ = "parent", id = key(),
      child = la.relationship{"Child", uselist = false}})
    local Child = Base:class("Child", {__tablename__ = "child", id = key(),
      parent_id = la.Column{la.ForeignKey("parent.id")}})
    local session = session_for(Base)
    session:add_all{Parent{id = 1}, Child{id = 1, parent_id = 1}, Child{id = 2, parent_id = 1}}
    session:commit()
    assert.same({"Multiple rows returned with uselist=False for lazily-loaded attribute 'Parent.child' "},
      warned(function() assert.equal(1, session:get(Parent, 1).child.id) end))
    for _, option in ipairs{la.joinedload(Parent.child), la.selectinload(Parent.child)} do
      session:expunge_all()
      assert.same({"Multiple rows returned with uselist=False for eagerly-loaded attribute 'Parent.child' "},
        warned(function() assert.equal(1, session:scalars(la.select(Parent):options(option)):all()[1].child.id) end))
    end
  end)
end)

describe("a flush", function()
  local Base, Thing, session
  before_each(function()
    Base = la.declarative_base()
    Thing = Base:class("Thing", {__tablename__ = "thing", id = key(), name = la.Column{la.String}})
    session = session_for(Base)
  end)

  it("warns of a new object whose key another one has", function()
    local kept = Thing{id = 1}
    session:add(kept)
    session:flush()
    session:add(Thing{id = 1})
    local list = warned(function() assert.error(function() session:flush() end) end)
    assert.matches("^New instance <Thing at .*> with identity key %(<class 'Thing'>, %(1,%), None%) conflicts with "
      .. "persistent instance <Thing at .*>$", list[1])
  end)

  it("takes the new object where the row of the other has gone", function()
    local kept = Thing{id = 1}
    session:add(kept)
    session:commit()
    session:execute(la.text("DELETE FROM thing"))
    session:add(Thing{id = 1, name = "new"})
    assert.same({}, warned(function() session:flush() end))
    assert.is_true(la.inspect(kept).deleted or la.inspect(kept).detached)
    assert.equal("new", session:get(Thing, 1).name)
  end)

  it("warns of rows that are not there to be deleted, unless confirm_deleted_rows is false", function()
    local thing = Thing{id = 1}
    session:add(thing)
    session:flush()
    session:execute(la.text("DELETE FROM thing"))
    session:delete(thing)
    assert.matches("^DELETE statement on table 'thing' expected to delete 1 row%(s%); 0 were matched%.",
      warned(function() session:flush() end)[1])
  end)

  it("warns of what listeners add while it runs", function()
    la.event.listen(Thing, "before_insert", function(_, _, thing)
      if thing.id == 1 then session:add(Thing{id = 2}) end
    end)
    session:add(Thing{id = 1})
    assert.matches("^Usage of the 'Session%.add%(%)' operation is not currently supported within the execution stage",
      warned(function() session:flush() end)[1])
  end)
end)
