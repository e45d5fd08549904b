--- How a dialect writes names: `dialect.identifier_preparer`, `compiler.preparer`.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

--- @class lualchemy.IdentifierPreparer
--- @field dialect lualchemy.Dialect
--- @field initial_quote string
--- @field final_quote string
local methods = {}

--- The name as an identifier, quoted where it must be, or as a quoted_name wants it.
--- @param name any
--- @return string
function methods:quote(name)
  if core.is_node(name) then return core.dialect_quote(self.dialect.core, name, "s") end
  return core.dialect_quote(self.dialect.core, name, false)
end
methods.quote_schema = methods.quote
methods.format_schema = methods.quote
methods.format_collation = methods.quote

--- The name in quotes.
--- @param name string
--- @return string
function methods:quote_identifier(name) return core.dialect_quote(self.dialect.core, name, true) end

local function own(self, item, field)
  return core.dialect_quote(self.dialect.core, core.element(item), field)
end

--- A table's name, with its schema.
--- @param t any
--- @param options? {use_schema?: boolean, name?: string}
--- @return string
function methods:format_table(t, options)
  local o = options or {}
  local name = o.name and self:quote(o.name) or own(self, t, "name")
  local schema = o.use_schema ~= false and core.kind(core.element(t)) == "TABLE" and own(self, t, "schema")
  return schema and schema .. "." .. name or name
end

--- A column's name, with its table if that is wanted.
--- @param column any
--- @param options? {use_table?: boolean, name?: string, table_name?: string, use_schema?: boolean}
--- @return string
function methods:format_column(column, options)
  local o = options or {}
  local node = core.element(column)
  if core.get(node, "is_literal") ~= 0 then return o.name or core.get(node, "name") end
  local name = o.name and self:quote(o.name) or own(self, node, "name")
  if not o.use_table then return name end
  return self:format_table(core.get(node, "table"), {use_schema = o.use_schema == true, name = o.table_name}) .. "."
    .. name
end

local function named(self, item)
  local name = own(self, item, "name")
  if not name then err.raise("CompileError", "%s has no name", core.kind(core.element(item)):lower()) end
  return name
end

methods.format_index, methods.format_constraint, methods.format_alias = named, named, named
methods.format_label, methods.format_savepoint = named, methods.quote

--- A sequence's name, with its schema.
--- @param sequence any
--- @return string
function methods:format_sequence(sequence)
  local schema = own(self, sequence, "schema")
  return schema and schema .. "." .. named(self, sequence) or named(self, sequence)
end

--- Raises unless a phrase that is written as it is (ON DELETE, INITIALLY) is one of those known.
--- @param phrase string
--- @param pattern string a Lua pattern
--- @return string
function methods:validate_sql_phrase(phrase, pattern) -- luacheck: no self
  if not phrase:find(pattern) then
    err.raise("CompileError", "Unexpected SQL phrase: '%s' (matching against '%s')", phrase, pattern)
  end
  return phrase
end

--- The names of "schema.table.column", without their quotes.
--- @param identifiers string
--- @return string[]
function methods:unformat_identifiers(identifiers)
  local sample = self:quote_identifier("x")
  local open, close = sample:sub(1, 1), sample:sub(3, 3)
  local out, at = {}, 1
  while at <= #identifiers do
    if identifiers:sub(at, at) == open then
      local name, from = "", at + 1
      repeat
        local to = identifiers:find(close, from, true) or #identifiers + 1
        name = name .. identifiers:sub(from, to - 1)
        local twice = identifiers:sub(to + 1, to + 1) == close
        if twice then name = name .. close end
        from = to + (twice and 2 or 1)
      until not twice
      out[#out + 1], at = name, from + 1
    else
      local name = identifiers:match("^[^.]*", at)
      out[#out + 1], at = name, at + #name + 1
    end
  end
  return out
end

--- Where the signs around a quoted name are.
local SIGN = {initial_quote = 1, final_quote = 3}

local Preparer = {__index = function(self, key)
  local at = SIGN[key]
  if at then return self:quote_identifier("x"):sub(at, at) end
  return methods[key]
end}

return {
  --- The preparer of a dialect object.
  new = function(dialect) return setmetatable({dialect = dialect}, Preparer) end,
}
