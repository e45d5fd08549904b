--- Prints the statements that make and fill the table of a suite on SQLite: setup.lua SUITE N
package.path = "./?.lua;" .. package.path
local setup = require "bench.setup"
for _, suite in ipairs(require "bench.jobs") do
  if suite.name == arg[1] and suite.setup then
    print(table.concat(setup("sqlite", suite.setup, tonumber(arg[2])), "\n"))
  end
end
