-- Tables that a program began to describe, and the database completes.
local la = require "lualchemy"

describe("reflecting a table that is there", function()
  local engine, conn
  setup(function()
    engine = la.create_engine("sqlite://")
    conn = engine:connect()
    local m = la.MetaData()
    la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer),
      la.Column("z", la.Integer, {server_default = "5"}))
    local d = la.Table("d", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("bar", la.String(50)),
      la.UniqueConstraint("bar"))
    la.Index("ix_bar", d.c.bar)
    la.Table("b", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("aid", la.ForeignKey("d.id")))
    m:create_all(conn)
  end)
  teardown(function()
    conn:close()
    engine:dispose()
  end)

  local function names(columns)
    local out = {}
    for i, c in ipairs(columns:values()) do out[i] = c.key end
    table.sort(out)
    return out
  end

  it("keeps a column in the primary key that the program put there", function()
    local m = la.MetaData()
    la.Table("t", m, la.Column("z", la.String, {primary_key = true}))
    local t = la.Table("t", m, {extend_existing = true, autoload_with = conn})
    assert.same({"id", "z"}, names(t.primary_key.columns))
    assert.equal("INTEGER", tostring(t.c.z.type))
  end)

  local function with_key(options)
    local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
      la.Column("x", la.Integer, {key = "x2"}))
    options.extend_existing = true
    t.metadata:reflect(conn, options)
    return t
  end

  it("warns that a column with a key of its own is replaced, unless it is to stay", function()
    local show, told = la.warnings.showwarning, nil
    la.warnings.showwarning = function(message) told = message end
    local t = with_key{}
    local first = told
    told = nil
    local kept = with_key{autoload_replace = false}
    la.warnings.showwarning = show
    assert.matches('Column with user-specified key "x2" is being replaced with plain named column "x"', first, 1, true)
    assert.is_nil(told)
    assert.same({"id", "x", "z"}, names(t.c))
    assert.same({"id", "x2", "z"}, names(kept.c))
  end)

  it("reads each table once, also one that a foreign key has asked for", function()
    local m = la.MetaData()
    m:reflect(conn, {extend_existing = true})
    assert.equal(1, #m.tables.d.indexes)
    assert.equal(2, #m.tables.d.constraints)
  end)

  it("takes defaults of each kind, and another name for a key, from column_reflect", function()
    for _, default in ipairs{"1", la.text("1"), la.DefaultClause("1"), la.FetchedValue()} do
      local t = la.Table("t", la.MetaData(), {autoload_with = conn, listeners = {{"column_reflect",
        function(_, _, facts)
          if facts.name == "x" then facts.default = default end
          if facts.name == "id" then facts.name = "number" end
        end}}})
      assert.truthy(la.FetchedValue:is(t.c.x.server_default))
      if not la.FetchedValue:is(default) or la.DefaultClause:is(default) then
        assert.equal("1", tostring(t.c.x.server_default.arg))
      end
      assert.same({"number"}, names(t.primary_key.columns))
    end
  end)
end)
