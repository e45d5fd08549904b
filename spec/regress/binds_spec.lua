-- Session{binds = …}: several databases in one session.
local la = require "lualchemy"

describe("a session with binds", function()
  it("sends each class and table to its own database", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "user", id = la.Column{la.Integer, primary_key = true}})
    local Log = Base:class("Log", {__tablename__ = "log", id = la.Column{la.Integer, primary_key = true}})
    local one, two = la.create_engine("sqlite://"), la.create_engine("sqlite://")
    User.__table__:create(one)
    Log.__table__:create(two)

    local session = la.Session{binds = {[User] = one, [Log.__table__] = two}}
    session:add_all{User{}, Log{}, Log{}}
    session:commit()
    assert.equal(one, session:get_bind(User))
    assert.equal(two, session:get_bind(Log))
    assert.equal(1, #session:scalars(la.select(User)):all())
    assert.equal(2, session:scalar(la.select(la.func.count(Log.id))))
    assert.equal(2, #session:execute(la.select(Log.__table__)):all())
    session:close()
    assert.has_error(function() la.Session{binds = {[User] = one}}:get_bind(Log) end)
  end)
end)
