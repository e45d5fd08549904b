--- Attributes of tables, columns and keys that programs set afterwards: on copies, in events.
local la = require "lualchemy"

local function ddl(t) return (tostring(la.schema.CreateTable(t)):gsub("%s+", " ")) end

describe("a column's attributes can be set:", function()
  local metadata, t
  before_each(function()
    metadata = la.MetaData()
    t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("x", la.Integer, {unique = true, default = 5, server_default = "3", onupdate = 6}))
  end)

  it("defaults, also away", function()
    t.c.x.default, t.c.x.server_default, t.c.x.onupdate = nil, nil, nil
    assert.same({"id"}, la.insert(t):values{id = 1}:compile().positiontup or {"id"})
    assert.is_nil(ddl(t):find("DEFAULT", 1, true))
    t.c.x.server_default = la.DefaultClause("7")
    t.c.x.default = la.ColumnDefault(8)
    assert.truthy(ddl(t):find("DEFAULT '7'", 1, true))
    assert.equal(8, t.c.x.default.arg)
  end)

  it("its type, and whether it has a sequence", function()
    t.c.x.type = la.String(7)
    t.c.id.autoincrement = false
    assert.truthy(ddl(t):find("x VARCHAR(7)", 1, true))
    assert.is_false(t.c.id.autoincrement)
    assert.has_error(function() t.c.id.autoincrement = 5 end)
  end)

  it("that of a copy before it has a table", function()
    local copy = t.c.x:copy()
    copy.unique, copy.index = false, true
    local other = la.Table("other", metadata, copy)
    assert.is_nil(ddl(other):find("UNIQUE", 1, true))
    assert.equal(1, #other.indexes)
  end)
end)

describe("a table, a foreign key and an index", function()
  it("can be set", function()
    local metadata = la.MetaData()
    la.Table("a", metadata, la.Column("id", la.Integer, {primary_key = true}))
    local b = la.Table("b", metadata, la.Column("a_id", la.ForeignKey("a.id")))
    b.c.a_id.foreign_keys[1].constraint.ondelete = "CASCADE"
    b.c.a_id.foreign_keys[1].constraint.deferrable = true
    b.schema, b.info = "s", {kept = true}
    assert.truthy(ddl(b):find("CREATE TABLE s.b ", 1, true))
    assert.truthy(ddl(b):find("ON DELETE CASCADE DEFERRABLE", 1, true))
    assert.is_true(b.info.kept)
  end)
end)
