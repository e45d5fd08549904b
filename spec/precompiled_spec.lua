-- Modules are loaded as they were compiled, as long as their source is the same.
local support = require "spec.support"

local PROGRAM = [[
local la = require "lualchemy"
assert(la.create_engine("sqlite://"):connect():scalar(la.select(la.literal(1))) == 1)
local args = require "lualchemy.args"
print(debug.getinfo(args.take, "S").source, args.changed)
]]

local function run(folder)
  local path = folder and ("%s/?.lua;%s/?/init.lua;%s"):format(folder, folder, package.path) or package.path
  return support.run({source = PROGRAM}, {env = {LUA_PATH = path}})
end

describe("a module", function()
  it("is loaded as it was compiled", function()
    local output, status = run()
    assert.equal(0, status, output)
    assert.equal("=lualchemy.args\tnil\n", output)
  end)

  it("is loaded from its source once that is another", function()
    support.with_folder(function(folder)
      support.sh("mkdir -p " .. folder .. "/lualchemy")
      local source = assert(io.open("lua/lualchemy/args.lua"))
      local changed = source:read("*a"):gsub("return args%s*$", "args.changed = 'yes'\nreturn args\n")
      source:close()
      local file = assert(io.open(folder .. "/lualchemy/args.lua", "w"))
      file:write(changed)
      file:close()
      local output, status = run(folder)
      assert.equal(0, status, output)
      assert.equal("@" .. folder .. "/lualchemy/args.lua\tyes\n", output)
    end)
  end)

  it("that a program has put into package.preload is that one", function()
    local output, status = support.run{source = [[
      local own = {}
      package.preload["lualchemy.orm"] = function() return own end
      require "lualchemy"
      print(require "lualchemy.orm" == own)
    ]]}
    assert.equal("true\n0", output .. status)
  end)
end)
