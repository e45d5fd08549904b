-- What busted prints: the failures, then one line that scripts/test adds up. LA_TEST_LOG names a file in which each
-- test is written before it runs, so that a crash can be told from the last line.
local log = os.getenv("LA_TEST_LOG") and assert(io.open(os.getenv("LA_TEST_LOG"), "a"))

local function say(...)
  io.stdout:write(...)
  io.stdout:flush()
end

local function text(message)
  if type(message) == "string" then return message end
  if message == nil then return "an error without a message" end
  local described = tostring(message)
  return described:find("^table: ") and require("pl.pretty").write(message) or described
end

local function describe(kind, result)
  local trace = result.element.trace or result.trace or {}
  local place = trace.short_src and (trace.short_src .. ":" .. trace.currentline .. ": ") or ""
  local stack = result.isError and result.trace and result.trace.traceback
  say(kind, " ", place, result.name, "\n", text(result.message), "\n", stack and stack .. "\n" or "", "\n")
end

return function()
  local busted = require "busted"
  local handler = require "busted.outputHandlers.base"()

  function handler.testStart(element)
    if log then
      log:write(handler.getFullName(element), "\n")
      log:flush()
    end
    return nil, true
  end

  function handler.suiteEnd()
    for _, failure in ipairs(handler.failures) do describe("FAILED", failure) end
    for _, err in ipairs(handler.errors) do describe("ERROR", err) end
    local reasons, order = {}, {}
    for _, pending in ipairs(handler.pendings) do
      local reason = text(pending.message or pending.name):gsub("^%S+:%d+: ", "")
      if not reasons[reason] then order[#order + 1] = reason end
      reasons[reason] = (reasons[reason] or 0) + 1
    end
    for _, reason in ipairs(order) do say("pending (", reasons[reason], "): ", reason, "\n") end
    say(string.format("%d passed, %d failed, %d pending in %.1f s\n", handler.successesCount,
      handler.failuresCount + handler.errorsCount, handler.pendingsCount, handler.getDuration()))
    return nil, true
  end

  busted.subscribe({"test", "start"}, handler.testStart)
  busted.subscribe({"suite", "end"}, handler.suiteEnd)
  return handler
end
