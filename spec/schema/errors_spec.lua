-- What making tables refuses, and says.
local la = require "lualchemy"

local function fails(class, text, fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok, "it does not fail")
  assert.is_true(la.exc[class]:is(e), tostring(e))
  assert.is_truthy(tostring(e):find(text, 1, true), tostring(e))
end

describe("Table", function()
  local m, t
  before_each(function()
    m = la.MetaData()
    t = la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer, {key = "k"}))
  end)

  it("is made once", function()
    fails("InvalidRequestError", "Table 't' is already defined for this MetaData instance.  Specify "
      .. "'extend_existing=True' to redefine options and columns on an existing Table object.",
      la.Table, "t", m, la.Column("y", la.Integer))
    assert.equal(t, la.Table("t", m))
    fails("ArgumentError", "keep_existing and extend_existing are mutually exclusive.", la.Table, "t", m,
      {keep_existing = true, extend_existing = true})
    fails("InvalidRequestError", "Table 'zz' not defined", la.Table, "zz", m, {must_exist = true})
  end)

  it("has no two columns of a name", function()
    fails("DuplicateColumnError", "A column with name 'a' is already present in table 't2'.", la.Table, "t2", m,
      la.Column("a", la.Integer), la.Column("a", la.String))
    assert.is_nil(m.tables.t2)
    fails("DuplicateColumnError", "A column with key 'z' is already present in table 't3'.", la.Table, "t3", m,
      la.Column("a", la.Integer, {key = "z"}), la.Column("b", la.Integer, {key = "z"}))
    fails("DuplicateColumnError", "A column with name 'k' is already present in table 't'. Specify "
      .. "replace_existing=True to Table.append_column() to replace an existing column.",
      t.append_column, t, la.Column("k", la.Integer))
  end)

  it("takes columns that are its own", function()
    fails("ArgumentError", "Column object 'id' already assigned to Table 't'", la.Table, "t4", m, t.c.id)
    fails("ArgumentError", "Column must be constructed with a non-blank name", la.Table, "t5", m, la.Column(la.Integer))
    fails("ArgumentError", "'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'foo'", la.Table,
      "t6", m, "foo")
  end)

  it("knows the columns of its constraints", function()
    local text = "Can't create %s on table 't7': no column named 'nope' is present."
    for class, item in pairs{
      UniqueConstraint = la.UniqueConstraint("nope"), Index = la.Index("i", "nope"),
      PrimaryKeyConstraint = la.PrimaryKeyConstraint("nope"),
      ForeignKeyConstraint = la.ForeignKeyConstraint({"nope"}, {"t.id"}),
    } do
      fails("ConstraintColumnNotFoundError", text:format(class), la.Table, "t7", m, la.Column("x", la.Integer), item)
    end
  end)

  it("refuses keywords that it does not know", function()
    fails("ArgumentError", "Table() got an unexpected keyword argument 'schemer'", la.Table, "t8", m, {schemer = "x"})
    fails("ArgumentError", "Argument 'sqlite_foo' is not accepted by dialect 'sqlite' on behalf of Table", la.Table,
      "t8", m, {sqlite_foo = 1})
    fails("ArgumentError", "Argument 'postgresql_foo' is not accepted by dialect 'postgresql' on behalf of Index",
      la.Index, "i", t.c.id, {postgresql_foo = 1})
  end)

  it("needs a name and a MetaData", function()
    fails("ArgumentError", "Table() takes at least two positional-only arguments 'name' and 'metadata'", la.Table, "t9")
  end)
end)

