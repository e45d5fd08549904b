-- A construct and the SQL it becomes, all dialects side by side:
--
--    compiles("limit", function() return la.select(t):limit(5) end, {
--      default = "SELECT t.id FROM t LIMIT :param_1",
--      mssql = "SELECT TOP 5 t.id FROM t",
--      params = {param_1 = 5},
--    })
--
-- A missing dialect means "as the default". Line breaks and tabs are left out before comparing, as in SQLAlchemy's own
-- tests; where the wanted text has a line break they count. {fails = "text"} in place of SQL wants a CompileError whose
-- message has that text. `options` are further ones of `compile`.

local assert = require "luassert"

local ALWAYS = {"default", "sqlite", "postgresql"}
local WHERE_GIVEN = {"mysql", "mssql", "oracle"}

local known = {params = true, options = true}
for _, list in ipairs {ALWAYS, WHERE_GIVEN} do
  for _, dialect in ipairs(list) do known[dialect] = true end
end

local function compile(construct, dialect, options)
  local all = {dialect = dialect, paramstyle = "named"}
  for name, value in pairs(options or {}) do all[name] = value end
  return construct:compile(all)
end

local function check_text(text, wanted)
  if not wanted:find("\n") then text = text:gsub("[\n\t]", "") end
  assert.equal(wanted, text)
end

local function check_failure(construct, dialect, wanted)
  local ok, err = pcall(compile, construct, dialect, wanted.options)
  assert.is_false(ok, "it compiles")
  assert.is_truthy(tostring(err):find(wanted.fails, 1, true), tostring(err))
end

local function check(construct, dialect, wanted)
  local text = wanted[dialect] or wanted.default
  if type(text) == "table" then return check_failure(construct, dialect, text) end
  local compiled = compile(construct, dialect, wanted.options)
  check_text(tostring(compiled), text)
  if wanted.params then assert.same(wanted.params, compiled.params) end
end

return function(name, construct, wanted)
  for key in pairs(wanted) do assert(known[key], "compiles: no dialect is called " .. tostring(key)) end
  local busted = require "busted"
  local function add(dialect)
    busted.it(name .. ", " .. dialect, function()
      check(type(construct) == "function" and construct() or construct, dialect, wanted)
    end)
  end
  for _, dialect in ipairs(ALWAYS) do
    if wanted[dialect] or wanted.default then add(dialect) end
  end
  for _, dialect in ipairs(WHERE_GIVEN) do
    if wanted[dialect] then add(dialect) end
  end
end
