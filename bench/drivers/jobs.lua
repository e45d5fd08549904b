--- The jobs of the plain drivers: what a program does that has no layer over its driver.
--
-- A driver is a function that connects and returns db: exec(sql), statement(sql) -> function(...) that runs it with
-- these values for its "?", query(sql) -> function(...) -> iterator over rows (arrays), begin(), commit(), close().
local function name(i) return "customer name " .. i end
local function description(i) return "customer description " .. i end

local INSERT = "INSERT INTO customer (name, description) VALUES (?, ?)"

local function stored(db)
  local row = db.query(
    "SELECT count(*), CAST(sum(id) AS TEXT), sum(length(name)), sum(length(description)) FROM customer")()()
  return ("%d %d %d %d"):format(row[1], row[2], row[3], row[4])
end

--- @param connect fun(bench: table, file: string?): table
--- @return table<string, table<string, function>> suites of jobs
return function(connect)
  local function open(bench, file)
    local db = connect(bench, file)
    for _, sql in ipairs(bench.setup()) do db.exec(sql) end
    return db
  end

  local function insert_all(bench)
    local db = open(bench)
    bench.time(function()
      db.begin()
      local insert = db.statement(INSERT)
      for i = 0, bench.n - 1 do insert(name(i), description(i)) end
      db.commit()
    end)
    return stored(db)
  end

  local function update_all(bench)
    local db = open(bench)
    bench.time(function()
      db.begin()
      local update = db.statement("UPDATE customer SET description=? WHERE id = ?")
      for i = 1, bench.n do update(description(i - 1) .. "updated", i) end
      db.commit()
    end)
    return stored(db)
  end

  --- `kept`: a list of objects with named fields is made of them.
  local function fetch_all(kept)
    return function(bench)
      local db = open(bench)
      local count, row = bench.time(function()
        local count, last, objects = 0, nil, nil
        if kept then objects = {} end
        for r in db.query("SELECT id, name, description FROM customer LIMIT " .. bench.n)() do
          count = count + 1
          last = r
          if kept then objects[count] = {id = r[1], name = r[2], description = r[3]} end
        end
        return count, last, objects
      end)
      return ("%d %d %s %s"):format(count, row[1], row[2], row[3])
    end
  end

  local function fetch_keys(bench)
    local db, n = open(bench), bench.n
    local sum = bench.time(function()
      local sum, query = 0, db.query("SELECT id, name, description, q, p, x, y, z FROM customer WHERE id = ?")
      for i = 1, n do sum = sum + query(i * 7919 % 10999 + 1)()[1] end
      return sum
    end)
    return ("%d %d"):format(n, sum)
  end

  local function insert_each(bench)
    local db = open(bench)
    bench.time(function()
      local insert = db.statement(INSERT)
      for i = 0, bench.n - 1 do
        db.begin()
        insert(name(i), description(i))
        db.commit()
      end
    end)
    return stored(db)
  end

  local function connect_each(bench)
    local db = open(bench, bench.file)
    bench.time(function()
      for i = 0, bench.n - 1 do
        local own = connect(bench, bench.file)
        own.begin()
        own.statement(INSERT)(name(i), description(i))
        own.commit()
        own.close()
      end
    end)
    return stored(db)
  end

  return {
    bulk_inserts = {dbapi_raw = insert_all},
    bulk_updates = {dbapi_raw = update_all},
    large_resultsets = {
      dbapi_fetchall_no_object = fetch_all(false),
      dbapi_fetchall_plus_append_objects = fetch_all(true),
    },
    short_selects = {dbapi_raw = fetch_keys},
    single_inserts = {dbapi_raw_w_pool = insert_each, dbapi_raw_w_connect = connect_each},
  }
end
