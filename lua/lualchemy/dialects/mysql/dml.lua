--- DML of MySQL and MariaDB: ON DUPLICATE KEY UPDATE, and LIMIT of UPDATE and DELETE.
local core = require "lualchemy.core"
local extension = require "lualchemy.sql.extension"

local names = require("lualchemy.sql.upsert").on_duplicate_key("mysql")

local function apply(self, stmt)
  stmt:apply_syntax_extension_point(function(existing)
    return extension.append_replacing_same_type(self, existing)
  end, "post_criteria")
end

extension.define("mysql_limit", {apply_to_update = apply, apply_to_delete = apply})

--- LIMIT of an UPDATE or DELETE: `stmt:ext(la.mysql.limit(5))`.
--- @param limit any a number or an expression
--- @return lualchemy.SyntaxExtension
function names.limit(limit)
  local select = core.new("SELECT", {}):limit(limit)
  return core.new("DIALECT_EXPR", {name = "mysql_limit", args = {core.get(select, "limit")}})
end

return names