describe("Column", function()
  it("has one name and one type", function()
    fails("ArgumentError", "May not pass name positionally and as a keyword.", la.Column, "x", la.Integer, {name = "y"})
    fails("ArgumentError", "May not pass type_ positionally and as a keyword.", la.Column, "x", la.Integer,
      {type_ = la.String})
    fails("ArgumentError", "Explicit 'name' is required when sending 'quote' argument", la.Column, la.Integer,
      {quote = true})
  end)

  it("is generated in one way", function()
    fails("ArgumentError", "A generated column cannot specify a server_default", la.Column, "x", la.Integer,
      la.Computed("1"), {server_default = "5"})
    fails("ArgumentError", "A column with an Identity object cannot specify a server_default", la.Column, "x",
      la.Integer, la.Identity(), {server_default = "5"})
    fails("ArgumentError", "A column with an Identity object cannot specify autoincrement=False", la.Column, "x",
      la.Integer, la.Identity(), {autoincrement = false})
    fails("ArgumentError", "An column cannot specify both Identity and Sequence.", la.Table, "t", la.MetaData(),
      la.Column("x", la.Integer, la.Identity(), la.Sequence("s")))
    fails("ArgumentError", "ColumnDefault may not be a server-side default type.", la.ColumnDefault, la.FetchedValue())
  end)

  it("says index and unique with a boolean", function()
    fails("ArgumentError", "The 'index' keyword argument on Column is boolean only.", la.Column, "x", la.Integer,
      {index = "ix"})
    fails("ArgumentError", "The 'unique' keyword argument on Column is boolean only.", la.Column, "x", la.Integer,
      {unique = "uq"})
  end)

  it("numbers itself if it can", function()
    local m = la.MetaData()
    local text = la.Table("a", m, la.Column("x", la.String, {primary_key = true, autoincrement = true}))
    fails("ArgumentError", "on column 'a.x' is not compatible with autoincrement=True",
      function() return text.autoincrement_column end)
    local two = la.Table("b", m, la.Column("x", la.Integer, {primary_key = true, autoincrement = true}),
      la.Column("y", la.Integer, {primary_key = true, autoincrement = true}))
    fails("ArgumentError", "Only one Column may be marked autoincrement=True, found both y and x.",
      function() return two.autoincrement_column end)
  end)
end)

describe("foreign keys", function()
  it("say what is missing", function()
    local m = la.MetaData()
    la.Table("t", m, la.Column("id", la.Integer), la.Column("x", la.Integer, {key = "k"}))
    local f = la.Table("f", m, la.Column("a", la.Integer, la.ForeignKey("nope.id")),
      la.Column("b", la.Integer, la.ForeignKey("t.nope")), la.Column("c", la.Integer, la.ForeignKey("t.k")),
      la.Column("d", la.Integer, la.ForeignKey("t.x", {link_to_name = true})))
    local function target(name) return f.c[name].foreign_keys[1].column end
    fails("NoReferencedTableError", "Foreign key associated with column 'f.a' could not find table 'nope' with which "
      .. "to generate a foreign key to target column 'id'", target, "a")
    fails("NoReferencedColumnError", "Could not initialize target column for ForeignKey 't.nope' on table 'f': table "
      .. "'t' has no column named 'nope'", target, "b")
    assert.equal(m.tables.t.c.k, target("c"))
    assert.equal(m.tables.t.c.k, target("d"))
    fails("InvalidRequestError", "this ForeignKey object does not yet have a parent Column associated with it.",
      function() return la.ForeignKey("t.id").column end)
  end)

  it("of several columns refer to one table", function()
    fails("ArgumentError", "ForeignKeyConstraint number of constrained columns must match the number of referenced "
      .. "columns.", la.ForeignKeyConstraint, {"a", "b"}, {"t.id"})
    fails("ArgumentError", "ForeignKeyConstraint with duplicate source column references are not supported.",
      la.ForeignKeyConstraint, {"a", "a"}, {"t.id", "t.k"})
    fails("ArgumentError", "ForeignKeyConstraint on t10(a, b) refers to multiple remote tables: t and u", la.Table,
      "t10", la.MetaData(), la.Column("a", la.Integer), la.Column("b", la.Integer),
      la.ForeignKeyConstraint({"a", "b"}, {"t.id", "u.k"}))
  end)
end)

describe("constraints and indexes", function()
  it("belong to one table", function()
    local m = la.MetaData()
    local t = la.Table("t", m, la.Column("id", la.Integer))
    local f = la.Table("f", m, la.Column("a", la.Integer))
    fails("ArgumentError", "Column(s) 'f.a' are not part of table 't'.", la.UniqueConstraint, t.c.id, f.c.a)
    fails("ArgumentError", "Index 'ix' is against table 't', and cannot be associated with table 'f'.",
      f.append_constraint, f, la.Index("ix", t.c.id))
    fails("InvalidRequestError", "This constraint is not bound to a table.",
      function() return la.UniqueConstraint("q").table end)
  end)
end)
