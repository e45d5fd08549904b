--- The log that echo = true writes to standard output, in SQLAlchemy's form:
--
--     2026-01-31 12:00:00,000 INFO lualchemy.engine.Engine SELECT 1
--     2026-01-31 12:00:00,000 INFO lualchemy.engine.Engine [generated in 0.00010s] ()
local core = require "lualchemy.core"
local repr = require "lualchemy.engine.repr"

local echo = {}

--- A logger: level false (silent), "info" or "debug".
--- @class lualchemy.Logger
local Logger = {}
Logger.__index = Logger

--- @param name string what its lines begin with
--- @param setting any what create_engine's echo was given
function echo.named(name, setting, token)
  local level = false
  if setting == "debug" then level = "debug" elseif setting then level = "info" end
  return setmetatable({level = level, name = name, token = token}, Logger)
end

--- The logger of an engine.
function echo.logger(setting, name, token)
  return echo.named("lualchemy.engine.Engine" .. (name and ("." .. name) or ""), setting, token)
end

--- Where lines go; tests and hosts may replace it.
function echo.write(line) io.stdout:write(line, "\n") end

local function stamp()
  local now = core.now()
  local seconds = math.floor(now)
  return os.date("%Y-%m-%d %H:%M:%S", seconds) .. (",%03d"):format(math.floor((now - seconds) * 1000))
end

local function write(self, level, message)
  if self.token then message = "[" .. self.token .. "] " .. message end
  echo.write(("%s %s %s %s"):format(stamp(), level, self.name, message))
end

--- Writes a message if the logger is not silent.
function Logger:info(message)
  if self.level then write(self, "INFO", message) end
end

function Logger:debug(message)
  if self.level == "debug" then write(self, "DEBUG", message) end
end

--- A statement and its parameters. `origin` is "generated in 0.1s", "cached since …", "raw sql".
--- @param long? boolean it is made of so many rows that only its ends are shown
function Logger:statement(sql, origin, sets, many, hidden, long)
  if not self.level then return end
  write(self, "INFO", long and repr.long(sql) or sql)
  local shown = hidden and "[SQL parameters hidden due to hide_parameters=True]" or repr.parameters(sets, many)
  write(self, "INFO", ("[%s] %s"):format(origin, shown))
end

return echo
