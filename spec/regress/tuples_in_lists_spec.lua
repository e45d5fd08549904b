-- IN of tuples: their members are sent as their types say.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("IN of tuples on " .. db.name, function()
    local engine, conn, t
    local uuid = la.uuid "550e8400-e29b-41d4-a716-446655440000"
    setup(function()
      engine = db:engine()
      conn = engine:connect()
      local Tenfold = la.types.TypeDecorator:class("Tenfold", {impl = la.Integer, cache_ok = true,
        process_bind_param = function(_, value) return value and value * 10 end,
        process_result_value = function(_, value) return value and value / 10 end})
      t = la.Table("tuples_in", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
        la.Column("tenfold", Tenfold), la.Column("uuid", la.Uuid), la.Column("day", la.Date),
        la.Column("label", la.Enum("a", "b", {name = "tuple_label"})), la.Column("price", la.Numeric(10, 2)),
        la.Column("bytes", la.LargeBinary), la.Column("yes", la.Boolean))
      t.metadata:create_all(conn)
    end)
    teardown(function()
      conn:close()
      engine:dispose()
    end)

    it("finds what was stored", function()
      local values = {tenfold = 5, uuid = uuid, day = la.date(2020, 1, 2), label = "a", price = la.Decimal "1.50",
        bytes = "\0\255", yes = true}
      local row = {id = 1}
      for k, v in pairs(values) do row[k] = v end
      conn:execute(t:insert(), row)
      for name, value in pairs(values) do
        local tuple = la.tuple_(t.c.id, t.c[name])
        local given = la.select(t.c.id):where(tuple:in_(la.bindparam("given", {expanding = true})))
        assert.equal(1, conn:scalar(la.select(t.c.id):where(tuple:in_{{1, value}, {2, value}})), name)
        assert.equal(1, conn:scalar(given, {given = {{1, value}}}), name)
        assert.is_nil(conn:scalar(la.select(t.c.id):where(tuple:not_in{{1, value}})), name)
        assert.equal(1, conn:scalar(la.select(t.c.id):where(tuple:not_in{{2, value}})), name)
      end
    end)

    it("refuses a member as its type does", function()
      local ok, e = pcall(conn.scalar, conn, la.select(t.c.id):where(la.tuple_(t.c.id, t.c.label):in_{{1, "z"}}))
      if db.name == "sqlite" then
        assert.is_true(ok)
      else
        assert.is_false(ok)
        assert.matches("z", tostring(e), 1, true)
        conn:rollback()
      end
    end)
  end)
end
