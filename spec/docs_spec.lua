-- What the documentation shows, and the examples: each runs in a process of its own.
local support = require "spec.support"

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local function files(pattern)
  local list = {}
  for name in support.sh("ls " .. pattern):gmatch("[^\n]+") do list[#list + 1] = name end
  return list
end

--- The blocks of Lua in a page: {line =, source =}.
local function blocks(page)
  local list, open, number = {}, nil, 0
  for line in (read(page) .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    if open and line == "```" then
      list[#list + 1], open = {line = open.line, source = table.concat(open, "\n")}, nil
    elseif open then
      open[#open + 1] = line
    elseif line == "```lua" then
      open = {line = number}
    end
  end
  return list
end

for _, page in ipairs(files("README.md docs/*.md")) do
  describe(page, function()
    for _, block in ipairs(blocks(page)) do
      it("runs what it shows at line " .. block.line, function()
        local output, status = support.run(block)
        assert.equal(0, status, output)
      end)
    end
  end)
end

describe("every example", function()
  for db in support.databases() do
    for _, file in ipairs(files("examples/*.lua")) do
      if not file:find("debian_packages", 1, true) then
        it(file .. " runs on " .. db.name, function()
          local output, status = support.run({file = file}, {args = {"--url", db:fresh()}})
          assert.equal(0, status, output)
        end)
      end
    end
  end
end)

local PACKAGES = [[
Package: base
Version: 1.0
Architecture: amd64
Maintainer: Ann <ann@example.org>
Section: libs
Installed-Size: 2048
Description: what all need
 and a second line

Package: tool
Version: 2.1-1
Architecture: amd64
Maintainer: Bob <bob@example.org>
Section: utils
Installed-Size: 512
Depends: base (>= 1.0), absent | base

Package: broken
Architecture: amd64

Package: game
Version: 3
Architecture: all
Maintainer: Bob <bob@example.org>
Depends: tool, base
]]

-- The process ends when the first release is about to be written.
local INTERRUPTED = [[
local la = require "lualchemy"
local create_engine = la.create_engine
la.create_engine = function(...)
  local engine = create_engine(...)
  la.event.listen(engine, "before_cursor_execute", function(_, _, statement)
    if statement:find('INSERT INTO "?release') then os.exit(9) end
  end)
  return engine
end
arg = {[0] = "debian_packages.lua", ...}
dofile "examples/debian_packages.lua"
]]

local COUNT = [[
local la = require "lualchemy"
la.create_engine(...):connect(function(conn)
  for _, name in ipairs{"package", "release", "maintainer", "dependency"} do
    io.write(tostring(conn:scalar(la.text("SELECT count(*) FROM " .. name))), " ")
  end
end)
]]

describe("examples/debian_packages.lua", function()
  for db in support.databases() do
    describe(db.name, function()
      local folder, url, file

      before_each(function()
        folder = support.sh("mktemp -d"):match("%S+")
        file = folder .. "/Packages"
        write(file, PACKAGES)
        write(folder .. "/interrupted.lua", INTERRUPTED)
        write(folder .. "/count.lua", COUNT)
        url = db:fresh()
        if url == "sqlite://" then url = "sqlite:///" .. folder .. "/packages.db" end
      end)

      after_each(function() support.sh("rm -rf " .. support.quote(folder)) end)

      local function load_packages(program)
        return support.run({file = program or "examples/debian_packages.lua"}, {args = {"--url", url, file}})
      end

      local function counts()
        local output, status = support.run({file = folder .. "/count.lua"}, {args = {url}})
        assert.equal(0, status, output)
        return output
      end

      it("reads a file, says what it skips, and changes nothing the second time", function()
        local output, status = load_packages()
        assert.equal(0, status, output)
        assert.truthy(output:find(file .. ":18: stanza skipped: no field 'Version'", 1, true), output)
        assert.truthy(output:find("3 packages new or changed, 3 dependencies added, 1 stanzas", 1, true), output)
        assert.equal("3 3 2 3 ", counts())
        output, status = load_packages()
        assert.equal(0, status, output)
        assert.truthy(output:find("3 stanzas read, 0 packages new or changed, 0 dependencies added", 1, true), output)
        assert.equal("3 3 2 3 ", counts())
      end)

      it("leaves nothing when it is interrupted", function()
        local _, status = load_packages(folder .. "/interrupted.lua")
        assert.equal(9, status)
        assert.equal("0 0 0 0 ", counts())
        local output
        output, status = load_packages()
        assert.equal(0, status, output)
        assert.equal("3 3 2 3 ", counts())
      end)

      it("says which file it cannot read", function()
        support.sh("rm " .. support.quote(file))
        local output, status = load_packages()
        assert.equal(1, status)
        assert.truthy(output:find("cannot read " .. file, 1, true), output)
      end)
    end)
  end
end)
