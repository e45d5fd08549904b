-- How schema items print, and their __repr__(), as Python's repr() shows them.
local la = require "lualchemy"

describe("schema items", function()
  local m = la.MetaData()
  local t = la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}),
    la.Column("a", la.String(20), {default = "x", server_default = "q", comment = "c", key = "aa", nullable = false}),
    la.Column("f", la.ForeignKey("u.id"), {onupdate = 5}), {schema = "s"})
  la.Table("u", m, la.Column("id", la.Integer, {primary_key = true}))
  local A = "Column('a', String(length=20), table=<t>, key='aa', nullable=False, "
    .. "default=ScalarElementColumnDefault('x'), server_default=DefaultClause('q', for_update=False), comment='c')"

  it("print as their names, or as what made them", function()
    assert.equal("s.t", tostring(t))
    assert.equal("t.a", tostring(t.c.aa))
    assert.equal("MetaData()", tostring(m))
    assert.equal("PrimaryKeyConstraint(Column('id', Integer(), table=<t>, primary_key=True, nullable=False))",
      tostring(t.primary_key))
    assert.equal("Index('ix', " .. A .. ", unique=True)", tostring(la.Index("ix", t.c.aa, {unique = true})))
    assert.equal("Index('ix', 'a')", tostring(la.Index("ix", "a")))
    assert.equal("UniqueConstraint()", tostring(la.UniqueConstraint("a", "b")))
  end)

  it("have a __repr__()", function()
    assert.equal(A, t.c.aa:__repr__())
    assert.equal("Column('f', Integer(), ForeignKey('u.id'), table=<t>, onupdate=ScalarElementColumnDefault(5))",
      t.c.f:__repr__())
    assert.equal("Table('u', MetaData(), Column('id', Integer(), table=<u>, primary_key=True, nullable=False), "
      .. "schema=None)", m.tables.u:__repr__())
    assert.equal("Column('x', NullType(), table=None)", la.Column("x"):__repr__())
  end)
end)
