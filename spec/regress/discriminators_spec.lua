-- Rows whose discriminator names no class that was asked for; loader options that the target has no use for.
local la = require "lualchemy"

local function refused(part, fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_truthy(tostring(e):find(part, 1, true), tostring(e))
end

describe("rows and options that are not for the class", function()
  local Base = la.declarative_base()
  local Person = Base:class("Person", {
    __tablename__ = "person", id = la.Column{la.Integer, primary_key = true}, type = la.Column{la.String},
    __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "person"},
    notes = la.relationship{"Note", lazy = "dynamic"}, marks = la.relationship{"Note", lazy = "write_only",
      viewonly = true},
  })
  local Boss = Person:class("Boss", {
    __tablename__ = "boss", id = la.Column{la.ForeignKey("person.id"), primary_key = true},
    __mapper_args__ = {polymorphic_identity = "boss"},
  })
  local Note = Base:class("Note", {
    __tablename__ = "note", id = la.Column{la.Integer, primary_key = true},
    person_id = la.Column{la.ForeignKey("person.id")},
    person = la.relationship{"Person", viewonly = true},
  })
  local session

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    local person, boss = Person.__table__, Boss.__table__
    session:execute(la.insert(person), {{id = 1, type = la.NULL}, {id = 2, type = "robot"}, {id = 3, type = "person"}})
    session:execute(la.insert(boss):values{id = 3})
  end)
  after_each(function() session:close() end)

  it("are errors where there is no discriminator", function()
    local message = "Row with identity key (<class 'Person'>, (1,), None) can't be loaded into an object; the "
      .. "polymorphic discriminator column 'person.type' is NULL"
    refused(message, function() session:get(Person, 1) end)
    refused(message, function()
      session:scalars(la.select(Person):where(Person.id:eq(1)):execution_options{populate_existing = true}):all()
    end)
  end)

  it("are errors where it names nothing, or a class above", function()
    refused("No such polymorphic_identity 'robot' is defined", function() session:get(Person, 2) end)
    refused("refers to Mapper[Person(person)], which is not a sub-mapper of the requested "
      .. "Mapper[Boss(boss)]", function() session:get(Boss, 3) end)
  end)

  it("do not load what is never loaded as a whole", function()
    for _, option in ipairs{la.selectinload(Person.marks), la.joinedload(Person.notes),
      la.subqueryload(Person.notes)} do
      refused("does not support object population - eager loading cannot be applied.", function()
        session:scalars(la.select(Person):options(option)):all()
      end)
    end
  end)

  it("are refused beside columns alone", function()
    refused("Query has only expression-based entities; attribute loader options for "
      .. "Mapper[Note(note)] can't be applied here.", function()
      session:execute(la.select(Note.id):options(la.joinedload(Note.person)))
    end)
  end)
end)
