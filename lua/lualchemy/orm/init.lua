--- The names of la that are about mapping, sessions and queries.
--
-- Each module of the list returns a table whose field `public` holds the names it adds.
local MODULES = {
  "registry", "declarative", "property", "relationship", "synonym", "composite", "validates", "mapper", "transient",
  "collection_kinds", "session", "sessionmaker", "scoped", "query", "aliased", "options",
  "bundle", "criteria", "relate", "execute", "comparator", "from_statement", "descriptions", "polymorphic_alias",
  "join", "kinds", "prop_comparator", "user_option", "merge_frozen",
}

local names = {}
for _, module in ipairs(MODULES) do
  local path = "lualchemy.orm." .. module
  local ok, found = pcall(require, path)
  if ok then
    for k, v in pairs(found.public or {}) do names[k] = v end
  elseif not tostring(found):find("module '" .. path .. "' not found", 1, true) then
    error(found, 0)
  end
end
return names
