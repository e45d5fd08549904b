local support = require "spec.support"

local PROGRAM = [[
local la = require "lualchemy"
local engine = la.create_engine("sqlite://")
local n = engine:connect(function(conn) return conn:scalar(la.select(la.literal(41) + 1)) end)
io.write(package.searchpath and package.searchpath("lualchemy.core", package.cpath) or "", "\n", tostring(n), "\n")
]]

-- Nothing of the make that runs the specs may reach one that they run.
local function make(words) return support.sh("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make " .. words) end

local function run_installed(share, lib)
  return support.run({source = PROGRAM}, {env = {
    LUA_PATH = share .. "/?.lua;" .. share .. "/?/init.lua",
    LUA_CPATH = lib .. "/?.so",
  }})
end

local version = _VERSION:match("%d.%d")

describe("an installed copy", function()
  it("works where make install put it", function()
    support.with_folder(function(folder)
      local output, status = make("install PREFIX=/p LUA=" .. support.lua_name .. " DESTDIR=" .. folder)
      assert.equal(0, status, output)
      assert(io.open(folder .. "/p/share/lua/" .. version .. "/lualchemy/meta/la.lua")):close()
      output, status = run_installed(folder .. "/p/share/lua/" .. version, folder .. "/p/lib/lua/" .. version)
      assert.equal(0, status, output)
      assert.truthy(output:find("\n42\n$"), output)
    end)
  end)

  it("works where LuaRocks put it", function()
    if support.sh("command -v luarocks") == "" then pending("needs luarocks") end
    if support.lua_name ~= "lua5.4" or os.getenv("MODE") then pending("LuaRocks is tried with a plain Lua 5.4") end
    support.with_folder(function(folder)
      local output, status = support.sh("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u BUILD HOME=" .. folder
        .. " luarocks --lua-version=" .. version .. " make rockspec/lualchemy-scm-1.rockspec --tree=" .. folder)
      assert.equal(0, status, output)
      output, status = run_installed(folder .. "/share/lua/" .. version, folder .. "/lib/lua/" .. version)
      assert.equal(0, status, output)
      assert.truthy(output:find("\n42\n$"), output)
    end)
  end)

  it("shows the host one symbol", function()
    if support.sh("command -v nm") == "" then pending("needs nm") end
    local folder = (os.getenv("BUILD") or "build") .. "/" .. support.lua_name .. "/lualchemy/"
    local function symbols(options, file)
      local found = {}
      for name in support.sh("nm -D " .. options .. " " .. folder .. file):gmatch(" [A-Za-z] ([%w_]+)") do
        found[#found + 1] = name
      end
      return found
    end
    assert.same({"luaopen_lualchemy_core"}, symbols("--defined-only", "core.so"))
    assert.same({"luaopen_lualchemy_driver_sqlite3"}, symbols("--defined-only", "driver/sqlite3.so"))
    for _, name in ipairs(symbols("--undefined-only", "core.so")) do
      assert.is_nil(name:match("^la_"), name .. " is not defined")
    end
  end)
end)

describe("a C program with Lualchemy in it", function()
  it("runs a script without loading a module", function()
    local output, status = make("embed LUA=" .. support.lua_name)
    assert.equal(0, status, output)
    support.with_folder(function(folder)
      local script = assert(io.open(folder .. "/script.lua", "w"))
      script:write(PROGRAM, "print(...)")
      script:close()
      local program = (os.getenv("BUILD") or "build") .. "/" .. support.lua_name .. "/embed"
      output, status = support.sh("LUA_PATH='lua/?.lua;lua/?/init.lua' LUA_CPATH='' "
        .. program .. " " .. folder .. "/script.lua one two")
      assert.equal(0, status, output)
      assert.truthy(output:find("\n42\none\ttwo\n$"), output)
    end)
  end)
end)
