-- Which FROM a join goes out from, and what it and the columns are then.
local la = require "lualchemy"

local m = la.MetaData()
local users = la.Table("users", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String))
local addresses = la.Table("addresses", m, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("user_id", la.Integer, la.ForeignKey("users.id")))
local Base = la.declarative_base{metadata = m}
local User = Base:class("User", {__table__ = users, addresses = la.relationship("Address")})
local Address = Base:class("Address", {__table__ = addresses})

local function sql(stmt) return (tostring(stmt):gsub("%s*\n", " ")) end

describe("a join along a relationship of a class that is not there", function()
  it("goes out from the alias or subquery of the class that is", function()
    local u, s = la.aliased(User), la.select(User):subquery()
    local text = " JOIN addresses ON %s.id = addresses.user_id"
    local count = la.select(la.func.count())
    assert.equal("SELECT count(*) AS count_1 FROM users AS users_1" .. text:format("users_1"),
      sql(count:select_from(u):join(User.addresses)))
    assert.equal("SELECT count(*) AS count_1 FROM (SELECT users.id AS id, users.name AS name FROM users) AS anon_1"
      .. text:format("anon_1"), sql(count:select_from(s):join(User.addresses)))
    assert.equal("SELECT users_1.id, users_1.name FROM users AS users_1" .. text:format("users_1")
      .. " JOIN addresses AS addresses_1 ON users_1.id = addresses_1.user_id",
      sql(la.select(u):join(u.addresses):join(User.addresses:of_type(la.aliased(Address)))))
  end)

  it("is an error where there are two of them", function()
    local stmt = la.select(la.func.count()):select_from(la.aliased(User), la.aliased(User)):join(User.addresses)
    local ok, e = pcall(tostring, stmt)
    assert.is_false(ok)
    assert.equal("Can't identify which entity in which to assign the left side of this join.   Please use a more "
      .. "specific ON clause.", e.message)
  end)
end)

describe("the condition of a join", function()
  it("is a comparison where the database has no booleans", function()
    local function on(condition) return la.select(User.id):join(Address, condition):compile{dialect = "sqlite"} end
    assert.equal("SELECT users.id FROM users JOIN addresses ON 1 = 1", sql(on(la.true_())))
    assert.equal("SELECT users.id FROM users JOIN addresses ON 0 = 1", sql(on(la.false_())))
  end)

  local function fails(message, stmt)
    local ok, e = pcall(tostring, stmt)
    assert.is_false(ok)
    assert.is_true(la.exc.InvalidRequestError:is(e))
    assert.equal(message, e.message)
  end

  it("is an error where nothing leads to the target", function()
    local other = la.Table("other", la.MetaData(), la.Column("id", la.Integer))
    local how = ". Please use the .select_from() method to establish an explicit left side, as well as providing an "
      .. "explicit ON clause if not present already to help resolve the ambiguity."
    fails("Don't know how to join to <other>" .. how, la.select(User):join(other))
    fails("Don't know how to join to Mapper[User(users)]" .. how, la.select(User):join(User))
  end)

  it("is an error beside a relationship to something else, or beside the relationship as the target", function()
    local Third = Base:class("Third", {__tablename__ = "third", id = la.Column(la.Integer, {primary_key = true})})
    fails("Join target Mapper[Third(third)] does not correspond to the right side of join condition User.addresses",
      la.select(User):join(Third, User.addresses))
    fails("No 'on clause' argument may be passed when joining to a relationship path as a target",
      la.select(User):join(User.addresses, User.id:eq(Address.user_id)))
  end)
end)

describe("with_only_columns{maintain_column_froms = true}", function()
  it("keeps the criteria of the attributes' classes", function()
    local stmt = la.select(User.id):options(la.with_loader_criteria(User, User.name:eq("ed")))
    assert.equal("SELECT count(*) AS count_1 FROM users WHERE users.name = :name_1",
      sql(stmt:with_only_columns(la.func.count(), {maintain_column_froms = true})))
  end)
end)

describe("a hierarchy", function()
  local h = la.MetaData()
  local Root = la.declarative_base{metadata = h}
  local Company = Root:class("Company", {__tablename__ = "c", id = la.Column(la.Integer, {primary_key = true}),
    staff = la.relationship("Person")})
  local Person = Root:class("Person", {__tablename__ = "p", id = la.Column(la.Integer, {primary_key = true}),
    c_id = la.Column(la.ForeignKey("c.id")), kind = la.Column(la.String),
    __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "p"}})
  local Manager = Person:class("Manager", {__tablename__ = "m", __mapper_args__ = {polymorphic_identity = "m"},
    id = la.Column(la.ForeignKey("p.id"), {primary_key = true}), status = la.Column(la.String)})

  it("of joined tables has the columns of the relationship's class first, before those of a loaded subclass", function()
    local managers = la.aliased(Manager, {flat = true})
    local stmt = la.select(Company):options(la.joinedload(Company.staff:of_type(managers)))
    assert.equal("SELECT c.id, p_1.id AS id_1, p_1.c_id, p_1.kind, m_1.id AS id_2, m_1.status FROM c LEFT OUTER JOIN "
      .. "(p AS p_1 JOIN m AS m_1 ON p_1.id = m_1.id) ON c.id = p_1.c_id", sql(stmt))
  end)

  it("of concrete tables: an attribute of the parent alone is the parent's", function()
    local Other = Person:class("Other", {__tablename__ = "o", id = la.Column(la.Integer, {primary_key = true}),
      kind = la.Column(la.String), __mapper_args__ = {concrete = true, polymorphic_identity = "o"}})
    assert.equal("p.c_id = :c_id_1", tostring(Other.c_id:eq(5)))
    assert.is_false(pcall(function() return Other().c_id end))
  end)
end)
