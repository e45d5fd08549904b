-- la.aliased(): classes, joins and other aliases under a second name, and what of them follows.
local la = require "lualchemy"

local function sql(stmt) return (tostring(stmt):gsub("[\n\t]", "")) end

describe("aliased()", function()
  local User, Address, session

  before_each(function()
    local meta = la.MetaData()
    local users = la.Table("users", meta, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("name", la.String))
    local addresses = la.Table("addresses", meta, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("user_id", la.Integer, la.ForeignKey("users.id")))
    local Base = la.declarative_base{metadata = meta}
    local last = la.select(la.func.max(addresses.c.id)):where(addresses.c.user_id:eq(users.c.id)):correlate(users)
    User = Base:class("User", {__table__ = users, last = la.column_property(last:label("last_address"))})
    Address = Base:class("Address", {__table__ = addresses})
    session = la.Session()
  end)

  after_each(function() session:close() end)

  local LAST = "(SELECT max(addresses.id) AS max_1 FROM addresses WHERE addresses.user_id = users.id)"
  local LAST_1 = LAST:gsub("users%.id", "users_1.id")

  it("takes correlated subqueries along, and names them anew", function()
    local u = la.aliased(User)
    assert.equal(("SELECT %s AS anon_1, users_1.id, users_1.name FROM users AS users_1 ORDER BY anon_1"):format(LAST_1),
      sql(la.select(u):order_by(u.last)))
    assert.equal(("SELECT %s AS last_address, users.id, users.name FROM users ORDER BY last_address DESC"):format(LAST),
      sql(la.select(User):order_by(User.last:desc())))
  end)

  it("loads what the subquery has, and no more", function()
    local u = la.aliased(User, la.select(User.id):subquery())
    assert.equal(("SELECT %s AS anon_1, anon_2.id FROM (SELECT users.id AS id FROM users) AS anon_2")
      :format((LAST:gsub("users%.id", "anon_2.id"))), sql(la.select(u)))
  end)

  it("of an alias and a subquery finds the alias's columns there", function()
    local u = la.aliased(Address)
    local both = la.select(Address, u):where(Address.id:gt(u.id)):subquery()
    local inner = "(SELECT addresses.id AS id, addresses.user_id AS user_id, addresses_1.id AS id_1, "
      .. "addresses_1.user_id AS user_id_1 FROM addresses, addresses AS addresses_1 "
      .. "WHERE addresses.id > addresses_1.id) AS anon_1"
    assert.equal("SELECT anon_1.id_1, anon_1.user_id_1 FROM " .. inner, sql(la.select(la.aliased(u, both))))
    assert.equal("SELECT anon_1.id, anon_1.user_id FROM " .. inner, sql(la.select(la.aliased(Address, both))))
  end)

  it("finds columns by name where told to", function()
    local rows = la.select(la.literal(1):label("id"), la.literal(2):label("user_id")):subquery("r")
    assert.equal("SELECT r.id, r.user_id FROM (SELECT :param_1 AS id, :param_2 AS user_id) AS r",
      sql(la.select(la.aliased(Address, rows, {adapt_on_names = true}))))
  end)

  it("of a join is a subquery of it", function()
    assert.equal("SELECT anon_1.users_id, anon_1.users_name, anon_1.addresses_id, anon_1.addresses_user_id FROM "
      .. "(SELECT users.id AS users_id, users.name AS users_name, addresses.id AS addresses_id, addresses.user_id AS "
      .. "addresses_user_id FROM users JOIN addresses ON users.id = addresses.user_id) AS anon_1",
      sql(la.select(la.aliased(la.join(User, Address)))))
  end)

  it("within a Query that was united stays outside of the union", function()
    local u = la.aliased(Address)
    local union = session:query(Address):union(session:query(Address))
    local text = sql(union:filter(la.exists():where(u.id:gt(Address.id))).statement)
    assert.is_truthy(text:find("EXISTS (SELECT * FROM addresses AS addresses_1 WHERE addresses_1.id > "
      .. "anon_1.addresses_id)", 1, true), text)
  end)

  it("Query in a statement of Core carries the names of tables", function()
    assert.equal("INSERT INTO addresses (id, user_id) SELECT users.id AS users_id, users.id AS users_id__1 FROM users",
      sql(la.insert(Address):from_select({"id", "user_id"}, session:query(User.id, User.id))))
    assert.equal("SELECT addresses.id FROM addresses WHERE addresses.user_id IN (SELECT users.id FROM users)",
      sql(la.select(Address.id):where(Address.user_id:in_(session:query(User.id)))))
  end)
end)
