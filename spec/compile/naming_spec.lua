-- Names by convention, and names that are too long.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local CreateTable, CreateIndex = la.schema.CreateTable, la.schema.CreateIndex

local function tables(convention, schema)
  local m = la.MetaData{naming_convention = convention}
  la.Table("parent", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("Other", la.Integer, {key = "o"}),
    {schema = schema})
  local p = schema and schema .. ".parent." or "parent."
  return la.Table("child", m, la.Column("id", la.Integer, {primary_key = true, autoincrement = false}),
    la.Column("Abc", la.Integer, {key = "abc", unique = true}), la.Column("pid", la.Integer, la.ForeignKey(p .. "id")),
    la.Column("x", la.Integer), la.UniqueConstraint("id", "abc"), la.CheckConstraint("x > 5", {name = "y"}),
    la.ForeignKeyConstraint({"pid", "x"}, {p .. "id", p .. "o"}), {schema = schema})
end

describe("naming conventions", function()
  compiles("none", function() return CreateTable(tables({})) end, {
    default = 'CREATE TABLE child (id INTEGER NOT NULL, "Abc" INTEGER, pid INTEGER, x INTEGER, PRIMARY KEY (id), '
      .. 'UNIQUE (id, "Abc"), CONSTRAINT y CHECK (x > 5), FOREIGN KEY(pid, x) REFERENCES parent (id, "Other"), '
      .. 'UNIQUE ("Abc"), FOREIGN KEY(pid) REFERENCES parent (id))',
  })
  compiles("by the first column", function()
    return CreateTable(tables{
      pk = "pk_%(table_name)s", fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
      uq = "uq_%(table_name)s_%(column_0_name)s", ck = "ck_%(table_name)s_%(constraint_name)s",
    })
  end, {
    default = 'CREATE TABLE child (id INTEGER NOT NULL, "Abc" INTEGER, pid INTEGER, x INTEGER, CONSTRAINT pk_child '
      .. 'PRIMARY KEY (id), CONSTRAINT uq_child_id UNIQUE (id, "Abc"), CONSTRAINT ck_child_y CHECK (x > 5), CONSTRAINT '
      .. 'fk_child_pid_parent FOREIGN KEY(pid, x) REFERENCES parent (id, "Other"), CONSTRAINT "uq_child_Abc" UNIQUE '
      .. '("Abc"), CONSTRAINT fk_child_pid_parent FOREIGN KEY(pid) REFERENCES parent (id))',
  })
  compiles("by all columns", function()
    return CreateTable(tables({
      fk = "fk_%(column_0N_name)s_%(referred_table_name)s_%(referred_column_0_N_name)s",
      uq = "uq_%(table_name)s_%(column_0_N_key)s",
    }, "sch"))
  end, {
    postgresql = 'CREATE TABLE sch.child (id INTEGER NOT NULL, "Abc" INTEGER, pid INTEGER, x INTEGER, PRIMARY KEY '
      .. '(id), CONSTRAINT uq_child_id_abc UNIQUE (id, "Abc"), CONSTRAINT y CHECK (x > 5), CONSTRAINT '
      .. '"fk_pidx_parent_id_Other" FOREIGN KEY(pid, x) REFERENCES sch.parent (id, "Other"), CONSTRAINT '
      .. 'uq_child_abc UNIQUE ("Abc"), CONSTRAINT '
      .. 'fk_pid_parent_id FOREIGN KEY(pid) REFERENCES sch.parent (id))',
  })
  compiles("by a function", function()
    local t = tables{ix = "ix_%(what)s_%%", what = function(_, t) return t.name:upper() end}
    return CreateIndex(la.Index(nil, t.c.abc, t.c.pid))
  end, {default = 'CREATE INDEX "ix_CHILD_%" ON child ("Abc", pid)'})
  compiles("labels", function()
    local t = tables({ix = "ix_%(column_0N_label)s"}, "sch")
    return CreateIndex(la.Index(nil, t.c.abc, t.c.pid))
  end, {postgresql = 'CREATE INDEX "ix_sch_child_Abcsch_child_pid" ON sch.child ("Abc", pid)'})
  compiles("a name that is final", function()
    local m = la.MetaData{naming_convention = {uq = "uq_%(constraint_name)s"}}
    local unique = la.UniqueConstraint("x", {name = la.schema.conv("mine")})
    la.Table("child", m, la.Column("x", la.Integer), unique)
    return la.schema.AddConstraint(unique)
  end, {default = "ALTER TABLE child ADD CONSTRAINT mine UNIQUE (x)"})

  it("names what was made without a name", function()
    local t = tables{pk = "pk_%(table_name)s"}
    assert.equal("pk_child", t.primary_key.name)
    local m = la.MetaData{naming_convention = {pk = "pk_%(column_0_N_name)s"}}
    assert.equal("pk_x_y", la.Table("t", m, la.Column("x", la.Integer, {primary_key = true}),
      la.Column("y", la.Integer, {primary_key = true})).primary_key.name)
  end)

  it("wants a name where the convention builds on it", function()
    local m = la.MetaData{naming_convention = {ck = "ck_%(constraint_name)s"}}
    local ok, e = pcall(la.Table, "t", m, la.Column("x", la.Integer), la.CheckConstraint("x > 3"))
    assert.is_false(ok)
    assert.is_true(la.exc.InvalidRequestError:is(e))
    assert.equal("Naming convention including %(constraint_name)s token requires that constraint is explicitly named.",
      e.message)
    assert.is_nil(m.tables.t)
  end)

  it("wants the name of a type's CHECK only where it is printed", function()
    local m = la.MetaData{naming_convention = {ck = "ck_%(constraint_name)s"}}
    local t = la.Table("t", m, la.Column("x", la.Boolean{create_constraint = true}))
    assert.equal("\nCREATE TABLE t (\n\tx BOOLEAN\n)\n\n", tostring(CreateTable(t):compile{dialect = "postgresql"}))
    assert.has_error(function() CreateTable(t):compile{dialect = "sqlite"} end)
  end)
end)

describe("names that are too long", function()
  local long = la.Table(("t"):rep(40), la.MetaData(), la.Column(("c"):rep(60), la.Integer, {index = true}))
  compiles("made by the convention: cut", CreateIndex(long.indexes[1]), {
    postgresql = "CREATE INDEX ix_" .. ("t"):rep(40) .. "_" .. ("c"):rep(11) .. "_f888 ON " .. ("t"):rep(40) .. " ("
      .. ("c"):rep(60) .. ")",
  })
  compiles("given: refused", function() return CreateIndex(la.Index(("x"):rep(70), long.c[1])) end, {
    postgresql = {fails = "Identifier '" .. ("x"):rep(70) .. "' exceeds maximum length of 63 characters"},
  })
end)
