-- Lists without a type are arrays for PostgreSQL: `= ANY(:ids)` of text.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("lists as parameters of text on " .. db.name, function()
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

    local function values(sql, list)
      local out = {}
      for _, row in ipairs(conn:execute(la.text(sql), {list = list}):all()) do out[#out + 1] = tostring(row[1]) end
      return out
    end

    if db.name == "postgresql" then
      it("are arrays of what they hold", function()
        assert.same({"2", "3"}, values("SELECT x FROM generate_series(1, 3) x WHERE x = ANY(:list) ORDER BY x", {2, 3}))
        assert.same({}, values("SELECT x FROM generate_series(1, 3) x WHERE x = ANY(:list)", {}))
        assert.same({"b"}, values("SELECT x FROM (VALUES ('a'), ('b')) v (x) WHERE x = ANY(:list)", {"b", "it's"}))
        assert.same({"1", "nil", "2"}, values("SELECT unnest(:list)", {1, la.NULL, 2}))
        assert.same({"1", "2", "3", "4"}, values("SELECT unnest(:list)", {{1, 2}, {3, 4}}))
        assert.same({"2024-01-02"}, values("SELECT unnest(:list)", {la.date(2024, 1, 2)}))
      end)

      it("fill columns that a program says nothing of", function()
        local t = la.table("lists", la.column "id", la.column "a")
        conn:exec_driver_sql "CREATE TEMPORARY TABLE lists (id INTEGER, a INTEGER[])"
        conn:execute(la.insert(t), {{id = 1, a = {5, 6}}, {id = 2, a = {}}, {id = 3, a = la.NULL}})
        conn:execute(la.insert(t):values{id = 4, a = {7}})
        assert.same({"2", "0", "nil", "1"}, values("SELECT cardinality(a) FROM lists ORDER BY id"))
      end)

      it("are nothing else", function()
        local ok, e = pcall(values, "SELECT :list", {a = 1})
        assert.is_false(ok)
        assert.is_true(la.exc.ProgrammingError:is(e))
      end)
    else
      it("are refused", function()
        local ok, e = pcall(values, "SELECT :list", {1, 2})
        assert.is_false(ok)
        assert.is_true(la.exc.ProgrammingError:is(e))
        assert.is_truthy(tostring(e):find("Error binding parameter 1: type 'list' is not supported", 1, true))
      end)
    end
  end)
end
