-- Statements about classes with heirs: what a mapper's own with_polymorphic makes of them.
local la = require "lualchemy"

local function sql(stmt) return (tostring(stmt):gsub("[\n\t]", "")) end

describe("a mapper with a selectable of its own for its heirs", function()
  local Base, Person, Manager, people, managers, pjoin

  before_each(function()
    local meta = la.MetaData()
    people = la.Table("people", meta, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("name", la.String(50)), la.Column("type", la.String(30)),
      la.Column("boss_id", la.Integer, la.ForeignKey("people.id")))
    managers = la.Table("managers", meta,
      la.Column("id", la.Integer, la.ForeignKey("people.id"), {primary_key = true}), la.Column("level", la.Integer))
    Base = la.declarative_base{metadata = meta}
    pjoin = people:outerjoin(managers):select():subquery("pjoin")
    Person = Base:class("Person", {
      __table__ = people,
      staff = la.relationship("Person", {remote_side = {people.c.boss_id}}),
      __mapper_args__ = {polymorphic_on = people.c.type, polymorphic_identity = "person",
        with_polymorphic = {{"Person", "Manager"}, pjoin}},
    })
    Manager = Person:class("Manager", {__table__ = managers, __mapper_args__ = {polymorphic_identity = "manager"}})
  end)

  local PJOIN = "(SELECT people.id AS id, people.name AS name, people.type AS type, people.boss_id AS boss_id, "
    .. "managers.id AS id_1, managers.level AS level FROM people LEFT OUTER JOIN managers ON people.id = managers.id)"

  it("is selected from it, columns, criteria and order included", function()
    assert.equal("SELECT pjoin.id FROM " .. PJOIN .. " AS pjoin WHERE pjoin.name = :name_1 ORDER BY pjoin.type",
      sql(la.select(Person.id):where(Person.name:eq("ed")):order_by(Person.type)))
  end)

  it("is that selectable in with_polymorphic() too, aliased where asked", function()
    assert.equal("SELECT pjoin.name FROM " .. PJOIN .. " AS pjoin",
      sql(la.select(la.with_polymorphic(Person, "*").name)))
    assert.equal("SELECT pjoin_1.name FROM " .. PJOIN .. " AS pjoin_1",
      sql(la.select(la.with_polymorphic(Person, "*", {aliased = true}).name)))
  end)

  it("has attributes that say the table's names outside of a statement", function()
    assert.equal("people.name = :name_1", tostring(Person.name:eq("x")))
  end)

  it("loads its objects from there", function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add_all{Manager{name = "ann", level = 3}, Person{name = "bob"}}
    session:commit()
    session:expunge_all()
    local found = session:scalars(la.select(Person):order_by(Person.name)):all()
    assert.equal(3, found[1].level)
    assert.is_true(la.inspect(found[2]).mapper.class_ == Person)
    session:close()
  end)

  it("takes names of heirs, and refuses others", function()
    local Other = Base:class("Other", {__table__ = la.Table("other", Base.metadata,
      la.Column("id", la.Integer, {primary_key = true})), __mapper_args__ = {with_polymorphic = {{"Nobody"}}}})
    assert.has_error(function() return tostring(la.select(Other)) end,
      "with_polymorphic: no class 'Nobody' inherits from Mapper[Other(other)]")
  end)
end)

describe("polymorphic_union", function()
  it("gives a column for each name, the heir's own where a join has it twice", function()
    local meta = la.MetaData()
    local a = la.Table("a", meta, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer))
    local b = la.Table("b", meta, la.Column("id", la.Integer, la.ForeignKey("a.id"), {primary_key = true}),
      la.Column("y", la.Integer))
    local u = la.polymorphic_union({a = a, b = a:join(b)}, "type", "u")
    assert.equal("SELECT u.id, u.x, u.y, u.type FROM (SELECT a.id AS id, a.x AS x, CAST(NULL AS INTEGER) AS y, "
      .. "'a' AS type FROM a UNION ALL SELECT b.id AS id, a.x AS x, b.y AS y, 'b' AS type FROM a JOIN b ON a.id = b.id)"
      .. " AS u", sql(la.select(u)))
  end)
end)
