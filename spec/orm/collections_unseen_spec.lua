-- Changes of collections that no method saw: who finds them, and when.
local la = require "lualchemy"

local N = 200

describe("what was done to a collection as to any table", function()
  local session, User, Address, users
  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {
      __tablename__ = "user",
      id = la.Column(la.Integer, {primary_key = true}),
      addresses = la.relationship("Address", {order_by = "Address.id"}),
    })
    Address = Base:class("Address", {
      __tablename__ = "address",
      id = la.Column(la.Integer, {primary_key = true}),
      user_id = la.Column(la.ForeignKey("user.id")),
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    local all = {}
    for i = 1, N do all[i] = User{id = i, addresses = {Address{id = 2 * i - 1}, Address{id = 2 * i}}} end
    session:add_all(all)
    session:commit()
    users = session:scalars(la.select(User):order_by(User.id)):all()
  end)
  after_each(function() session:close() end)

  --- Reads the collections of all others: one after the other they are handed out.
  local function read_the_others()
    for i = 2, N do assert.equal(2, #users[i].addresses) end
  end

  local function count(user)
    return session:scalar(la.select(la.func.count(Address.id)):where(Address.user_id:eq(user.id)))
  end

  it("is found by the next query when the collection was just read, whatever was read before", function()
    read_the_others()
    for i = 1, N do
      table.remove(users[i].addresses)
      assert.equal(1, count(users[i]))
      table.insert(users[i].addresses, Address{})
      assert.equal(2, count(users[i]))
    end
  end)

  it("is found by the next query when the collection was among the last that were read", function()
    local held = users[1].addresses
    for i = 2, 30 do assert.equal(2, #users[i].addresses) end
    table.remove(held)
    assert.equal(1, count(users[1]))
    table.remove(held)
    assert.equal(0, count(users[1]))
  end)

  it("is found by flush, commit, session.dirty and is_modified however long ago the collection was read", function()
    for _, find in ipairs{
      function() session:flush() end,
      function() session:commit() end,
      function() assert.is_true(session.dirty:contains(users[1])) end,
      function() assert.is_true(session:is_modified(users[1])) end,
    } do
      session:refresh(users[1])
      local held = users[1].addresses
      table.insert(held, Address{})
      session:flush()
      local before = count(users[1])
      read_the_others()
      table.remove(held, 1)
      find()
      assert.equal(before - 1, count(users[1]))
    end
  end)

  it("is found in objects that are in no session yet", function()
    local fresh = {}
    for i = 1, N do
      fresh[i] = User{id = 1000 + i}
      table.insert(fresh[i].addresses, Address{})
    end
    session:add(fresh[1])
    assert.equal(1, count(fresh[1]))
    session:add_all(fresh)
    for i = 1, N do assert.equal(1, count(fresh[i])) end
  end)
end)
