-- Attributes and relationships of subclasses in a statement about a class that is selected from a FROM of its own.
local la = require "lualchemy"

local Base = la.declarative_base()
local people = la.Table("people", Base.metadata, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("name", la.String), la.Column("type", la.String))
local engineers = la.Table("engineers", Base.metadata, la.Column("id", la.ForeignKey("people.id"),
  {primary_key = true}), la.Column("lang", la.String))
local machines = la.Table("machines", Base.metadata, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("engineer_id", la.ForeignKey("engineers.id")))
local pjoin = people:outerjoin(engineers):select():set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL):alias("pjoin")

local Person = Base:class("Person", {__table__ = people, __mapper_args__ = {polymorphic_identity = "person",
  polymorphic_on = pjoin.c.people_type, with_polymorphic = {"*", pjoin}}})
local Machine = Base:class("Machine", {__table__ = machines})
local Engineer = Person:class("Engineer", {__table__ = engineers, machines = la.relationship(Machine),
  __mapper_args__ = {polymorphic_identity = "engineer"}})

describe("a class selected from a FROM of its own", function()
  local session

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add_all{Engineer{id = 1, name = "ed", lang = "c", machines = {Machine{id = 7}}},
      Engineer{id = 2, name = "al", lang = "d"}, Person{id = 3, name = "jo"}}
    session:flush()
  end)

  after_each(function() session:close() end)

  local function names(statement)
    local out = {}
    for _, person in ipairs(session:scalars(statement):all()) do out[#out + 1] = person.name end
    return table.concat(out, " ")
  end

  it("has the criteria of subclasses in terms of it", function()
    local statement = la.select(Person):where(Engineer.lang:eq("c"))
    assert.truthy(tostring(statement):find("AS pjoin \nWHERE pjoin.engineers_lang = :lang_1", 1, true))
    assert.equal("ed", names(statement))
    assert.equal("al ed", names(la.select(Person):where(Engineer.lang:is_not(nil)):order_by(Engineer.lang:desc())))
    assert.equal(1, session:query(Person):filter(Engineer.lang:eq("d")):count())
    assert.equal("ed", names(la.select(Person):where(Engineer.machines:any())))
  end)

  it("is joined along their relationships", function()
    local statement = la.select(Person):join(Engineer.machines)
    assert.truthy(tostring(statement):find("AS pjoin JOIN machines ON pjoin.engineers_id = machines.engineer_id", 1,
      true))
    assert.equal("ed", names(statement))
  end)

  it("leaves statements about the subclass alone", function()
    assert.equal("SELECT engineers.lang \nFROM people JOIN engineers ON people.id = engineers.id \n"
      .. "WHERE engineers.lang = :lang_1", tostring(la.select(Engineer.lang):where(Engineer.lang:eq("c"))))
  end)
end)
