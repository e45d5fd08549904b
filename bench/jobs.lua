--- The jobs, after SQLAlchemy's examples/performance, with its sizes; what each is held to (`goal`), what the database
-- holds before it (`setup`), and what must have come of it (`expect`).
--
-- Goals are multiples of SQLAlchemy's speed. `floor` names the job of the suite that the plain drivers and the C
-- program play: the same effect, by hand.
local GOALS = {orm = 6, core = 3, fetch = 2}

local function job(name, class) return {name = name, class = class, goal = GOALS[class]} end

local function length_of(prefix, n)
  local length = 0
  for i = 0, n - 1 do length = length + #(prefix .. i) end
  return length
end

--- Count, sum of keys, lengths of texts: of the table's rows after a job that writes.
local function stored(n, added)
  return ("%d %d %d %d"):format(n, n * (n + 1) / 2, length_of("customer name ", n),
    length_of("customer description ", n) + (added or 0) * n)
end

--- Count and last row of a job that reads.
local function read(n)
  return ("%d %d customer name %d customer description %d"):format(n, n, n - 1, n - 1)
end

--- The keys that short_selects asks for: without pattern, none twice (10999 has no factor in common with 7919).
local function sum_of_keys(n)
  local sum = 0
  for i = 1, n do sum = sum + i * 7919 % 10999 + 1 end
  return ("%d %d"):format(n, sum)
end

return {
  {
    name = "bulk_inserts", size = 100000, setup = "empty", floor = "dbapi_raw", expect = stored,
    job("flush_no_pk", "orm"), job("flush_pk_given", "orm"), job("orm_bulk_insert", "orm"),
    job("orm_insert_returning", "orm"), job("core_insert", "core"), job("dbapi_raw"),
  },
  {
    name = "bulk_updates", size = 100000, setup = "filled", floor = "dbapi_raw",
    expect = function(n) return stored(n, #"updated") end,
    job("orm_flush", "orm"), job("dbapi_raw"),
  },
  {
    name = "large_resultsets", size = 500000, setup = "filled", reads = true, floor = "dbapi_fetchall_no_object",
    expect = read,
    job("orm_full_objects_list", "orm"), job("orm_full_objects_chunks", "orm"), job("orm_bundles", "fetch"),
    job("orm_columns", "fetch"), job("core_fetchall", "fetch"), job("core_fetchall_mapping", "fetch"),
    job("core_fetchmany_w_streaming", "fetch"), job("core_fetchmany", "fetch"),
    job("dbapi_fetchall_plus_append_objects"), job("dbapi_fetchall_no_object"),
  },
  {
    name = "short_selects", size = 10000, setup = "wide", reads = true, floor = "dbapi_raw", expect = sum_of_keys,
    job("orm_query_classic_style", "orm"), job("orm_query_classic_style_w_cache", "orm"),
    job("orm_query_new_style", "orm"), job("orm_query_new_style_cache", "orm"),
    job("orm_query_classic_style_cols_only", "orm"), job("orm_query_classic_style_cols_only_cache", "orm"),
    job("core_new_stmt_each_time", "core"), job("core_new_stmt_each_time_compiled_cache", "core"),
    job("core_reuse_stmt", "core"), job("core_reuse_stmt_compiled_cache", "core"), job("dbapi_raw"),
  },
  {
    name = "single_inserts", size = 10000, setup = "empty", floor = "dbapi_raw_w_pool", expect = stored,
    job("orm_commit", "orm"), job("bulk_save", "orm"), job("bulk_insert_dictionaries", "orm"), job("core", "core"),
    job("core_query_caching", "core"), job("dbapi_raw_w_connect"), job("dbapi_raw_w_pool"),
  },
}
