-- What is read of subclasses after the rows of their parent does not load the parent's relationships once more.
local la = require "lualchemy"

describe("polymorphic_load = 'selectin'", function()
  it("leaves the parent's relationships to the parent's rows", function()
    local Base = la.declarative_base()
    Base:class("Kid", {__tablename__ = "kid", id = la.Column{la.Integer, primary_key = true},
      emp_id = la.Column{la.ForeignKey("emp.id")}})
    local Emp = Base:class("Emp", {__tablename__ = "emp", id = la.Column{la.Integer, primary_key = true},
      kind = la.Column{la.String}, kids = la.relationship{"Kid", lazy = "selectin"},
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "emp"}})
    local Eng = Emp:class("Eng", {__tablename__ = "eng", id = la.Column{la.ForeignKey("emp.id"), primary_key = true},
      lang = la.Column{la.String}, __mapper_args__ = {polymorphic_identity = "eng", polymorphic_load = "selectin"}})
    local engine, statements = la.create_engine("sqlite://"), {}
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(Eng{lang = "lua"})
    session:commit()
    session:expunge_all()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
    local found = session:scalars(la.select(Emp)):all()
    assert.same({"lua", 0}, {found[1].lang, #found[1].kids})
    assert.equal(3, #statements)
  end)
end)
