--- What kind of statement something is: `stmt.is_select`, `stmt.is_dml` …
local core = require "lualchemy.core"

local SELECTS = {SELECT = true, COMPOUND = true, SELECT_GROUPING = true, TEXT_SELECT = true}
local DML = {INSERT = true, UPDATE = true, DELETE = true}

local function one_of(set)
  return function(node) return set[core.kind(node)] == true end
end

core.getters({"EXPR", "FROM", "STATEMENT", "DDL"}, {
  is_select = one_of(SELECTS), is_dml = one_of(DML), is_insert = one_of{INSERT = true},
  is_update = one_of{UPDATE = true}, is_delete = one_of{DELETE = true},
  is_text = one_of{TEXT = true, TEXT_SELECT = true}, is_from_statement = one_of{},
  is_clause_element = function() return true end,
  is_selectable = function(node) return core.category(node) == "FROM" or SELECTS[core.kind(node)] == true end,
  supports_execution = function(node)
    local kind = core.kind(node)
    if kind == "CUSTOM" then return require("lualchemy.sql.api").Executable:is(node) end
    return SELECTS[kind] or DML[kind] or kind == "TEXT" or kind == "FUNCTION" or kind == "DDL" or false
  end,
})
