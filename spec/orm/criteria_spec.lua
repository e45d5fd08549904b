-- Conditions that belong to every use of a class: with_loader_criteria(), and those of single-table inheritance.
local la = require "lualchemy"

local function sql(stmt) return (tostring(stmt):gsub("[\n\t]", "")) end

describe("with_loader_criteria()", function()
  local User, Address

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      addresses = la.relationship("Address")})
    Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.Integer, la.ForeignKey("users.id")}, mail = la.Column{la.String}})
  end)

  local JOINED = "SELECT users.id, addresses_1.id AS id_1, addresses_1.user_id, addresses_1.mail FROM users "
    .. "LEFT OUTER JOIN addresses AS addresses_1 ON users.id = addresses_1.user_id"

  it("holds in joined eager loads, unless it stays with the statement", function()
    local stmt = la.select(User):options(la.joinedload(User.addresses))
    assert.equal(JOINED .. " AND addresses_1.mail != :mail_1",
      sql(stmt:options(la.with_loader_criteria(Address, Address.mail:ne("x")))))
    assert.equal(JOINED,
      sql(stmt:options(la.with_loader_criteria(Address, Address.mail:ne("x"), {propagate_to_loaders = false}))))
  end)

  it("holds in SELECTs within the statement, not in those within itself", function()
    local inner = la.select(Address.user_id):where(Address.id:gt(1))
    assert.equal("SELECT users.id FROM users WHERE users.id IN (SELECT addresses.user_id FROM addresses "
      .. "WHERE addresses.id > :id_1 AND addresses.mail != :mail_1)",
      sql(la.select(User.id):where(User.id:in_(inner))
        :options(la.with_loader_criteria(Address, Address.mail:ne("x")))))
    assert.equal("SELECT addresses.id FROM addresses WHERE addresses.id = "
      .. "(SELECT max(addresses.id) AS max_1 FROM addresses)",
      sql(la.select(Address.id):options(la.with_loader_criteria(Address,
        Address.id:eq(la.select(la.func.max(Address.id)):correlate(nil):scalar_subquery())))))
  end)

  it("outlives with_only_columns(), as all options do", function()
    local stmt = la.select(User):select_from(User):options(la.with_loader_criteria(User, User.id:ne(1)))
    assert.equal("SELECT count(*) AS count_1 FROM users WHERE users.id != :id_1",
      sql(stmt:with_only_columns(la.func.count())))
    assert.equal(JOINED, sql(la.select(User, Address):options(la.joinedload(User.addresses)):with_only_columns(User)))
  end)
end)

describe("a class of single-table inheritance", function()
  local Person, Engineer, Report

  before_each(function()
    local Base = la.declarative_base()
    Person = Base:class("Person", {__tablename__ = "person", id = la.Column{la.Integer, primary_key = true},
      kind = la.Column{la.String}, boss_id = la.Column{la.Integer, la.ForeignKey("person.id")},
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "person"}})
    Engineer = Person:class("Engineer", {__mapper_args__ = {polymorphic_identity = "engineer"}})
    Report = Base:class("Report", {__tablename__ = "report", id = la.Column{la.Integer, primary_key = true},
      person_id = la.Column{la.Integer, la.ForeignKey("person.id")}, person = la.relationship("Person")})
  end)

  it("joined on the right side is told apart by the ON clause", function()
    local on = "FROM report JOIN person ON person.id = report.person_id AND person.kind IN "
      .. "(__[POSTCOMPILE_kind_1])"
    assert.equal("SELECT report.id " .. on,
      sql(la.select(Report.id):select_from(la.join(Report, Engineer, Report.person:of_type(Engineer)))))
    assert.equal("SELECT report.id " .. on, sql(la.select(Report.id):join(Report.person:of_type(Engineer))))
  end)

  it("is told apart once, within a union of Queries", function()
    local session = la.Session()
    local text = sql(session:query(Engineer.id):union(session:query(Engineer.id)).statement)
    local n = select(2, text:gsub("IN %(__%[POSTCOMPILE", ""))
    assert.equal(2, n, text)
    session:close()
  end)
end)

describe("relationships joined by themselves", function()
  it("do not go around a circle unless told how far", function()
    local Base = la.declarative_base()
    local function node(name, depth)
      return Base:class(name, {__tablename__ = name:lower(), id = la.Column{la.Integer, primary_key = true},
        up_id = la.Column{la.Integer, la.ForeignKey(name:lower() .. ".id")},
        kids = la.relationship(name, {lazy = "joined", join_depth = depth})})
    end
    assert.equal("SELECT n.id, n.up_id FROM n", sql(la.select(node "N")))
    assert.equal("SELECT m.id, m.up_id, m_1.id AS id_1, m_1.up_id AS up_id_1 FROM m LEFT OUTER JOIN m AS m_1 ON "
      .. "m.id = m_1.up_id", sql(la.select(node("M", 1))))
  end)

  it("through a join of tables alias each of them", function()
    local meta = la.MetaData()
    local function id(name, ...) return la.Table(name, meta, la.Column("id", la.Integer, {primary_key = true}), ...) end
    local a, d = id "a", id "d"
    local b = id("b", la.Column("a_id", la.Integer, la.ForeignKey("a.id")))
    local c = id("c", la.Column("b_id", la.Integer, la.ForeignKey("b.id")),
      la.Column("d_id", la.Integer, la.ForeignKey("d.id")))
    local Base = la.declarative_base{metadata = meta}
    local D = Base:class("D", {__table__ = d})
    local A = Base:class("A", {__table__ = a, ds = la.relationship(D, {secondary = b:join(c), viewonly = true,
      primaryjoin = b.c.a_id:eq(a.c.id), secondaryjoin = c.c.d_id:eq(d.c.id)})})
    assert.equal("SELECT a.id FROM a JOIN (b AS b_1 JOIN c AS c_1 ON b_1.id = c_1.b_id) ON b_1.a_id = a.id JOIN d ON "
      .. "c_1.d_id = d.id", sql(la.select(A):join(A.ds)))
  end)
end)
