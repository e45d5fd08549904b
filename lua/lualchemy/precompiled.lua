--- Modules of this library as they were compiled when it was built: loading them takes a tenth of the time.
--
-- The file `precompiled` beside core.so holds a line for each (its name, the fingerprint of its source, its length), an
-- empty line, and what string.dump made of them, in that order. A module whose source is another by now, or whose
-- compiled form this Lua does not take, is loaded from its source.
local core = require "lualchemy.core"

local load = loadstring or load -- luacheck: ignore

--- The first file that is there, of a list of templates as in package.path, and its path.
local function open_first(templates, name)
  for template in templates:gmatch("[^;]+") do
    local path = template:gsub("%?", (name:gsub("%%", "%%%%")))
    local file = io.open(path, "rb")
    if file then return file, path end
  end
end

--- What is at a place of a file, which is closed.
local function read(file, at, length)
  if at then file:seek("set", at) end
  local text = file:read(length or "*a")
  file:close()
  return text
end

--- Runs a module's chunk while the collector, if it runs, is at rest: nearly all that is made stays.
local function at_rest(fn, ...)
  local known, running = pcall(collectgarbage, "isrunning") -- Lua 5.1 does not tell
  if not known or not running then return fn(...) end
  collectgarbage "stop"
  local ok, result = pcall(fn, ...)
  collectgarbage "restart"
  -- LuaJIT goes on when there is twice as much; the others would begin at once, unless they did more than they had to
  if not rawget(_G, "jit") then collectgarbage("step", -math.min(4096, math.floor(collectgarbage "count"))) end
  if not ok then error(result, 0) end
  return result
end

--- The path of a module's source and its fingerprint, nil if there is none.
local function find_source(name)
  for template in package.path:gmatch("[^;]+") do
    local path = template:gsub("%?", (name:gsub("%.", "/"):gsub("%%", "%%%%")))
    local is = core.file_fingerprint(path)
    if is then return path, is end
  end
end

local function loader(name, fingerprint, compiled, at, length)
  return function(...)
    local path, is = find_source(name)
    local fn
    if not path or is == fingerprint then
      local file = io.open(compiled, "rb")
      fn = file and load(read(file, at, length) or "", "=" .. name)
    end
    if not fn and path then
      local message
      fn, message = load(read(io.open(path, "rb")), "@" .. path)
      if not fn then error(message, 0) end
    end
    if not fn then error("module '" .. name .. "' not found", 0) end
    return at_rest(fn, ...)
  end
end

local function read_index(file)
  local index = {}
  for line in file:lines() do
    local name, fingerprint, length = line:match("^(%S+) (%S+) (%d+)$")
    if not name then break end
    index[#index + 1] = {name, fingerprint, tonumber(length)}
  end
  local at = file:seek()
  file:close()
  return index, at
end

local found, path = open_first(package.cpath:gsub("%?[^;]*", "?"), "lualchemy/precompiled")
if found then
  local index, at = read_index(found)
  for _, entry in ipairs(index) do
    local name, length = entry[1], entry[3]
    if not package.preload[name] then package.preload[name] = loader(name, entry[2], path, at, length) end
    at = at + length
  end
end
