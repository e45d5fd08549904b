-- Objects of which columns were changed: what they were before is known until the flush, whatever else happens to them.
local la = require "lualchemy"

describe("a loaded object whose columns are changed", function()
  local engine, session, Person, Dog, person
  before_each(function()
    local Base = la.declarative_base()
    Person = Base:class("Person", {
      __tablename__ = "person",
      id = la.Column(la.Integer, {primary_key = true}),
      name = la.Column(la.String(50)),
      town = la.Column(la.String(50)),
      notes = la.deferred(la.Column(la.String(50))),
      dogs = la.relationship("Dog", {back_populates = "owner"}),
    })
    Dog = Base:class("Dog", {
      __tablename__ = "dog",
      id = la.Column(la.Integer, {primary_key = true}),
      name = la.Column(la.String(50)),
      owner_id = la.Column(la.ForeignKey("person.id")),
      owner = la.relationship("Person", {back_populates = "dogs"}),
    })
    engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add_all{Person{id = 1, name = "Ann", town = "Ayr", notes = "n"}, Person{id = 2, name = "Bob"}}
    session:add(Dog{id = 1, name = "Rex", owner_id = 1})
    session:commit()
    person = session:get(Person, 1)
    person.name = "Eve"
  end)
  after_each(function()
    session:close()
    engine:dispose()
  end)

  local function stored(id, column)
    return engine:connect(function(conn)
      return conn:scalar(la.select(Person.__table__.c[column]):where(Person.__table__.c.id:eq(id)))
    end)
  end

  local function before(obj, key) return la.inspect(obj).attrs[key].history.deleted[1] end

  it("is dirty and modified, and tells what it was", function()
    assert.same({person}, {session.dirty[1]})
    assert.is_true(session:is_modified(person))
    assert.equal("Ann", before(person, "name"))
    assert.same({name = "Ann"}, la.inspect(person).committed_state)
    assert.is_nil(before(session:get(Person, 2), "name"))
  end)

  it("remembers the first value of each column, also where it is NULL", function()
    person.name = "Ida"
    person.town = nil
    person.town = "Rom"
    assert.equal("Ann", before(person, "name"))
    assert.equal("Ayr", before(person, "town"))
    person.name = "Ann"
    assert.equal(0, #la.inspect(person).attrs.name.history.added)
    session:commit()
    assert.equal("Rom", stored(1, "town"))
  end)

  it("is as it was after a rollback", function()
    session:rollback()
    assert.equal(0, #session.dirty)
    assert.equal("Ann", person.name)
    person.name = "Una"
    session:commit()
    assert.equal("Una", stored(1, "name"))
  end)

  it("is clean after a flush, and a savepoint that is rolled back makes it old again", function()
    session:flush()
    assert.equal(0, #session.dirty)
    assert.is_false(session:is_modified(person))
    local savepoint = session:begin_nested()
    person.town = "Rom"
    session:flush()
    person.name = "Ida"
    savepoint:rollback()
    assert.equal("Ayr", person.town)
    assert.equal("Eve", person.name)
    session:commit()
    assert.equal("Eve", stored(1, "name"))
  end)

  it("may get other changes, which need a state of its own", function()
    session:no_autoflush(function() person.dogs:append(Dog{id = 2, name = "Fido"}) end)
    assert.equal("Ann", before(person, "name"))
    person.town = "Rom"
    assert.equal("Ayr", before(person, "town"))
    session:commit()
    assert.equal("Eve", stored(1, "name"))
    assert.equal("Rom", stored(1, "town"))
    assert.equal(2, #person.dogs)
  end)

  it("loads what it lacks", function()
    assert.equal("n", session:no_autoflush(function() return person.notes end))
    assert.equal("Ann", before(person, "name"))
  end)

  it("keeps its values where it leaves the session, and brings its changes into another", function()
    session:expunge(person)
    assert.equal("Ann", before(person, "name"))
    assert.is_true(la.inspect(person).detached)
    session:add(person)
    session:commit()
    assert.equal("Eve", stored(1, "name"))
    person.name = person.name and "Ada"
    session:close()
    assert.equal("Ada", person.name)
    assert.equal("Eve", before(person, "name"))
  end)

  it("forgets one attribute or all", function()
    person.town = "Rom"
    session:expire(person, {"name"})
    assert.equal("Ann", session:no_autoflush(function() return person.name end))
    assert.equal("Ayr", before(person, "town"))
    session:refresh(person)
    assert.equal("Ayr", person.town)
    assert.equal(0, #session.dirty)
  end)

  it("takes what a query says that loads everything anew", function()
    session:no_autoflush(function()
      session:scalars(la.select(Person):execution_options{populate_existing = true}):all()
    end)
    assert.equal("Ann", person.name)
    assert.equal(0, #session.dirty)
  end)

  it("can be deleted", function()
    session:delete(session:get(Dog, 1))
    session:delete(person)
    session:commit()
    assert.is_nil(stored(1, "name"))
  end)

  it("is updated by its old key where that changes", function()
    session:delete(session:get(Dog, 1))
    person.id = 9
    session:commit()
    assert.equal("Eve", stored(9, "name"))
    assert.is_nil(stored(1, "name"))
  end)

  it("is written by bulk_save_objects as far as it changed", function()
    session:bulk_save_objects{person}
    assert.equal("Eve", session:no_autoflush(function()
      return session:scalar(la.select(Person.__table__.c.name):where(Person.__table__.c.id:eq(1)))
    end))
  end)
end)
