-- What only PostgreSQL knows the type of: ranges, and arrays of JSON and ranges, are read as such from text.
local la = require "lualchemy"
local support = require "spec.support"
local Range, MultiRange = la.postgresql.Range, la.postgresql.MultiRange

for db in support.databases() do
  if db.name == "postgresql" then
    describe("types that the server tells", function()
      local engine, conn
      before_each(function()
        engine = db:engine()
        conn = engine:connect()
      end)
      after_each(function()
        conn:close()
        engine:dispose()
      end)

      it("are ranges", function()
        local row = conn:execute(la.text [[SELECT CAST('[1,5)' AS int4range) AS a, CAST('[1.5,)' AS numrange) AS b,
          CAST('[2024-01-01,2024-02-01)' AS daterange) AS c, CAST(NULL AS int8range) AS d,
          CAST('{"[1,3)",NULL}' AS int4range[]) AS e]]):one()
        assert.equal(Range(1, 5), row.a)
        assert.equal(la.Decimal "1.5", row.b.lower)
        assert.equal(la.date(2024, 2, 1), row.c.upper)
        assert.is_nil(row.d)
        assert.equal(Range(1, 3), row.e[1])
        assert.equal(la.NULL, row.e[2])
        assert.equal(Range(2, 4), conn:scalar(la.select(la.func.int4range(2, 4))))
        assert.equal(5, conn:exec_driver_sql("SELECT int4range(1, 5)"):scalar().upper)
      end)

      it("are arrays of JSON", function()
        local row = conn:execute(la.text [[SELECT CAST('{"{\"a\": 5}","[1]"}' AS jsonb[]),
          CAST('{"7"}' AS json[])]]):one()
        assert.equal(5, row[1][1].a)
        assert.equal(1, row[1][2][1])
        assert.same({7}, row[2])
      end)

      it("take ranges back", function()
        local function holds(sql, range) return conn:scalar(la.text("SELECT " .. sql .. " @> :r"), {r = range}) end
        assert.is_true(holds("int4range(1, 5)", conn:scalar(la.text "SELECT int4range(2, 3)")))
        assert.is_true(holds("tsrange('2024-01-01', NULL)", Range(la.datetime(2024, 1, 2, 10, 0, 0), nil)))
        assert.is_true(holds("int4multirange(int4range(1, 9))", MultiRange{Range(1, 2), Range(5, 6)}))
        assert.is_false(holds("int4range(1, 5)", Range(4, 6)))
      end)
    end)
  end
end
