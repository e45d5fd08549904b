-- Tables whose reflection lost something.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("reflecting tables of " .. db.name, function()
    local engine, conn
    before_each(function()
      engine = db:engine()
      conn = engine:connect()
    end)
    after_each(function()
      conn:rollback()
      conn:close()
      engine:dispose()
    end)

    it("keeps several foreign keys of one column", function()
      for _, sql in ipairs{"CREATE TABLE one (id INTEGER PRIMARY KEY)", "CREATE TABLE two (id INTEGER PRIMARY KEY)",
        "CREATE TABLE refers (x INTEGER, CONSTRAINT a FOREIGN KEY (x) REFERENCES one (id), "
          .. "CONSTRAINT b FOREIGN KEY (x) REFERENCES two (id))"} do
        conn:exec_driver_sql(sql)
      end
      local t, names = la.Table("refers", la.MetaData(), {autoload_with = conn}), {}
      for _, constraint in ipairs(t.foreign_key_constraints) do
        names[#names + 1] = constraint.name .. " " .. constraint.elements[1].column.table.name
      end
      table.sort(names)
      assert.same({"a one", "b two"}, names)
      t = la.Table("refers", la.MetaData(), la.Column("x", la.Integer, la.ForeignKey("three.id")),
        {autoload_with = conn})
      assert.equal(1, #t.foreign_key_constraints)
      for _, name in ipairs{"refers", "two", "one"} do conn:exec_driver_sql("DROP TABLE " .. name) end
    end)

    it("asks for something that it can ask", function()
      for _, bind in ipairs{5, "sqlite://", {}} do
        local ok, e = pcall(la.Table, "t", la.MetaData(), {autoload_with = bind})
        assert.is_false(ok)
        assert.is_true(la.exc.NoInspectionAvailable:is(e))
      end
    end)

    if db.name == "postgresql" then
      it("knows tables without columns", function()
        conn:exec_driver_sql "CREATE TEMPORARY TABLE nothing ()"
        assert.same({}, la.inspect(conn):get_columns "nothing")
        assert.equal(0, #la.Table("nothing", la.MetaData(), {autoload_with = conn}).c)
      end)
    else
      it("gives the text of CHECK without the spaces around it", function()
        conn:exec_driver_sql "CREATE TABLE t (x INTEGER, CONSTRAINT c CHECK ( x <> '(' ))"
        assert.same({{name = "c", sqltext = "x <> '('"}}, la.inspect(conn):get_check_constraints "t")
      end)
    end
  end)
end
