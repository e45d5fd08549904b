-- What a class is mapped to may grow after it was queried.
local la = require "lualchemy"

describe("a property that is added after a query", function()
  it("is read by statements that are made afterwards", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}})
    local engine = la.create_engine("sqlite://", {query_cache_size = 0})
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(User{id = 1, name = "ed"})
    session:commit()
    assert.equal("ed", session:scalars(la.select(User)):one().name)
    session:expunge_all()

    User.twice = la.column_property(User.__table__.c.id * 2)
    local user = session:scalars(la.select(User)):one()
    session:close()
    assert.equal(2, user.twice)
  end)

  it("is read with a subclass that with_polymorphic loads", function()
    local Base = la.declarative_base()
    local Animal = Base:class("Animal", {__tablename__ = "animals", id = la.Column{la.Integer, primary_key = true},
      kind = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "kind", with_polymorphic = "*"}})
    assert.equal("SELECT animals.id, animals.kind \nFROM animals", tostring(la.select(Animal)))
    Animal:class("Dog", {bark = la.Column{la.String}, __mapper_args__ = {polymorphic_identity = "dog"}})
    assert.equal("SELECT animals.id, animals.kind, animals.bark \nFROM animals", tostring(la.select(Animal)))
  end)
end)
