-- What the database computes of an object is forgotten when its row is written; expired columns that are deferred are
-- read by themselves.
local la = require "lualchemy"

describe("expressions among the columns of a class", function()
  local User, session, engine, sent

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {
      __tablename__ = "user", id = la.Column{la.Integer, primary_key = true}, first = la.Column{la.String},
      late = la.column_property(la.literal_column("first || '.'"), {deferred = true}),
      kept = la.column_property(la.literal_column("first || '!'"), {expire_on_flush = false}),
    })
    User.full = la.column_property(User.first .. "?")
    engine, sent = la.create_engine("sqlite://"), {}
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(User{id = 1, first = "a"})
    session:commit()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) sent[#sent + 1] = sql end)
  end)
  after_each(function() session:close() end)

  it("follow the columns that a flush writes", function()
    local user = session:get(User, 1)
    assert.same({"a?", "a."}, {user.full, user.late})
    user.first = "b"
    session:flush()
    assert.same({"b?", "b.", "a!"}, {user.full, user.late, user.kept})
  end)

  it("stay what the program made them", function()
    local user = session:get(User, 1)
    user.full, user.first = "mine", "b"
    session:flush()
    assert.equal("mine", user.full)
  end)

  it("are read without those that are deferred", function()
    local user = session:get(User, 1)
    local _ = user.late
    session:expire(user, {"first", "late"})
    sent = {}
    assert.equal("a", user.first)
    assert.is_nil(sent[1]:find("'.'", 1, true))
    assert.equal("a.", user.late)
    assert.equal(2, #sent)
  end)
end)
