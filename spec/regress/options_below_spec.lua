-- Options about attributes of subclasses, beside those of the class that is asked for.
local la = require "lualchemy"

describe("options about subclasses", function()
  local Base = la.declarative_base()
  local Company = Base:class("Company", {
    __tablename__ = "company", id = la.Column{la.Integer, primary_key = true},
    staff = la.relationship{"Person", order_by = "Person.id"},
  })
  local Person = Base:class("Person", {
    __tablename__ = "person", id = la.Column{la.Integer, primary_key = true}, type = la.Column{la.String},
    company_id = la.Column{la.ForeignKey("company.id")}, phones = la.relationship{"Phone"},
    __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "person"},
  })
  local Boss = Person:class("Boss", {
    __tablename__ = "boss", id = la.Column{la.ForeignKey("person.id"), primary_key = true},
    papers = la.relationship{"Paper"},
    __mapper_args__ = {polymorphic_identity = "boss"},
  })
  local Engineer = Person:class("Engineer", {
    __tablename__ = "engineer", id = la.Column{la.ForeignKey("person.id"), primary_key = true},
    machines = la.relationship{"Machine"},
    __mapper_args__ = {polymorphic_identity = "engineer", polymorphic_load = "inline"},
  })
  local Phone = Base:class("Phone", {
    __tablename__ = "phone", id = la.Column{la.Integer, primary_key = true},
    p_id = la.Column{la.ForeignKey("person.id")},
  })
  local Paper = Base:class("Paper", {
    __tablename__ = "paper", id = la.Column{la.Integer, primary_key = true}, b_id = la.Column{la.ForeignKey("boss.id")},
  })
  local Machine = Base:class("Machine", {
    __tablename__ = "machine", id = la.Column{la.Integer, primary_key = true},
    e_id = la.Column{la.ForeignKey("engineer.id")},
  })
  local session, sent

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session, sent = la.Session(engine), 0
    session:add(Company{id = 1, staff = {Boss{id = 1, papers = {Paper{}, Paper{}}, phones = {Phone{}}},
      Engineer{id = 2, machines = {Machine{}}}}})
    session:commit()
    session:expunge_all()
    la.event.listen(engine, "before_cursor_execute", function() sent = sent + 1 end)
  end)
  after_each(function() session:close() end)

  it("are followed within those of a relationship", function()
    local company = session:scalars(la.select(Company):options(la.selectinload(Company.staff):options(
      la.selectin_polymorphic(Person, {Boss}), la.selectinload(Boss.papers)))):one()
    assert.equal(4, sent)
    assert.equal(2, #company.staff[1].papers)
    assert.equal(4, sent)
  end)

  it("are followed beside those of the class", function()
    local staff = session:scalars(la.select(Person):options(la.selectinload(Person.phones),
      la.joinedload(Engineer.machines)):order_by(Person.id)):unique():all()
    assert.equal(2, sent)
    assert.equal(1, #staff[1].phones)
    assert.equal(1, #staff[2].machines)
    assert.equal(2, sent)
  end)
end)
