--- Operations of Core whose instructions are counted: name, and a function that makes what is run. It returns the
-- operation and, where each run needs something of its own, what comes before it and is not counted.
local model = require "bench.counts.model"
local la, users, addresses = model.la, model.users, model.addresses

local function open(n)
  local conn = model.engine(n):connect()
  return conn
end

local function build()
  return la.select(users.c.id, users.c.name, la.func.count(addresses.c.id):label("n"))
    :join(addresses, users.c.id:eq(addresses.c.user_id))
    :where(la.and_(users.c.name:like("a%"), users.c.id:in_{1, 2, 3}, addresses.c.email:is_not(nil)))
    :group_by(users.c.id, users.c.name):order_by(users.c.name:desc()):limit(10)
end

return {
  {"create an engine, connect, query", function()
    return function()
      return la.create_engine("sqlite://"):connect(function(conn) return conn:execute(la.text("SELECT 1")):scalar() end)
    end
  end},

  {"build a select", function() return build end},

  {"compile a select", function()
    local stmt, dialect = build(), la.sqlite.dialect()
    return function() return tostring(stmt:compile{dialect = dialect}) end
  end},

  {"compile a recursive CTE", function()
    local dialect = la.postgresql.dialect()
    local base = la.select(users.c.id, users.c.name):where(users.c.id:eq(1)):cte("tree", {recursive = true})
    local tree = base:union_all(la.select(users.c.id, users.c.name):where(users.c.id:gt(base.c.id)))
    local stmt = la.select(tree):join(addresses, addresses.c.user_id:eq(tree.c.id))
    return function() return tostring(stmt:compile{dialect = dialect}) end
  end},

  {"compile CREATE TABLE", function()
    local dialect = la.postgresql.dialect()
    return function() return tostring(la.schema.CreateTable(addresses):compile{dialect = dialect}) end
  end},

  {"build and execute a select by key, cached", function()
    local conn = open(10)
    return function() return conn:execute(la.select(users):where(users.c.id:eq(5))):first() end
  end},

  {"execute a select by key, cached", function()
    local conn, stmt = open(10), la.select(users):where(users.c.id:eq(la.bindparam("id")))
    return function() return conn:execute(stmt, {id = 5}):first() end
  end},

  {"execute a select, not cached", function()
    local engine = model.engine(10)
    local conn, stmt = engine:connect(), build()
    return function() return conn:execute(stmt):all() end, function() engine:clear_compiled_cache() end
  end},

  {"execute text", function()
    local conn = open(10)
    return function() return conn:execute(la.text("SELECT id, name FROM users WHERE id = :id"), {id = 5}):one() end
  end},

  {"fetch 1000 rows", function()
    local conn, stmt = open(1000), la.select(users)
    return function() return conn:execute(stmt):all() end
  end},

  {"read 3 columns of 1000 rows", function()
    local conn, stmt = open(1000), la.select(users)
    local rows
    return function()
      local id, name, fullname
      for _, row in ipairs(rows) do id, name, fullname = row.id, row.name, row.fullname end
      return id, name, fullname
    end, function() rows = conn:execute(stmt):all() end
  end},

  {"insert 1000 rows", function()
    local conn, rows = open(), {}
    for i = 1, 1000 do rows[i] = {id = i, name = "name " .. i, fullname = "full name " .. i} end
    local insert = users:insert()
    return function() conn:execute(insert, rows) end, function() conn:rollback() end
  end},

  {"insert a row and commit", function()
    local engine, insert = model.engine(), users:insert()
    return function() engine:begin(function(conn) conn:execute(insert, {name = "a", fullname = "b"}) end) end
  end},

  {"update a row", function()
    local conn = open(10)
    return function() return conn:execute(la.update(users):where(users.c.id:eq(5)):values{name = "new"}) end
  end},

  {"check a connection out and in", function()
    local engine = model.engine()
    return function() engine:connect():close() end
  end},

  {"reflect a table", function()
    local engine = model.engine()
    return function() return la.Table("addresses", la.MetaData(), {autoload_with = engine}) end
  end},

  {"inspect columns and keys", function()
    local engine = model.engine()
    return function()
      local inspector = la.inspect(engine)
      return inspector:get_columns("addresses"), inspector:get_foreign_keys("addresses")
    end
  end},
}
