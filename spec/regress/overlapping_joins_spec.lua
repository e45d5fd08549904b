--- Joins of classes whose tables are in the statement already, and conditions on relationships that are negated.
local la = require "lualchemy"

local Base = la.declarative_base()
local person_skill = la.Table("person_skill", Base.metadata,
  la.Column("person_id", la.ForeignKey("person.id"), {primary_key = true}),
  la.Column("skill_id", la.ForeignKey("skill.id"), {primary_key = true}))
local Skill = Base:class("Skill", {
  __tablename__ = "skill",
  id = la.Column{la.Integer, primary_key = true},
})
local Person = Base:class("Person", {
  __tablename__ = "person",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String},
  kind = la.Column{la.String},
  skills = la.relationship{Skill, secondary = person_skill},
  __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "person"},
})
local Engineer = Person:class("Engineer", {
  __tablename__ = "engineer",
  id = la.Column{la.ForeignKey("person.id"), primary_key = true},
  language = la.Column{la.String},
  machines = la.relationship{"Machine"},
  __mapper_args__ = {polymorphic_identity = "engineer"},
})
Base:class("Machine", {
  __tablename__ = "machine",
  id = la.Column{la.Integer, primary_key = true},
  engineer_id = la.Column{la.ForeignKey("engineer.id")},
})

local function sql(statement) return (tostring(statement):gsub("%s+", " ")) end

describe("a class that is joined beside its base", function()
  local warned
  local function joined(statement)
    local text
    warned = la.warnings.catch_warnings(function() text = sql(statement) end)
    return text
  end

  it("is an alias, which it tells; what speaks of shared tables is about it, both sides of the condition", function()
    local text = joined(la.select(Person.name):join(Engineer, Person.id:eq(Engineer.id))
      :where(Engineer.language:eq("C")))
    assert.equal("SELECT person_1.name FROM person JOIN (person AS person_1 JOIN engineer AS engineer_1 "
      .. "ON person_1.id = engineer_1.id) ON person_1.id = engineer_1.id WHERE engineer_1.language = :language_1", text)
    assert.equal(1, #warned)
    assert.matches("^An alias is being generated automatically .*%(Background on this warning at: .*/xaj2%)$",
      tostring(warned[1]))
  end)

  it("lends its relationships to its base: by the column that is there", function()
    assert.equal("SELECT person.id, person.name, person.kind FROM person "
      .. "JOIN machine ON person.id = machine.engineer_id", joined(la.select(Person):join(Engineer.machines)))
    assert.same({}, warned)
  end)
end)

describe("NOT of contains()", function()
  local skill = Skill{id = 5}

  it("of a secondary table's relationship is NOT EXISTS", function()
    local holds = Person.skills:contains(skill)
    local text = "SELECT person.id FROM person WHERE NOT (EXISTS (SELECT 1 FROM skill, person_skill WHERE "
      .. "person.id = person_skill.person_id AND skill.id = person_skill.skill_id AND skill.id = :id_1))"
    assert.equal(text, sql(la.select(Person.id):where(la.not_(holds))))
    assert.equal("SELECT person.id FROM person, person_skill AS person_skill_1 WHERE person.id = "
      .. "person_skill_1.person_id AND :param_1 = person_skill_1.skill_id", sql(la.select(Person.id):where(holds)))
  end)

  it("has an alias of the secondary table where the class is one", function()
    local P = la.aliased(Person)
    assert.equal("SELECT person_1.id FROM person AS person_1 WHERE NOT (EXISTS (SELECT 1 FROM skill, person_skill AS "
      .. "person_skill_1 WHERE person_1.id = person_skill_1.person_id AND skill.id = person_skill_1.skill_id AND "
      .. "skill.id = :id_1))", sql(la.select(P.id):where(la.not_(P.skills:contains(skill)))))
  end)
end)
