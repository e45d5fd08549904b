--- What the command line and the environment ask for.
local usage = [[
bench/run [options]: runs the benchmark and prints its tables
  --job NAMES     suites, jobs or suite.job, with commas      (JOBS)   default: all
  --db NAMES      sqlite, postgresql                          (DB)     default: both
  --only NAMES    participants                                (ONLY)   default: all that are installed
  --rounds N      how often each plays; medians are printed   (ROUNDS) default: 5
  --scale X       a part of the sizes: 0.1                    (SCALE)  default: 1
  --write         writes bench/RESULTS.md, of all results that are kept
  --report        writes it and plays nothing
  --results FILE  where results are kept between runs              default: build/bench/results.tsv
  --list          names jobs and participants
SQLALCHEMY names a checkout of SQLAlchemy to run beside Debian's, PYTHON the interpreter of both.
Results are kept; a job that is run again replaces its own.]]

local function set_of(text)
  if not text or text == "" then return nil end
  local set = {}
  for name in text:gmatch("[^,%s]+") do set[name] = true end
  return set
end

local options = {
  jobs = set_of(os.getenv("JOBS")),
  db = set_of(os.getenv("DB")) or {sqlite = true, postgresql = true},
  only = set_of(os.getenv("ONLY")),
  rounds = tonumber(os.getenv("ROUNDS") or 5),
  results = (os.getenv("BUILD") or "build") .. "/bench/results.tsv",
  scale = tonumber(os.getenv("SCALE") or 1),
}

local takes = {
  ["--job"] = function(value) options.jobs = set_of(value) end,
  ["--db"] = function(value) options.db = set_of(value) end,
  ["--only"] = function(value) options.only = set_of(value) end,
  ["--rounds"] = function(value) options.rounds = tonumber(value) end,
  ["--results"] = function(value) options.results = value end,
  ["--scale"] = function(value) options.scale = tonumber(value) end,
}

local function parse(args)
  local i = 1
  while args[i] do
    local word = args[i]
    if word == "--write" or word == "--report" then
      options.write = true
      options.report = word == "--report"
    elseif word == "--list" then
      options.list = true
    elseif takes[word] and args[i + 1] then
      takes[word](args[i + 1])
      i = i + 1
    else
      io.stderr:write(usage, "\n")
      os.exit(2)
    end
    i = i + 1
  end
  return options
end

return parse
