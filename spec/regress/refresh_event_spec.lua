-- The event "refresh" of instances.
local la = require "lualchemy"

describe("the event refresh", function()
  it("comes when an object's row is read again", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {
      __tablename__ = "user",
      id   = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local seen = {}
    for _, name in ipairs{"load", "refresh"} do
      la.event.listen(User, name, function(user) seen[#seen + 1] = name .. " " .. user.name end)
    end
    la.Session(engine, function(session)
      local ann = User{name = "Ann"}
      session:add(ann)
      session:commit()
      assert.equal("Ann", ann.name)
      session:refresh(ann)
      session:scalars(la.select(User):execution_options{populate_existing = true}):all()
      assert.same({"refresh Ann", "refresh Ann", "refresh Ann"}, seen)
      session:expunge_all()
      session:scalars(la.select(User)):all()
      assert.equal("load Ann", seen[4])
    end)
  end)

  local function class()
    local Base = la.declarative_base()
    local User = Base:class("User", {
      __tablename__ = "user",
      id   = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(User{id = 1, name = "Ann"})
    session:commit()
    session:expunge_all()
    return User, session
  end

  it("comes when a query fills what had expired", function()
    local User, session = class()
    local seen = {}
    la.event.listen(User, "refresh", function(_, _, keys)
      table.sort(keys)
      seen[#seen + 1] = table.concat(keys, " ")
    end)
    local user = session:scalars(la.select(User)):one()
    assert.same({}, seen)
    session:expire(user)
    session:scalars(la.select(User)):all()
    session:expire(user, {"name"})
    session:scalars(la.select(User)):all()
    session:scalars(la.select(User)):all()
    assert.same({"id name", "name"}, seen)
    assert.equal("Ann", user.name)
  end)

  it("and load: what their listeners set counts as loaded", function()
    local User, session = class()
    la.event.listen(User, "load", function(user) user.name = user.name:upper() end)
    local user = session:scalars(la.select(User)):one()
    assert.equal("ANN", user.name)
    assert.equal(0, #session.dirty)
    assert.equal("History(added=(), unchanged=['ANN'], deleted=())", tostring(la.inspect(user).attrs.name.history))
  end)
end)
