-- Attributes that stand for a column of each table are read with all of their columns, as SQLAlchemy does.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("reading expired attributes of a joined subclass", function()
  it("selects the keys of both tables", function()
    local Base = la.declarative_base()
    local Person = Base:class("Person", {__tablename__ = "person", id = la.Column{la.Integer, primary_key = true},
      kind = la.Column{la.String(9)}, name = la.Column{la.String(9)},
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "person"}})
    local Engineer = Person:class("Engineer", {__tablename__ = "engineer", lang = la.Column{la.String(9)},
      id = la.Column{la.ForeignKey("person.id"), primary_key = true},
      __mapper_args__ = {polymorphic_identity = "engineer"}})
    local session = orm.open(Base)
    local sent
    la.event.listen(session.bind, "before_cursor_execute", function(_, _, sql) sent = sql end)
    local e = Engineer{name = "a", lang = "lua"}
    session:add(e)
    session:commit()
    e.name = "b"
    assert.equal("lua", e.lang)
    assert.equal("SELECT engineer.id AS engineer_id, person.id AS person_id, person.kind AS person_kind, "
      .. "engineer.lang AS engineer_lang ", sent:match("^[^\n]*"))
    session:close()
  end)
end)
