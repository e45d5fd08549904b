-- Conditions with an object ask it for its values when they are executed; loads that follow are one for all rows.
local la = require "lualchemy"

local function refused(part, fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_truthy(tostring(e):find(part, 1, true), tostring(e))
end

describe("objects in statements", function()
  local User, Note, session, engine, sent

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {
      __tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      notes = la.relationship{"Note", back_populates = "user"},
    })
    Note = Base:class("Note", {
      __tablename__ = "note", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.ForeignKey("users.id")}, user = la.relationship{"User", back_populates = "notes"},
    })
    engine, sent = la.create_engine("sqlite://"), {}
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    for i = 1, 250 do session:add(User{id = i, notes = {Note{id = i}}}) end
    session:commit()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) sent[#sent + 1] = sql end)
  end)
  after_each(function() session:close() end)

  it("are asked when the statement is executed", function()
    local user = User{}
    session:add(user)
    local stmt = la.select(Note):where(la.with_parent(user, User.notes))
    assert.equal(0, #sent)
    session:add(Note{user = user})
    session:flush()
    assert.equal(1, #session:scalars(stmt):all())
  end)

  it("raise where they have no value", function()
    for _, condition in ipairs{Note.user:eq(User{}), la.with_parent(User{}, User.notes)} do
      local ok, e = pcall(function() return session:scalars(la.select(Note):where(condition)):all() end)
      assert.is_false(ok)
      assert.is_true(la.exc.StatementError:is(e))
      assert.matches("Can't resolve value for column users.id on object <User at .->; no value has been set for "
        .. "this column", tostring(e))
    end
    local user = session:get(User, 1)
    session:commit()
    session:expunge(user)
    refused("the object is detached and the value was expired", function()
      return session:scalars(la.select(Note):where(Note.user:eq(user))):all()
    end)
  end)

  it("have what follows loaded for all rows, however they are read", function()
    local stmt = la.select(User):options(la.selectinload(User.notes))
    local function count(fn)
      session:expunge_all()
      sent = {}
      fn()
      return #sent
    end
    assert.equal(2, count(function() for user in session:scalars(stmt) do assert.equal(1, #user.notes) end end))
    assert.equal(2, count(function() session:scalars(stmt):first() end))
    assert.equal(6, count(function()
      for part in session:scalars(stmt):yield_per(50):partitions() do assert.equal(50, #part) end
    end))
  end)
end)
