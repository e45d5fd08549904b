-- SELECTs inside of criteria: they are left alone by what they belong to.
local la = require "lualchemy"

local function text(stmt) return (tostring(stmt):gsub("%s+", " ")) end

describe("a SELECT", function()
  it("in a criterion of loaders is not subject to it", function()
    local Base = la.declarative_base()
    local Address = Base:class("Address", {__tablename__ = "addresses", id = la.Column{la.Integer, primary_key = true}})
    local some = la.select(Address):where(Address.id:eq(8)):subquery()
    local limited = la.with_loader_criteria(Address, Address.id:eq(some.c.id))
    assert.equal("SELECT addresses.id FROM addresses, (SELECT addresses.id AS id FROM addresses "
      .. "WHERE addresses.id = :id_1) AS anon_1 WHERE addresses.id = anon_1.id",
      text(la.select(Address):options(limited)))
  end)

  it("that has() makes of a hierarchy stays what it is within another", function()
    local Base = la.declarative_base()
    local Root = Base:class("Root", {__tablename__ = "root", id = la.Column{la.Integer, primary_key = true}})
    local A, B, C
    local function key() return la.Column(la.ForeignKey("root.id"), {primary_key = true}) end
    local function condition(of) return {inherit_condition = of} end
    local c = la.Table("c", Base.metadata, la.Column("id", la.ForeignKey("root.id"), {primary_key = true}))
    local b = la.Table("b", Base.metadata, la.Column("id", la.ForeignKey("root.id"), {primary_key = true}),
      la.Column("c_id", la.ForeignKey("c.id")))
    C = Root:class("C", {__table__ = c})
    B = Root:class("B", {__table__ = b, c = la.relationship{"C", primaryjoin = b.c.c_id:eq(c.c.id)},
      __mapper_args__ = condition(b.c.id:eq(Root.__table__.c.id))})
    A = Root:class("A", {__tablename__ = "a", id = key(), b_id = la.Column(la.ForeignKey("b.id")),
      b = la.relationship{"B", primaryjoin = function() return A.__table__.c.b_id:eq(b.c.id) end}})
    assert.equal("SELECT a.id, root.id AS id_1, a.b_id FROM root JOIN a ON root.id = a.id WHERE EXISTS (SELECT 1 FROM "
      .. "(SELECT root.id AS root_id, b.id AS b_id, b.c_id AS b_c_id FROM root JOIN b ON b.id = root.id) AS anon_1 "
      .. "WHERE a.b_id = anon_1.b_id AND (EXISTS (SELECT 1 FROM (SELECT root.id AS root_id, c.id AS c_id FROM root "
      .. "JOIN c ON root.id = c.id) AS anon_2 WHERE anon_1.b_c_id = anon_2.c_id AND anon_2.c_id = :id_2)))",
      text(la.select(A):where(A.b:has(B.c:has(C.id:eq(5))))))
  end)
end)
