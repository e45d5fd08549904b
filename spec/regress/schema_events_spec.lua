-- Listeners to columns, before_parent_attach, reflection of temporary tables: what was amiss.
local la = require "lualchemy"

describe("attachment", function()
  it("is told before and after, of columns and constraints", function()
    local out = {}
    local function on(item, name)
      la.event.listen(item, "before_parent_attach", function(x, parent)
        out[#out + 1] = ("before %s %s %s"):format(name, x.name, parent.name)
        if name == "column" then out[#out + 1] = tostring(parent.c:contains(x.name)) end
      end)
      la.event.listen(item, "after_parent_attach", function(x, parent)
        out[#out + 1] = ("after %s %s %s"):format(name, x.name, parent.name)
      end)
      return item
    end
    local t = la.Table("t", la.MetaData(), on(la.Column("x", la.Integer), "column"),
      on(la.UniqueConstraint("x", {name = "u"}), "constraint"))
    t:append_constraint(on(la.Index("i", "x"), "index"))
    assert.same({"before column x t", "false", "after column x t", "before constraint u t", "after constraint u t",
      "before index i t", "after index i t"}, out)
  end)

  it("is told of what comes with a column, too", function()
    local out = {}
    local function before(x, t) out[#out + 1] = "before " .. #x.columns .. t.name end
    local function after(x, t) out[#out + 1] = "after " .. #x.columns .. t.name end
    la.event.listen(la.UniqueConstraint, "before_parent_attach", before)
    la.event.listen(la.UniqueConstraint, "after_parent_attach", after)
    la.Table("t", la.MetaData(), la.Column("x", la.Integer, {unique = true}))
    la.event.remove(la.UniqueConstraint, "before_parent_attach", before)
    la.event.remove(la.UniqueConstraint, "after_parent_attach", after)
    assert.same({"before 1t", "after 1t"}, out)
  end)
end)

describe("reflection in SQLite", function()
  it("knows the constraints of temporary tables", function()
    local engine = la.create_engine("sqlite://")
    engine:begin(function(conn)
      conn:exec_driver_sql("CREATE TEMP TABLE tt (a INTEGER CONSTRAINT pos CHECK (a > 0), CONSTRAINT u UNIQUE (a))")
      local inspector = la.inspect(conn)
      assert.same({{name = "u", column_names = {"a"}}}, inspector:get_unique_constraints("tt"))
      assert.same({{name = "pos", sqltext = "a > 0"}}, inspector:get_check_constraints("tt"))
    end)
  end)

  it("reads the main database first, then the temporary tables, no other", function()
    local engine = la.create_engine("sqlite://")
    engine:begin(function(conn)
      conn:exec_driver_sql("CREATE TABLE t (a INTEGER)")
      conn:exec_driver_sql("CREATE TEMPORARY TABLE t (b INTEGER)")
      conn:exec_driver_sql("CREATE INDEX main.ia ON t (a)")
      conn:exec_driver_sql("CREATE INDEX temp.ib ON t (b)")
      local inspector = la.inspect(conn)
      assert.equal("a", inspector:get_columns("t")[1].name)
      assert.equal("ia", inspector:get_indexes("t")[1].name)
      assert.equal(1, #inspector:get_indexes("t"))
    end)
  end)

  it("takes DOUBLE PRECISION by its affinity", function()
    local engine = la.create_engine("sqlite://")
    engine:begin(function(conn)
      conn:exec_driver_sql("CREATE TABLE t (a DOUBLE PRECISION, b DOUBLE)")
      local columns = la.inspect(conn):get_columns("t")
      assert.same({"REAL", "DOUBLE"}, {tostring(columns[1].type), tostring(columns[2].type)})
    end)
  end)
end)
