--- What is measured. The first suites are the jobs of SQLAlchemy's examples/performance, with its sizes.
--
-- A job has a name, a size, what the database holds before it (`setup`; `reads`: and still does afterwards), what must
-- have come of it (`expect`; without it the same must have come of it for all), and what it is held to: `goal`, a
-- multiple of SQLAlchemy's speed, or `limit`, in the suite's unit. `plays` names the suite and job of the players where
-- it is another. What a suite says holds for its jobs. A suite that is `inside` asks for no server,
-- one that is `ours` is played by Lualchemy alone.
local GOALS = {orm = 6, core = 3, fetch = 2}

local function job(name, class, more)
  local made = {name = name, class = class, goal = GOALS[class]}
  for key, value in pairs(more or {}) do made[key] = value end
  return made
end

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
local function read(n) return ("%d %d customer name %d customer description %d"):format(n, n, n - 1, n - 1) end

--- The keys that short_selects asks for: without pattern, none twice (10999 has no factor in common with 7919).
local function sum_of_keys(n)
  local sum = 0
  for i = 1, n do sum = sum + i * 7919 % 10999 + 1 end
  return ("%d %d"):format(n, sum)
end

local suites = {
  {
    name = "bulk_inserts", size = 100000, setup = "empty", expect = stored,
    job("flush_no_pk", "orm"), job("flush_pk_given", "orm"), job("orm_bulk_insert", "orm"),
    job("orm_insert_returning", "orm"), job("core_insert", "core"), job("dbapi_raw"),
    job("make_rows", nil, {setup = false, expect = tostring}),
  },
  {
    name = "bulk_updates", size = 100000, setup = "filled",
    expect = function(n) return stored(n, #"updated") end,
    job("orm_flush", "orm"), job("dbapi_raw"),
  },
  {
    name = "large_resultsets", size = 500000, setup = "filled", reads = true, expect = read,
    job("orm_full_objects_list", "orm"), job("orm_full_objects_chunks", "orm"), job("orm_bundles", "fetch"),
    job("orm_columns", "fetch"), job("core_fetchall", "fetch"), job("core_fetchall_mapping", "fetch"),
    job("core_fetchmany_w_streaming", "fetch"), job("core_fetchmany", "fetch"),
    job("dbapi_fetchall_plus_append_objects"), job("dbapi_fetchall_no_object"),
  },
  {
    name = "short_selects", size = 10000, setup = "wide", reads = true, expect = sum_of_keys,
    job("orm_query_classic_style", "orm"), job("orm_query_classic_style_w_cache", "orm"),
    job("orm_query_new_style", "orm"), job("orm_query_new_style_cache", "orm"),
    job("orm_query_classic_style_cols_only", "orm"), job("orm_query_classic_style_cols_only_cache", "orm"),
    job("core_new_stmt_each_time", "core"), job("core_new_stmt_each_time_compiled_cache", "core"),
    job("core_reuse_stmt", "core"), job("core_reuse_stmt_compiled_cache", "core"), job("dbapi_raw"),
  },
  {
    name = "single_inserts", size = 10000, setup = "empty", expect = stored,
    job("orm_commit", "orm"), job("bulk_save", "orm"), job("bulk_insert_dictionaries", "orm"), job("core", "core"),
    job("core_query_caching", "core"), job("dbapi_raw_w_connect"), job("dbapi_raw_w_pool"),
  },
  {
    name = "compile", size = 200, inside = true,
    job("build", "core"), job("compile", "core", {goal = 50}), job("cache_hit", "core", {goal = 20}),
    job("build_and_compile", "core"), job("execute_cached", "core"), job("execute_not_cached", "core"),
  },
  {
    name = "memory", size = 100000, setup = "filled", reads = true, inside = true, unit = "bytes each", expect = read,
    job("object", nil, {limit = 450}), job("object_resident"), job("object_detached"), job("row"),
    job("row_resident"), job("session", nil, {size = 10000, expect = tostring}),
  },
  {
    name = "start", size = 1, inside = true, unit = "seconds",
    job("first_query", nil, {limit = 0.010}), job("configure_classes", nil, {size = 1000, limit = 1}),
  },
}

--- Cost per row at three sizes.
local scale = {name = "scale", inside = true, unit = "microseconds per row", ours = true}
local scaled = {
  {"bulk_inserts", "core_insert", stored, "empty"}, {"bulk_inserts", "flush_pk_given", stored, "empty"},
  {"large_resultsets", "core_fetchall", read, "filled"}, {"large_resultsets", "orm_full_objects_list", read, "filled"},
}
for _, what in ipairs(scaled) do
  for _, size in ipairs{10000, 100000, 1000000} do
    scale[#scale + 1] = job(("%s_%d"):format(what[2], size), nil, {
      plays = {what[1], what[2]}, expect = what[3], setup = what[4], size = size, per_row = true,
    })
  end
end
suites[#suites + 1] = scale

for _, suite in ipairs(suites) do
  for _, one in ipairs(suite) do
    for _, key in ipairs{"size", "setup", "reads", "expect"} do
      if one[key] == nil then one[key] = suite[key] end
    end
    one.plays = one.plays or {suite.name, one.name}
  end
end

return suites
