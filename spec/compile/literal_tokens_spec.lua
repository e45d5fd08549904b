-- What the compiler writes for hostile strings, read with the rules of each database: one token, and the value again.
local la = require "lualchemy"
local lexer = require "spec.support.lexer"
local strings = require "spec.support.hostile.strings"

local old = la.postgresql.dialect{_backslash_escapes = true}
local plain = la.postgresql.dialect{_backslash_escapes = false}
local DIALECTS = {default = "default", sqlite = "sqlite", postgresql = plain, ["postgresql, old"] = old,
  mysql = "mysql", mariadb = "mariadb", mssql = "mssql", oracle = "oracle"}

local function written(construct, dialect)
  return tostring(construct:compile{dialect = dialect, paramstyle = "named", literal_binds = true})
end

local function json_table(s) return la.select(la.literal({[s] = s}, la.JSON)) end

--- Constructs in which the string stands once, as a string.
local LITERALS = {
  ["a String"] = function(s) return la.select(la.literal(s, la.String)) end,
  ["a Unicode"] = function(s) return la.select(la.literal(s, la.Unicode)) end,
  ["an Enum"] = function(s) return la.select(la.literal(s, la.Enum(s, s .. "x", {name = "e"}))) end,
  ["a list"] = function(s) return la.select(1):where(la.column("a", la.String):in_{s}) end,
  ["a TypeDecorator"] = function(s)
    return la.select(la.literal(s, la.types.TypeDecorator:class("Own", {impl = la.String, cache_ok = true})))
  end,
  ["a row"] = function(s) return la.insert(la.table("t", la.column("a", la.String))):values{a = s} end,
}

--- The same in DDL.
local DDL = {
  ["a comment of a table"] = function(s)
    return la.schema.SetTableComment(la.Table("t", la.MetaData(), la.Column("a", la.Integer), {comment = s}))
  end,
  ["a server_default"] = function(s)
    return la.schema.CreateTable(la.Table("t", la.MetaData(), la.Column("a", la.String(5), {server_default = s})))
  end,
  ["a label of an enum"] = function(s)
    return la.schema.CreateTable(la.Table("t", la.MetaData(), la.Column("a", la.Enum(s, {name = "e",
      native_enum = false, length = 999, create_constraint = true}))))
  end,
}

--- What SQL Server's procedure for comments is given besides.
local WORDS = {MS_Description = true, schema = true, table = true}

local function check_string(make, name, dialect, s)
  local ok, sql = pcall(written, make(s.text), dialect)
  if not ok then -- what SQL Server would not give back has no literal
    return assert.is_truthy(name == "mssql" and s.text:find("\\[\r\n]") and la.exc.CompileError:is(sql), tostring(sql))
  end
  assert.same({}, lexer.of_kind(sql, name, "comment"), sql)
  local found = {}
  for _, text in ipairs(lexer.of_kind(sql, name, "string")) do
    if not WORDS[text] then found[#found + 1] = text end
  end
  assert.same({s.text}, found, sql)
end

local function short(s) return #s.text < 1000 end

for name, dialect in pairs(DIALECTS) do
  describe("hostile strings written for " .. name, function()
    for what, make in pairs(LITERALS) do
      it("as " .. what, function()
        for _, s in ipairs(strings) do
          if short(s) then check_string(make, name, dialect, s) end
        end
      end)
    end

    for what, make in pairs(DDL) do
      it("as " .. what, function()
        for _, s in ipairs(strings) do
          if short(s) then check_string(make, name, dialect, s) end
        end
      end)
    end

    it("as JSON", function()
      for _, s in ipairs(strings) do
        local ok, sql = pcall(written, json_table(s.text), dialect)
        if ok then
          local literal = lexer.of_kind(sql, name, "string")
          assert.equal(1, #literal, sql)
          assert.equal(s.text, require("lualchemy.core").json_decode(literal[1])[s.text])
        else
          assert.is_true(s.invalid or la.exc.CompileError:is(sql), tostring(sql))
        end
      end
    end)

    it("as names", function()
      for _, s in ipairs(strings) do
        local text = s.text .. "\1" -- always quoted
        if short(s) then
          local sql = written(la.select(la.column(text):label(text .. "2")):select_from(la.table(text .. "3")), dialect)
          assert.same({text, text .. "2", text .. "3"}, lexer.of_kind(sql, name, "name"), sql)
          assert.same({}, lexer.of_kind(sql, name, "comment"), sql)
        end
      end
    end)
  end)
end
