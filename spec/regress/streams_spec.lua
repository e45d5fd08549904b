-- The option stream_results of a connection is for what gives rows; empty arrays stay arrays.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("stream_results on " .. db.name, function()
    it("leaves alone what is no query", function()
      local engine = db:engine()
      local conn = engine:connect():execution_options{stream_results = true}
      local t = la.Table("streamed", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
        la.Column("x", la.Integer))
      t:drop(conn, {checkfirst = true})
      t:create(conn)
      local rows = conn:execute(t:insert():returning(t.c.x, {sort_by_parameter_order = true}), {{x = 5}, {x = 6}}):all()
      assert.same({5, 6}, {rows[1].x, rows[2].x})
      assert.same({5, 6}, conn:scalars(la.select(t.c.x):order_by(t.c.id)):all())
      assert.same({5, 6}, conn:scalars(la.text("SELECT x FROM streamed ORDER BY id")):all())
      assert.equal(2, conn:execute(la.text("UPDATE streamed SET x = x + 1")).rowcount)
      assert.equal(2, conn:execute(t:delete()).rowcount)
      t:drop(conn)
      conn:close()
      engine:dispose()
    end)
  end)

  if db.name == "postgresql" then
    describe("an empty array", function()
      it("comes as an array, which is seen where it is printed", function()
        local engine = db:engine()
        engine:connect(function(conn)
          local type_ = la.postgresql.ARRAY(la.Integer)
          local row = conn:execute(la.select(la.literal({}, type_))):one()
          assert.equal("([],)", tostring(row))
          assert.equal("([],)", tostring(conn:execute(la.select(la.literal(row[1], type_))):one()))
        end)
        engine:dispose()
      end)
    end)
  end
end
