--- The names of la that are about mapping, sessions and queries.
--
-- Each module of the list returns a table whose field `public` holds the names it adds.
local MODULES = {
  "registry", "declarative", "property", "relationship", "synonym", "composite", "validates", "mapper", "instance",
  "collection_keyed", "session", "sessionmaker", "scoped", "query", "aliased", "options", "bundle", "criteria", "relate",
}

local names = {}
for _, module in ipairs(MODULES) do
  local path = "lualchemy.orm." .. module
  if package.searchpath == nil or package.searchpath(path, package.path) then
    for k, v in pairs(require(path).public or {}) do names[k] = v end
  end
end
return names
