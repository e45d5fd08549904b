-- Classes derived from Column, Table and MetaData.
local la = require "lualchemy"

describe("a class derived from Column", function()
  local Tagged
  before_each(function()
    Tagged = la.Column:class("Tagged", {
      __init__ = function(self, name, type_, o)
        o = o or {}
        self.tag, o.tag = o.tag, nil
        if o.nullable == nil then o.nullable = false end
        la.Column.__init__(self, name, type_, o)
      end,
      hello = function(self) return self.tag .. " " .. self.name end,
    })
  end)

  it("has keywords, defaults, attributes and methods of its own", function()
    local c = Tagged("foo", la.Integer, {tag = "x", key = "k"})
    assert.same({"foo", "k", "x", false, "x foo"}, {c.name, c.key, c.tag, c.nullable, c:hello()})
    assert.is_true(Tagged:is(c) and la.Column:is(c) and la.SchemaItem:is(c))
    assert.is_false(Tagged:is(la.Column("foo", la.Integer)))
    c.tag, c.nullable = "y", true
    assert.same({"y", true}, {c.tag, c.nullable})
    assert.has_error(function() return c.tga end, "a column has no attribute 'tga'; did you mean 'ge'?")
    assert.has_error(function() Tagged("foo", la.Integer, {nullabel = true}) end)
  end)

  it("is a column in tables, statements, derived tables and mapped classes", function()
    local t = la.Table("t", la.MetaData(), Tagged("id", la.Integer, {primary_key = true, tag = "a"}),
      Tagged("p", nil, {tag = "b"}))
    t.c.p:append_foreign_key(la.ForeignKey("t.id"))
    assert.equal("CREATE TABLE t (id INTEGER NOT NULL, p INTEGER NOT NULL, PRIMARY KEY (id), "
      .. "FOREIGN KEY(p) REFERENCES t (id))", (tostring(la.schema.CreateTable(t)):gsub("[\n\t]", "")))
    assert.equal("t.p = :p_1", tostring(t.c.p:eq(1)))
    local s = la.select(t):subquery()
    assert.equal("b p", s.c.p:hello())
    assert.is_true(Tagged:is(s.c.p))
    local User = la.declarative_base():class("User", {__tablename__ = "u",
      id = Tagged("id", la.Integer, {primary_key = true, tag = "q"})})
    assert.equal("q id", User.__table__.c.id:hello())
    assert.equal("SELECT u.id \nFROM u", tostring(la.select(User)))
  end)

  it("is copied with what it keeps", function()
    local c = Tagged("foo", la.Integer, {tag = "x"}):_copy()
    assert.is_true(Tagged:is(c))
    assert.equal("x", c.tag)
    local Loud = Tagged:class("Loud", {
      _copy = function(self, ...)
        local copy = la.Column._copy(self, ...)
        copy.tag = self.tag .. "!"
        return copy
      end,
    })
    local t = la.Table("t", la.MetaData(), Loud("a", la.Integer, {tag = "x"}))
    local copy = t:to_metadata(la.MetaData()).c.a
    assert.same({"x!", true, true}, {copy.tag, Loud:is(copy), Tagged:is(copy)})
    assert.equal("x", t.c.a.tag)
  end)

  it("compiles as la.compiles says", function()
    local Dashed = Tagged:class("Dashed")
    la.compiles(Dashed)(function(column, compiler, kw) return compiler:visit_column(column, kw) .. "-" end)
    local t = la.Table("foo", la.MetaData(), Dashed("id", la.Integer), Dashed("name", la.String), la.Column("x"))
    assert.equal("SELECT anon_1.id-, anon_1.name-, anon_1.x \nFROM (SELECT foo.id- AS id, foo.name- AS name, "
      .. "foo.x AS x \nFROM foo) AS anon_1", tostring(la.select(t:select():alias())))
  end)
end)

describe("a class derived from Table", function()
  local Audited
  before_each(function()
    Audited = la.Table:class("Audited", {
      made = 0,
      __init__ = function(self, name, metadata, ...)
        self.made = self.made + 1
        la.Table.__init__(self, name, metadata, la.Column("id", la.Integer, {primary_key = true}), ...)
      end,
      count = function(self) return la.select(la.func.count()):select_from(self) end,
    })
  end)

  it("puts into its tables what it wants", function()
    local m = la.MetaData{schema = "s"}
    local t = Audited("t", m, la.Column("x", la.Integer), {comment = "c"})
    assert.same({"id", "x"}, t.c:keys())
    assert.same({"s.t", "c", 1}, {t.fullname, t.comment, t.made})
    assert.equal(t, m.tables["s.t"])
    assert.is_true(Audited:is(t) and la.Table:is(t))
    assert.equal("SELECT count(*) AS count_1 \nFROM s.t", tostring(t:count()))
    assert.equal(t, Audited("t", m))
    assert.equal(1, t.made)
    assert.has_error(function() Audited("t", m, la.Column("y", la.Integer)) end)
    assert.has_error(function() Audited("t") end,
      "Table() takes at least two positional-only arguments 'name' and 'metadata'")
  end)

  it("leaves no table behind that could not be made", function()
    local m = la.MetaData()
    assert.has_error(function() Audited("t", m, "x") end)
    assert.same({}, m.tables:keys())
  end)

  it("is copied as a Table", function()
    local copy = Audited("t", la.MetaData()):to_metadata(la.MetaData())
    assert.same({"id"}, copy.c:keys())
    assert.is_false(Audited:is(copy))
  end)

  it("need not have an __init__", function()
    local t = la.Table:class("Plain", {kind = "plain"})("t", la.MetaData(), la.Column("id", la.Integer))
    assert.same({"plain", "id"}, {t.kind, t.c.id.name})
  end)
end)

describe("a class derived from MetaData", function()
  it("holds tables", function()
    local Named = la.MetaData:class("Named", {
      __init__ = function(self, title, o)
        self.title = title
        la.MetaData.__init__(self, o)
      end,
    })
    local m = Named("shop", {schema = "s", naming_convention = {pk = "pk_%(table_name)s"}})
    la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}))
    assert.same({"shop", "s", {"s.t"}, "pk_t"}, {m.title, m.schema, m.tables:keys(), m.tables["s.t"].primary_key.name})
    assert.is_true(Named:is(m) and la.MetaData:is(m))
    assert.equal(m, la.declarative_base{metadata = m}.metadata)
  end)
end)
