--- Where the instructions of a job go: reads what callgrind_annotate prints, sums it by who did the work.
--   callgrind_annotate --auto=no --threshold=100 FILE | lua bench/harness/where.lua FUNCTIONS
--   … | lua bench/harness/where.lua --row NAME N     prints a row of a table
--   lua bench/harness/where.lua --head               prints its head
local groups = {
  "database", "Lua: virtual machine", "Lua: tables and strings", "Lua: collector", "Lua: C API", "allocation",
  "our C: core", "our C: binding", "C library",
}

local function begins(name, prefixes)
  for prefix in prefixes:gmatch("%S+") do
    if name:sub(1, #prefix) == prefix then return true end
  end
  return false
end

local COLLECTOR = [[luaC_ sweep propagate mark traverse freeobj reallymark genlink clear atomic youngcollection fullgen
  stepgenfull genstep singlestep incstep correct remarkupvals finishgencycle atomic2gen entersweep getage linkgclist
  convergeephemerons separatetobefnz GCTM iscleared removeentry sweep2old whitelist entergen deletelist checkSizes
  luaE_setdebt]]
local TABLES = [[luaH_ luaS_ internshrstr mainposition rehash getgeneric hash luaO_ createstrobj numusehash numusearray
  computesizes getfreepos insertkey l_strton tostringbuff l_hashfloat str_format luai_makeseed addquoted arrayindex]]
local API = "lua_ luaL_ index2value aux_ auxgetstr auxsetstr auxupvalue lua_touserdata box newbox resizebox"
local MALLOC = "malloc free realloc calloc _int_ unlink_chunk sysmalloc systrim luaM_ l_alloc mremap munmap mmap brk"

--- @param name string function
--- @param object string file of the program or library
local function group(name, object)
  if object:find("libsqlite3") or object:find("libpq") or object:find("libssl") or object:find("libcrypto") then
    return "database"
  end
  if begins(name, MALLOC) then return "allocation" end
  if object:find("core%.so") or object:find("driver/") then
    local file = name:match("^(.*):[^:]*$") or ""
    return (file:find("bind/")) and "our C: binding" or "our C: core"
  end
  if object:find("/bench/lua$") then
    if begins(name, COLLECTOR) then return "Lua: collector" end
    if begins(name, TABLES) then return "Lua: tables and strings" end
    if begins(name, API) then return "Lua: C API" end
    return "Lua: virtual machine"
  end
  return "C library"
end

if arg[1] == "--head" then
  local cells = {"Job", "Instructions each"}
  for _, of in ipairs(groups) do cells[#cells + 1] = of end
  print("| " .. table.concat(cells, " | ") .. " |\n|" .. (" --- |"):rep(#cells))
  return
end

local sums, total, functions = {}, 0, {}
for line in io.lines() do
  local count, rest = line:match("^%s*([%d,]+) %(%s*[%d.]+%%%)%s+(.*)$")
  if count and not rest:find("PROGRAM TOTALS") then
    local file, name, object = rest:match("^(.-):([^:%[]*)%s+%[(.*)%]$")
    if not file then file, name = rest:match("^(.-):([^:%[]*)$") end
    count = tonumber((count:gsub(",", "")))
    name = (name or rest):gsub("'%d+$", ""):gsub("%s+$", "")
    object = object or ""
    local of = group(object:find("%.so$") and not object:find("bench/lua") and begins(name, MALLOC) and name
      or (object:find("core%.so") or object:find("driver/")) and file .. ":" .. name or name, object)
    sums[of] = (sums[of] or 0) + count
    total = total + count
    functions[#functions + 1] = {count, name, of}
  end
end

local function share(of) return 100 * (sums[of] or 0) / total end

if arg[1] == "--row" then
  local cells = {arg[2], ("%.0f"):format(total / tonumber(arg[3]))}
  for _, of in ipairs(groups) do cells[#cells + 1] = ("%.0f %%"):format(share(of)) end
  print("| " .. table.concat(cells, " | ") .. " |")
  return
end

for _, of in ipairs(groups) do
  if sums[of] then print(("%-26s %5.1f %%"):format(of, share(of))) end
end
print(("%-26s %.1f million instructions"):format("all", total / 1e6))
table.sort(functions, function(a, b) return a[1] > b[1] end)
for i = 1, math.min(tonumber(arg[1] or 0), #functions) do
  local f = functions[i]
  print(("  %5.1f %%  %-40s %s"):format(100 * f[1] / total, f[2], f[3]))
end
