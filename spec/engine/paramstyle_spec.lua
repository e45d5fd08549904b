-- create_engine{paramstyle = …}: what compile() shows with that engine, and what the driver gets.
local la = require "lualchemy"

local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String))

--- {what compile() shows, is it positional?, what the driver gets}
local STYLES = {
  qmark = {"t.id = ? AND t.name = ?", true, "t.id = ? AND t.name = ?"},
  numeric = {"t.id = :1 AND t.name = :2", true, "t.id = :1 AND t.name = :2"},
  numeric_dollar = {"t.id = $1 AND t.name = $2", true, "t.id = $1 AND t.name = $2"},
  named = {"t.id = :id_1 AND t.name = :name_1", false, "t.id = ? AND t.name = ?"},
  format = {"t.id = %s AND t.name = %s", true, "t.id = ? AND t.name = ?"},
  pyformat = {"t.id = %(id_1)s AND t.name = %(name_1)s", false, "t.id = ? AND t.name = ?"},
}

describe("create_engine{paramstyle = …}", function()
  for style, expected in pairs(STYLES) do
    it(style, function()
      local engine = la.create_engine("sqlite://", {paramstyle = style})
      assert.equal(style, engine.dialect.paramstyle)
      assert.equal(expected[2], engine.dialect.positional)
      local where = la.and_(t.c.id:eq(5), t.c.name:eq("x"))
      assert.equal(expected[1], tostring(where:compile(engine)))
      assert.equal(expected[1], tostring(where:compile{dialect = engine.dialect}))

      t.metadata:create_all(engine)
      local sent
      la.event.listen(engine, "before_cursor_execute", function(_, _, statement) sent = statement end)
      engine:begin(function(conn)
        conn:execute(la.insert(t), {{id = 5, name = "x"}, {id = 6, name = "y"}, {id = 7, name = "z"}})
        conn:execute(la.insert(t):values{{id = 8, name = "x"}, {id = 9, name = "v"}})
        assert.equal(1, #conn:execute(la.select(t):where(where)):all())
        assert.equal(expected[3], sent:match("WHERE (.*)"))
        local b = la.bindparam("b", "z")
        assert.equal(7, conn:scalar(la.select(t.c.id):where(t.c.name:eq(b), t.c.name:in_{"y", "z"}, b:eq(t.c.name))))
        assert.same({8, 9}, conn:scalars(la.text("SELECT id FROM t WHERE id > :x AND id <> :y AND :x < id ORDER BY 1"),
          {x = 7, y = 10}):all())
        assert.equal(10, conn:scalar(la.insert(t):returning(t.c.id), {name = "new"}))
      end)
    end)
  end

  it("refuses others", function()
    assert.has_error(function() la.create_engine("sqlite://", {paramstyle = "dollar"}) end, "dialect: argument "
      .. "'paramstyle' must be named, qmark, format, pyformat, numeric or numeric_dollar, got 'dollar'")
  end)
end)
