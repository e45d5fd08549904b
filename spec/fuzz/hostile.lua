-- Random strings, made of the hostile ones, in random positions:
--
--   make fuzz [SEED=n] [COUNT=n]
--   scripts/postgres scripts/with-lua lua5.4 lua5.4 spec/fuzz/hostile.lua [SEED [COUNT]]
--
-- COUNT positions on each database, and as many texts of JSON. A failure tells the seed that makes it alone.
local core = require "lualchemy.core"
local hostile = require "spec.support.hostile"
local support = require "spec.support"

local fuzz = {}

-- ---- random ----

local Random = {}
Random.__index = Random

--- The same numbers on every Lua.
local function random(seed) return setmetatable({state = seed % 2147483646 + 1}, Random) end

--- From 1 to n.
function Random:below(n)
  self.state = self.state * 16807 % 2147483647
  return math.floor(self.state / 2147483647 * n) + 1
end

function Random:of(list) return list[self:below(#list)] end

-- ---- strings ----

local short = {}
for _, s in ipairs(hostile.strings) do
  if #s.text < 100 then short[#short + 1] = s.text end
end

local SIGNS = {"'", '"', "\\", "%", ":", "?", "$", "`", "]", "\n", "\0", ";", "--", "/*"}

local CHANGES = {
  function(r, s) return s .. r:of(short) end,
  function(r, s)
    local at = r:below(#s + 1)
    return s:sub(1, at - 1) .. r:of(short) .. s:sub(at)
  end,
  function(r, s)
    local at = r:below(#s + 1)
    return s:sub(1, at - 1) .. s:sub(at + r:below(4))
  end,
  function(r, s)
    local at = r:below(#s + 1)
    return s:sub(1, at - 1) .. string.char(r:below(256) - 1) .. s:sub(at + 1)
  end,
  function(r, s)
    local at = r:below(#s + 1)
    return s:sub(1, at - 1) .. r:of(SIGNS) .. s:sub(at)
  end,
  function(r, s) return s:rep(r:below(3)) end,
  function(_, s) return s:upper() end,
  function(_, s) return s:reverse() end,
}

local function text_of(r)
  local s = r:of(short)
  for _ = 1, r:below(4) do s = r:of(CHANGES)(r, s) end
  return s:sub(1, 3000)
end

-- ---- databases ----

local function positions_for(bench)
  local list = {}
  for _, position in ipairs(hostile.positions) do
    if not position.only or position.only == bench.name then list[#list + 1] = position end
  end
  return list
end

--- Tries `count` random strings in random positions. Returns what went wrong.
function fuzz.database(db, seed, count)
  local bench, failures = hostile.open(db), {}
  local before, positions = hostile.catalogue(bench), positions_for(bench)
  for i = 0, count - 1 do
    local r = random(seed + i)
    local position, text = r:of(positions), text_of(r)
    local wrong = hostile.try(bench, position, hostile.strings.entry("random", text))
    if wrong then
      failures[#failures + 1] = ("%s, %s (SEED=%d COUNT=1): %s"):format(db.name, position.name, seed + i, wrong)
    end
  end
  if hostile.catalogue(bench) ~= before then failures[#failures + 1] = db.name .. ": the catalogue has changed" end
  hostile.close(bench)
  return failures
end

-- ---- JSON ----

local DOCUMENTS = {'{"a": [1, -2.5e10, true, false, null], "b\\u00e9\\n": {"c": "\\ud83d\\ude00"}}', '[[[[]]]]', '"x"',
  '  -0.0E-1 ', "18446744073709551615", '{"a":1,"a":2}'}

--- What is decoded is encoded, and decoded again to the same text. (1e999 is infinite: JSON has no way to write that.)
function fuzz.json(seed, count)
  local failures = {}
  for i = 0, count - 1 do
    local r = random(seed + i)
    local text = r:of(DOCUMENTS)
    for _ = 1, r:below(4) do text = r:of(CHANGES)(r, text) end
    local ok, value = pcall(core.json_decode, text)
    if ok and not hostile.strings.entry("", text).invalid then
      local written, first = pcall(core.json_encode, value)
      local again, second = pcall(function() return core.json_encode(core.json_decode(first)) end)
      local infinite = not written and tostring(first):find("JSON has no number", 1, true)
      if not infinite and (not written or not again or first ~= second) then
        failures[#failures + 1] = ("JSON (SEED=%d COUNT=1): %q is %s, then %s"):format(seed + i, text,
          tostring(first), tostring(second))
      end
    end
  end
  return failures
end

--- Everything. Returns what went wrong.
function fuzz.all(seed, count)
  local failures = fuzz.json(seed, count)
  for db in support.databases() do
    for _, failure in ipairs(fuzz.database(db, seed, count)) do failures[#failures + 1] = failure end
  end
  return failures
end

if arg and tostring(arg[0]):find("fuzz/hostile.lua", 1, true) then
  local seed, count = tonumber(arg[1] or 1), tonumber(arg[2] or 2000)
  local failures = fuzz.all(seed, count)
  print(table.concat(failures, "\n"))
  print(("%d positions and texts from seed %d on, %d failed"):format(count * 3, seed, #failures))
  os.exit(#failures == 0 and 0 or 1)
end

return fuzz
