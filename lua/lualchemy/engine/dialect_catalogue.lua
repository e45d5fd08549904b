--- What dialects say of a database: methods of dialect objects, which take a connection: dialect:has_table(conn, "t").
local Inspector = require "lualchemy.engine.inspector"
require "lualchemy.engine.inspector_multi"

return setmetatable({}, {__index = function(_, name)
  return function(_, connection, ...)
    local inspector = Inspector.from_engine(connection)
    return inspector[name](inspector, ...)
  end
end})
