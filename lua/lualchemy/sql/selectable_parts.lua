--- Pieces that several statements take: prefixes, hints, execution options.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local dialect_options = require "lualchemy.sql.schema_options"
local from = require "lualchemy.sql.selectable_from"

local given, either = from.given, from.either
local parts = {}

-- ---- prefixes and suffixes ----

local function with_text(name, list)
  return function(self, ...)
    local p, o = args.take(name, {dialect = true}, ...)
    local texts = {}
    for i = 1, p.n do
      texts[i] = core.new("PREFIX", {
        text = core.coerce(core.roles.option, p[i]), dialect = given(o.dialect) or "*",
      })
    end
    return core.append(self, list, texts)
  end
end

--- Text behind the first word of the statement (trusted text: it is rendered as given).
parts.prefix_with = with_text("prefix_with", "prefixes")
--- Text behind the statement.
parts.suffix_with = with_text("suffix_with", "suffixes")

-- ---- hints ----

--- hints with one more, in the place of that for the same table and dialect.
local function with_hint(self, target, text, dialect)
  if type(text) ~= "string" then err.raise("ArgumentError", "with_hint: argument 'text' must be a string") end
  local hint, kept = core.new("HINT", {table = target, text = text, dialect = dialect}), {}
  if not target then return core.append(self, "hints", {hint}) end
  local place
  for i, h in ipairs(core.get(self, "hints")) do
    if core.get(h, "table") == target and core.get(h, "dialect") == dialect then place = i end
    kept[i] = h
  end
  kept[place or #kept + 1] = hint
  return core.with(self, {hints = kept})
end

local HINT = {dialect_name = true, selectable = true, text = true}

--- A hint for one FROM; `%(name)s` in it is the FROM's name.
--- @param ... any FROM, text, name of a dialect
function parts.with_hint(self, ...)
  local p, o = args.take("with_hint", HINT, ...)
  local target = core.coerce(core.roles.from, either(p[1], o.selectable))
  return with_hint(self, target, either(p[2], o.text), either(p[3], o.dialect_name) or "*")
end

--- A hint for the statement.
--- @param ... any text, name of a dialect
function parts.with_statement_hint(self, ...)
  local p, o = args.take("with_statement_hint", HINT, ...)
  return with_hint(self, nil, either(p[1], o.text), either(p[2], o.dialect_name) or "*")
end

--- with_hint of INSERT, UPDATE and DELETE: the text comes first; without a FROM it is for their table.
--- @param ... any text, FROM, name of a dialect
function parts.with_table_hint(self, ...)
  local p, o = args.take("with_hint", HINT, ...)
  local target = either(p[2], o.selectable) or core.get(self, "table")
  return with_hint(self, core.element(target), either(p[1], o.text), either(p[3], o.dialect_name) or "*")
end

-- ---- options ----

local FORBIDDEN = {
  isolation_level = "'isolation_level' execution option may only be specified on Connection.execution_options(), or "
    .. "per-engine using the isolation_level argument to create_engine().",
  compiled_cache = "'compiled_cache' execution option may only be specified on Connection.execution_options(), not per "
    .. "statement.",
}

--- Options for the execution of the statement; those given before stay.
function parts.execution_options(self, options)
  local all = {}
  for k, v in pairs(core.get(self, "execution_options") or {}) do all[k] = v end
  for k, v in pairs(options or {}) do
    if FORBIDDEN[k] then err.raise("ArgumentError", "%s", FORBIDDEN[k]) end
    all[k] = v
  end
  return core.with(self, {execution_options = all})
end

function parts.get_execution_options(self)
  local all = {}
  for k, v in pairs(core.get(self, "execution_options") or {}) do all[k] = v end
  return all
end

--- Options of the ORM for loading.
function parts.options(self, ...)
  local list = {}
  for i = 1, select("#", ...) do
    local option = (select(i, ...))
    local node = core.is_node(option) and option or core.element(option)
    if core.kind(node) ~= "OPTION" then
      err.raise("ArgumentError", "options: argument %d must be a loader option", i)
    end
    list[i] = node
  end
  return core.append(self, "options", list)
end

--- What a dialect takes on behalf of statements of a kind.
local TAKEN = {
  mysql = {UPDATE = {limit = true}, DELETE = {limit = true}},
  oracle = {SELECT = {fetch_approximate = true}, COMPOUND = {fetch_approximate = true}},
}
TAKEN.mariadb = TAKEN.mysql

--- The statement with options of a dialect: {mysql_limit = 5}.
function parts.with_dialect_options(self, given_options)
  local kind = core.kind(self)
  for name in pairs(given_options) do
    local dialect, option = tostring(name):match("^(.-)_(.+)$")
    if not dialect then
      err.raise("ArgumentError", "Additional arguments should be named <dialectname>_<argument>, got '%s'",
        tostring(name))
    elseif not ((TAKEN[dialect] or {})[kind] or {})[option] then
      err.raise("ArgumentError", "Argument '%s' is not accepted by dialect '%s' on behalf of %s", name, dialect, kind)
    end
  end
  local list = dialect_options.merge(core.get(self, "dialect_options"), dialect_options.pairs(given_options))
  return core.with(self, {dialect_options = list})
end

--- The statement without names of the ORM, as it is in a FROM (the ORM knows how).
function parts.plain(statement) return statement end

core.methods({"SELECT"}, {
  prefix_with = parts.prefix_with, suffix_with = parts.suffix_with, with_hint = parts.with_hint,
  with_statement_hint = parts.with_statement_hint,
})
core.methods({"SELECT", "COMPOUND", "TEXT_SELECT", "INSERT", "UPDATE", "DELETE"}, {
  execution_options = parts.execution_options, get_execution_options = parts.get_execution_options,
  options = parts.options,
})
core.methods({"TEXT", "DDL"}, {
  execution_options = parts.execution_options, get_execution_options = parts.get_execution_options,
})
core.methods({"FUNCTION"}, {
  --- The SELECT of the function, with options for its execution.
  execution_options = function(self, options)
    return require("lualchemy.sql.api").select(self):execution_options(options)
  end,
  get_execution_options = function() return {} end,
})
core.methods({"INSERT", "UPDATE", "DELETE"}, {
  prefix_with = parts.prefix_with, with_hint = parts.with_table_hint, with_dialect_options = parts.with_dialect_options,
})

return parts
