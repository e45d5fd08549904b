-- What functions give, on every database: windows with frames, ordered aggregates, powers.
local la = require "lualchemy"
local support = require "spec.support"

local func, bound = la.func, la.FrameClauseType

local function sales(engine)
  local t = la.Table("function_sale", la.MetaData(),
    la.Column("id", la.Integer, {primary_key = true, autoincrement = false}), la.Column("day", la.DateTime),
    la.Column("shop", la.String(10)), la.Column("n", la.Integer))
  t.metadata:drop_all(engine)
  t.metadata:create_all(engine)
  engine:begin(function(conn)
    conn:execute(t:insert(), {
      {id = 1, day = la.datetime(2024, 5, 1), shop = "b", n = 1},
      {id = 2, day = la.datetime(2024, 5, 2), shop = "a", n = 2},
      {id = 3, day = la.datetime(2024, 5, 9), shop = "c", n = 4},
      {id = 4, day = la.datetime(2024, 5, 10), shop = "a", n = 8},
    })
  end)
  return t
end

for db in support.databases() do
  describe("functions in " .. db.name, function()
    local engine, t
    setup(function()
      engine = db:engine()
      t = sales(engine)
    end)
    teardown(function() t.metadata:drop_all(engine) end)

    local function column(expression)
      return engine:connect(function(conn)
        return conn:execute(la.select(expression):select_from(t):order_by(t.c.id)):scalars():all()
      end)
    end

    it("a frame of numbers", function()
      db:needs(pending, "window_functions")
      local frame = la.FrameClause(1, 1, bound.PRECEDING, bound.FOLLOWING)
      assert.same({3, 7, 14, 12}, column(func.sum(t.c.n):over{order_by = t.c.id, rows = frame}))
      assert.same({3, 7, 14, 12}, column(func.sum(t.c.n):over{order_by = t.c.id, range_ = frame}))
    end)

    it("a frame that excludes the row", function()
      db:needs(pending, "window_exclude")
      local before = func.sum(t.c.n):over{order_by = t.c.id, rows = {-1, 0}, exclude = "CURRENT ROW"}
      assert.same({la.NULL, 1, 2, 4}, column(before))
    end)

    it("pow", function()
      db:needs(pending, "power")
      assert.equal(8, tonumber(tostring(engine:connect(function(conn)
        return conn:scalar(la.select(func.pow(t.c.n, 3)):where(t.c.id:eq(2)))
      end))))
    end)

    it("a frame of an interval", function()
      db:needs(pending, "interval_frames")
      local frame = la.FrameClause(la.timedelta{days = 7}, nil, bound.PRECEDING, bound.CURRENT)
      assert.same({1, 3, 6, 12}, column(func.sum(t.c.n):over{order_by = t.c.day, range_ = frame}))
    end)

    it("aggregates in an order", function()
      db:needs(pending, "ordered_aggregates")
      engine:connect(function(conn)
        local names = func.aggregate_strings(t.c.shop, "'-"):aggregate_order_by(t.c.shop, t.c.id:desc())
        assert.equal("a'-a'-b'-c", conn:scalar(la.select(names)))
        local ids = func.array_agg(t.c.id):aggregate_order_by(t.c.n:desc()):filter(t.c.n:lt(5))
        assert.same({3, 2, 1}, conn:scalar(la.select(ids)))
      end)
    end)

    it("any, all and some", function()
      db:needs(pending, "postgresql_types")
      engine:connect(function(conn)
        local few = func.any(la.postgresql.array{1, 2})
        assert.same({3, 4}, conn:scalars(la.select(t.c.id):where(la.not_(t.c.id:eq(few))):order_by(t.c.id)):all())
      end)
    end)
  end)
end
