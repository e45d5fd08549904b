-- populate_existing: what relationships had is forgotten, too, and the new statement's options hold.
local la = require "lualchemy"

describe("populate_existing", function()
  local Base = la.declarative_base()
  local User = Base:class("User", {
    __tablename__ = "user",
    id        = la.Column{la.Integer, primary_key = true},
    name      = la.Column{la.String},
    addresses = la.relationship{"Address", order_by = "Address.id", back_populates = "user"},
  })
  local Address = Base:class("Address", {
    __tablename__ = "address",
    id      = la.Column{la.Integer, primary_key = true},
    user_id = la.Column{la.Integer, la.ForeignKey "user.id"},
    user    = la.relationship{"User", back_populates = "addresses"},
  })
  local session

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine, {autoflush = false})
    session:add_all{User{id = 1, name = "jack", addresses = {Address{id = 1}, Address{id = 2}}}, User{id = 2}}
    session:commit()
  end)
  after_each(function() session:close() end)

  local function read(...)
    local stmt = la.select(User):order_by(User.id):options(...):execution_options{populate_existing = true}
    return session:scalars(stmt):unique():all()[1]
  end

  it("takes the options of the new statement", function()
    local user = session:get(User, 1)
    assert.equal(2, #user.addresses)
    read(la.raiseload(User.addresses))
    local ok, e = pcall(function() return user.addresses end)
    assert.is_false(ok)
    assert.matches("'User.addresses' is not available due to lazy='raise'", tostring(e), 1, true)
    read()
    assert.equal(2, #user.addresses)
  end)

  it("forgets changes of relationships", function()
    for _, strategy in ipairs{"joinedload", "selectinload", "subqueryload", "lazyload"} do
      local user = session:get(User, 1)
      user.name = "changed"
      user.addresses:remove(user.addresses[1])
      session:get(Address, 2).user = session:get(User, 2)
      assert.equal(user, read(la[strategy](User.addresses)))
      assert.equal("jack2", user.name .. #user.addresses)
      assert.is_false(session:is_modified(user))
      assert.equal(strategy == "lazyload" and 2 or 0, #session.dirty)
      session:rollback()
    end
  end)
end)
