-- Namespaces of la: fields of it, and modules that can be required by themselves, first of all.
local la = require "lualchemy"
local support = require "spec.support"

local NAMES = {"types", "exc", "event", "func", "pool", "schema", "sql", "default", "sqlite", "postgresql", "mysql",
  "mssql", "oracle", "hybrid", "associationproxy", "orderinglist", "mutable", "automap",
  "horizontal_shard", "attributes", "collections", "loading", "engine", "warnings", "util"}

describe("namespaces", function()
  for _, name in ipairs(NAMES) do
    it(name .. " is a field of la and a module", function()
      assert.equal(la[name], require("lualchemy." .. name))
      local program = 'print(require "lualchemy.%s" == require("lualchemy").%s)'
      assert.equal("true\n", (support.run{source = program:format(name, name)}))
    end)
  end
end)
