-- A union begins with a SELECT that has no names of the ORM, another one of it has.
local la = require "lualchemy"

describe("a union of a table's rows and a class's", function()
  it("gives plain rows", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(User{id = 1})
    session:flush()
    local plain, mapped = la.select(User.__table__.c.id), la.select(User.id)
    assert.equal(1, session:execute(la.union(plain, mapped)):one().id)
    assert.equal(1, session:execute(la.union(mapped, plain)):one().id)
  end)
end)
