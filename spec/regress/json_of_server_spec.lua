-- JSON whose type only the server knows, and ranges in what is printed.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  if db.name == "postgresql" then
    describe("a column of no type that is JSON for PostgreSQL", function()
      local engine
      setup(function() engine = db:engine() end)
      teardown(function() engine:dispose() end)

      it("is read, from functions and from text()", function()
        engine:connect(function(conn)
          local stmt = la.select(la.func.json_build_object("a", la.literal_column("1")), la.literal("{}"))
          for _ = 1, 2 do
            local row = conn:execute(stmt):one()
            assert.same({a = 1}, row[1])
            assert.equal("{}", row[2])
          end
          assert.same({1, 2}, conn:execute(la.text("SELECT '[1, 2]'::jsonb")):scalar())
          assert.equal("[1, 2]", conn:execute(la.text("SELECT '[1, 2]'::text AS jsonb")):scalar())
          assert.equal("[1]", conn:scalar(la.select(la.cast("[1]", la.String))))
        end)
      end)

      it("is read from a stream whose parameters had no type at first", function()
        engine:connect(function(conn)
          conn:execution_options{stream_results = true}
          local result = conn:execute(la.select(la.func.jsonb_build_object("x", la.func.generate_series(1, 3))))
          local sum = 0
          for row in result do sum = sum + row[1].x end
          assert.equal(6, sum)
          assert.equal(1, conn:scalar(la.select(la.literal(1))))
        end)
      end)

      it("and ranges print as Python's do", function()
        engine:connect(function(conn)
          local row = conn:execute(la.select(la.cast("[1,5)", la.postgresql.INT4RANGE))):one()
          assert.equal("(Range(lower=1, upper=5, bounds='[)', empty=False),)", tostring(row))
        end)
      end)
    end)
  end
end
