--- Which Lua functions a job spends its time in: every so many instructions of the virtual machine, who is running.
-- BENCH_SAMPLE=n prints the first n to standard error. Time in C functions is not seen.
local sample = {}

-- Not always the same number, which might fall into step with a loop.
local function pause() return math.random(500, 1500) end

--- @param fn function
--- @param count integer how many functions are printed
function sample.run(fn, count)
  local own, under, total = {}, {}, 0
  local function look()
    total = total + 1
    local seen, level = {}, 2
    local info = debug.getinfo(level, "S")
    while info do
      local name = ("%s:%d"):format(info.short_src, info.linedefined)
      if level == 2 then own[name] = (own[name] or 0) + 1 end
      if not seen[name] then under[name] = (under[name] or 0) + 1 end
      seen[name] = true
      level = level + 1
      info = debug.getinfo(level, "S")
    end
    debug.sethook(look, "", pause())
  end
  debug.sethook(look, "", pause())
  fn()
  debug.sethook()

  local names = {}
  for name in pairs(under) do names[#names + 1] = name end
  table.sort(names, function(a, b) return (own[a] or 0) > (own[b] or 0) end)
  io.stderr:write("  itself   below  function (share of the virtual machine's instructions)\n")
  for i = 1, math.min(count, #names) do
    local name = names[i]
    io.stderr:write(("%6.1f %% %5.1f %%  %s\n"):format(100 * (own[name] or 0) / total, 100 * under[name] / total, name))
  end
end

return sample
