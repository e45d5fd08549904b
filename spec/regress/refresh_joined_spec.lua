-- Session:refresh of attributes among which relationships are loaded by a join.
local la = require "lualchemy"

describe("refresh() of attributes by name", function()
  local session, user, statements
  before_each(function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, city = la.Column{la.String},
      addresses = la.relationship{"Address", lazy = "joined", order_by = "Address.id"},
      orders = la.relationship{"Order", lazy = "joined"}})
    Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}})
    Base:class("Order", {__tablename__ = "orders", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    engine:begin(function(conn)
      conn:exec_driver_sql "INSERT INTO users VALUES (1, 'ed', 'Berlin')"
      conn:exec_driver_sql "INSERT INTO addresses VALUES (1, 1)"
    end)
    session = la.Session(engine)
    user, statements = session:get(User, 1), {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
    session:execute(la.text("INSERT INTO addresses VALUES (2, 1)"))
    session:execute(la.text("UPDATE users SET name = 'jack', city = 'Rome'"))
    statements[1], statements[2] = nil, nil
  end)

  local FROM = " \nFROM users LEFT OUTER JOIN addresses AS addresses_1 ON users.id = addresses_1.user_id "
    .. "\nWHERE users.id = ? ORDER BY addresses_1.id"

  it("reads relationships that are joined in the same statement", function()
    local seen
    la.event.listen(la.inspect(user).mapper.class_, "refresh", function(_, _, keys) seen = keys end)
    session:refresh(user, {"addresses"})
    assert.same({"SELECT users.id, addresses_1.id AS id_1, addresses_1.user_id" .. FROM}, statements)
    assert.equal(2, #user.addresses)
    assert.equal("ed", user.name)
    assert.same({"addresses"}, seen)
    assert.equal(1, #statements)
  end)

  it("reads columns beside them, and those that are named alone", function()
    session:refresh(user, {"name", "addresses"})
    assert.same({"SELECT users.id, users.name, addresses_1.id AS id_1, addresses_1.user_id" .. FROM}, statements)
    assert.equal("jack", user.name)
    assert.equal("Berlin", user.city)
    assert.equal(2, #user.addresses)
    assert.equal(1, #statements)
  end)
end)
