-- What SELECT gives, on every database.
local la = require "lualchemy"
local support = require "spec.support"

local func = la.func

for db in support.databases() do
  describe("SELECT in " .. db.name, function()
    local engine, item, place
    setup(function()
      engine = db:engine()
      local metadata = la.MetaData()
      item = la.Table("suite_item", metadata, la.Column("id", la.Integer, {primary_key = true, autoincrement = false}),
        la.Column("name", la.String(20)), la.Column("n", la.Integer), la.Column("place_id", la.Integer))
      place = la.Table("suite_place", metadata,
        la.Column("id", la.Integer, {primary_key = true, autoincrement = false}), la.Column("name", la.String(20)))
      metadata:create_all(engine)
      engine:begin(function(conn)
        conn:execute(la.insert(place), {{id = 1, name = "here"}, {id = 2, name = "there"}, {id = 3, name = "nowhere"}})
        conn:execute(la.insert(item), {
          {id = 1, name = "a_b", n = 10, place_id = 1}, {id = 2, name = "a%b", n = 20, place_id = 2},
          {id = 3, name = "ab", n = la.NULL, place_id = 1}, {id = 4, name = "O'Neil", n = 40, place_id = la.NULL},
        })
      end)
    end)
    teardown(function()
      item.metadata:drop_all(engine)
      engine:dispose()
    end)

    local function rows(statement)
      return engine:connect(function(conn)
        local out = {}
        for i, row in ipairs(conn:execute(statement):all()) do out[i] = {row:unpack()} end
        return out
      end)
    end
    local function ids(statement)
      return engine:connect(function(conn) return conn:scalars(statement):all() end)
    end
    local function where(...) return ids(la.select(item.c.id):where(...):order_by(item.c.id)) end

    it("comparisons, NULL", function()
      assert.same({1, 2}, where(item.c.n:lt(40)))
      assert.same({3}, where(item.c.n:is_(nil)))
      assert.same({1, 2, 4}, where(item.c.n:is_not(nil)))
      assert.same({2, 4}, where(item.c.n:between(11, 40)))
      assert.same({4}, where(item.c.name:eq("O'Neil")))
    end)

    it("IS DISTINCT FROM", function()
      db:needs(pending, "is_distinct_from")
      assert.same({1, 3, 4}, where(item.c.n:is_distinct_from(20)))
      assert.same({3}, where(item.c.n:is_not_distinct_from(nil)))
    end)

    it("IN of lists, of none, of a SELECT", function()
      assert.same({1, 4}, where(item.c.id:in_{1, 4, 99}))
      assert.same({}, where(item.c.id:in_{}))
      assert.same({1, 2, 3, 4}, where(item.c.id:not_in{}))
      assert.same({2}, where(item.c.place_id:in_(la.select(place.c.id):where(place.c.name:eq("there")))))
    end)

    it("IN of tuples", function()
      db:needs(pending, "tuple_in")
      assert.same({1, 2}, where(la.tuple_(item.c.id, item.c.n):in_{{1, 10}, {2, 20}, {4, 10}}))
    end)

    it("LIKE and its escapes", function()
      assert.same({1, 2, 3}, where(item.c.name:like("a%")))
      assert.same({1}, where(item.c.name:contains("_", {autoescape = true})))
      assert.same({2}, where(item.c.name:contains("%", {autoescape = true})))
      assert.same({4}, where(item.c.name:istartswith("o'n")))
    end)

    it("regular expressions", function()
      db:needs(pending, "regular_expressions")
      assert.same({3}, where(item.c.name:regexp_match("^a[a-z]$")))
    end)

    it("ORDER BY, LIMIT, OFFSET", function()
      local ordered = la.select(item.c.id):order_by(item.c.id:desc())
      assert.same({4, 3}, ids(ordered:limit(2)))
      assert.same({2, 1}, ids(ordered:limit(5):offset(2)))
      assert.same({}, ids(ordered:limit(0)))
    end)

    it("NULLS FIRST, NULLS LAST", function()
      db:needs(pending, "nulls_ordering")
      assert.same({3, 1, 2, 4}, ids(la.select(item.c.id):order_by(item.c.n:nulls_first())))
      assert.same({4, 2, 1, 3}, ids(la.select(item.c.id):order_by(item.c.n:desc():nulls_last())))
    end)

    it("GROUP BY, HAVING, DISTINCT", function()
      local counted = la.select(item.c.place_id, func.count(item.c.id)):where(item.c.place_id:is_not(nil))
        :group_by(item.c.place_id):order_by(item.c.place_id)
      assert.same({{1, 2}, {2, 1}}, rows(counted))
      assert.same({{1, 2}}, rows(counted:having(func.count(item.c.id):gt(1))))
      assert.same({1, 2}, ids(la.select(item.c.place_id):where(item.c.place_id:is_not(nil)):distinct()
        :order_by(item.c.place_id)))
    end)

    it("joins", function()
      local joined = la.select(item.c.id, place.c.name):order_by(item.c.id)
      assert.same({{1, "here"}, {2, "there"}, {3, "here"}}, rows(joined:join(place, place.c.id:eq(item.c.place_id))))
      local outer = la.select(item.c.id):outerjoin(place, place.c.id:eq(item.c.place_id))
      assert.same({4}, ids(outer:where(place.c.id:is_(nil))))
    end)

    it("FULL JOIN", function()
      db:needs(pending, "full_join")
      local full = la.select(func.count()):select_from(item:join(place, place.c.id:eq(item.c.place_id), {full = true}))
      assert.same({5}, ids(full))
    end)

    it("EXISTS, scalar subqueries, correlated", function()
      assert.same({1, 2}, ids(la.select(place.c.id):where(la.exists():where(item.c.place_id:eq(place.c.id)))
        :order_by(place.c.id)))
      local count = la.select(func.count(item.c.id)):where(item.c.place_id:eq(place.c.id)):scalar_subquery()
      assert.same({{1, 2}, {2, 1}, {3, 0}}, rows(la.select(place.c.id, count):order_by(place.c.id)))
    end)

    it("subqueries, CASE, CAST, literals", function()
      local sub = la.select(item.c.id, la.case({item.c.n:gt(15), "big"}, {else_ = "small"}):label("size")):subquery()
      assert.same({{"big", 2}, {"small", 2}}, rows(la.select(sub.c.size, func.count(sub.c.id)):group_by(sub.c.size)
        :order_by(sub.c.size)))
      assert.same({{7, "x"}}, rows(la.select(la.cast(la.literal("7"), la.Integer), la.literal("x"))))
    end)

    it("UNION, INTERSECT, EXCEPT", function()
      local low, high = la.select(item.c.id):where(item.c.id:le(3)), la.select(item.c.id):where(item.c.id:ge(3))
      local function sorted(statement)
        local list = ids(statement)
        table.sort(list)
        return list
      end
      assert.same({1, 2, 3, 4}, sorted(low:union(high)))
      assert.same({1, 2, 3, 3, 4}, sorted(low:union_all(high)))
      assert.same({3}, sorted(low:intersect(high)))
      assert.same({1, 2}, sorted(low:except_(high)))
      assert.same({4, 3}, ids(low:union(high):order_by(la.desc("id")):limit(2)))
    end)

    it("set operations within set operations", function()
      db:needs(pending, "nested_set_operations")
      local function of(id) return la.select(item.c.id):where(item.c.id:eq(id)) end
      assert.same({1}, ids(la.except_(of(1):union(of(2)), of(2):union(of(3)))))
    end)

    it("common table expressions", function()
      db:needs(pending, "cte")
      local cte = la.select(item.c.id):where(item.c.id:gt(2)):cte("late")
      assert.same({3, 4}, ids(la.select(cte.c.id):order_by(cte.c.id)))
      local numbers = la.select(la.literal(1):label("n")):cte("numbers", {recursive = true})
      numbers = numbers:union_all(la.select(numbers.c.n + 1):where(numbers.c.n:lt(4)))
      assert.same({1, 2, 3, 4}, ids(la.select(numbers.c.n):order_by(numbers.c.n)))
    end)

    it("window functions", function()
      db:needs(pending, "window_functions")
      local number = func.row_number():over{partition_by = item.c.place_id, order_by = item.c.id:desc()}
      assert.same({{1, 2}, {3, 1}}, rows(la.select(item.c.id, number):where(item.c.place_id:eq(1)):order_by(item.c.id)))
    end)

    it("aggregates of some rows", function()
      db:needs(pending, "aggregate_filter")
      assert.same({{4, 1}}, rows(la.select(func.count(item.c.id), func.count(item.c.id):filter(item.c.n:gt(30)))))
    end)

    it("VALUES", function()
      db:needs(pending, "values", "cte")
      local v = la.values(la.column("a", la.Integer), la.column("b", la.String), {name = "v"}):data{{1, "x"}, {2, "y"}}
      assert.same({{1, "x"}, {2, "y"}}, rows(la.select(v.c.a, v.c.b):order_by(v.c.a)))
    end)

    it("LATERAL", function()
      db:needs(pending, "lateral")
      local last = la.select(item.c.id):where(item.c.place_id:eq(place.c.id)):order_by(item.c.id:desc()):limit(1)
        :lateral("l")
      assert.same({{1, 3}, {2, 2}}, rows(la.select(place.c.id, last.c.id):join(last, la.true_()):order_by(place.c.id)))
    end)

    it("FOR UPDATE", function()
      db:needs(pending, "for_update")
      assert.same({1}, ids(la.select(item.c.id):where(item.c.id:eq(1)):with_for_update{nowait = true}))
    end)
  end)
end
