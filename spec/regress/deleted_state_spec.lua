--- What inspect() says of objects that were deleted, of histories, and get() of objects whose version expired.
local la = require "lualchemy"

local Base = la.declarative_base()
local version = la.Column{la.Integer, nullable = false}
local Thing = Base:class("Thing", {
  __tablename__ = "thing",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String},
  version = version,
  __mapper_args__ = {version_id_col = version},
})

local session, statements, thing
before_each(function()
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  session, statements = la.Session(engine), 0
  thing = Thing{id = 1, name = "a"}
  session:add(thing)
  session:commit()
  la.event.listen(engine, "before_cursor_execute", function() statements = statements + 1 end)
end)

it("an object that is deleted keeps its changes", function()
  assert.equal("a", thing.name)
  thing.name = "b"
  local state = la.inspect(thing)
  session:delete(thing)
  session:flush()
  assert.is_true(state.modified)
  assert.equal("History(added=['b'], unchanged=(), deleted=['a'])", tostring(state.attrs.name.history))
  session:commit()
  assert.is_true(state.modified)
  assert.is_true(state.detached)
end)

it("a rollback brings it back unchanged", function()
  thing.name = "b"
  session:delete(thing)
  session:flush()
  session:rollback()
  assert.is_false(la.inspect(thing).modified)
  assert.equal("a", thing.name)
end)

it("get() with a lock reads an expired version by itself", function()
  assert.equal(thing, session:get(Thing, 1, {with_for_update = true}))
  assert.equal(2, statements)
  assert.equal(thing, session:get(Thing, 1, {with_for_update = true}))
  assert.equal(3, statements)
end)

describe("server defaults", function()
  local Base2 = la.declarative_base()
  local Animal = Base2:class("Animal", {
    __tablename__ = "animal",
    id = la.Column{la.Integer, primary_key = true},
    kind = la.Column{la.String},
    legs = la.Column{la.Integer, server_default = "4"},
    __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "animal"},
  })
  local Cat = Animal:class("Cat", {
    __tablename__ = "cat",
    id = la.Column{la.ForeignKey("animal.id"), primary_key = true},
    lives = la.Column{la.Integer, server_default = "9"},
    __mapper_args__ = {polymorphic_identity = "cat"},
  })
  local cats, sql
  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base2.metadata:create_all(engine)
    cats, sql = la.Session(engine), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, text) sql[#sql + 1] = text end)
  end)

  it("come back with the rows of the base's tables, not with those of subclasses", function()
    local cat = Cat{}
    cats:add(cat)
    cats:flush()
    assert.same({"INSERT INTO animal (kind) VALUES (?) RETURNING id, legs", "INSERT INTO cat (id) VALUES (?)"}, sql)
    assert.equal(9, cat.lives)
    assert.equal(3, #sql)
  end)

  it("come back with return_defaults, too", function()
    local animal = Animal{}
    cats:bulk_save_objects({animal}, {return_defaults = true})
    assert.equal(1, animal.id)
    cats:bulk_insert_mappings(Animal, {{id = 5}}, {return_defaults = true})
    local text = "INSERT INTO animal (%skind) VALUES (%s?) RETURNING id, legs"
    assert.same({text:format("", ""), text:format("id, ", "?, ")}, sql)
  end)
end)
