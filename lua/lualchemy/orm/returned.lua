--- What an INSERT of many rows returns to the ORM: objects, made while the rows come.
local core = require "lualchemy.core"
local loading = require "lualchemy.orm.loading"
local program = require "lualchemy.orm.loading_program"

local NULL = core.null

--- The source of a result; for execute.run the reader of what comes back.
local Returned = {}
Returned.__index = Returned

--- @param plan table of what is returned
--- @param meta table the metatable of the rows
--- @return table? returned nil where all rows must be there first: somebody listens, or other loads follow
function Returned.new(session, plan, options, meta)
  local own = not options.populate_existing and program.of(plan)
  if not own or own.njoined > 0 or own.followed[1] or program.is_heard(own, session) then return nil end
  local load = loading.new(session, plan, nil, meta)
  return setmetatable({load = load, meta = meta, single = plan.n == 1, list = {}, at = 0}, Returned)
end

--- For each column the name of the parameter that it likely has the value of: the one of its own name, or false.
local function echoes_of(info)
  if not info.echoes then
    local names, echoes = {}, {}
    for _, name in ipairs(info.names) do names[name] = name end
    for i, key in ipairs(info.keys) do echoes[i] = names[key] or false end
    info.echoes = echoes
  end
  return info.echoes
end

--- Takes all rows of a source: those of a batch.
--- @param context table of the execution
function Returned:take(source, context)
  local load, list = self.load, self.list
  load.sent, load.echoes = context.sets, echoes_of(context.info)
  local single = self.single and source.read
  load.cursor = source
  local rows = not source.read and load:rows(source:fetch()) or single and load:elements(nil, 1) or load:fetch()
  if self.single and not single then
    for i = 1, #rows do
      local value = rows[i][1]
      rows[i] = value == nil and NULL or value
    end
  end
  if not list[1] then
    self.list = rows
    return
  end
  local n = #list
  for i = 1, #rows do list[n + i] = rows[i] end
end

--- The next n, or all.
local function draw(self, n)
  local list, at = self.list, self.at
  local last = math.min(n and at + n or #list, #list)
  self.at = last
  if at == 0 and last == #list then
    self.list = {}
    self.at = 0
    return list
  end
  local out = {}
  for i = at + 1, last do out[#out + 1] = list[i] end
  return out
end

--- At most n rows (nil: all).
function Returned:fetch(n)
  local rows = draw(self, n)
  if not self.single then return rows end
  for i = 1, #rows do rows[i] = setmetatable({rows[i] ~= NULL and rows[i] or nil}, self.meta) end
  return rows
end

--- Element `at` of at most n rows; NULL for nil.
function Returned:elements(n, at)
  local rows = draw(self, n)
  if self.single then return rows end
  for i = 1, #rows do
    local value = rows[i][at]
    rows[i] = value == nil and NULL or value
  end
  return rows
end

function Returned:gives_objects(at) return self.load:gives_objects(at) end

function Returned:count() return #self.list end

function Returned:close() self.list = {} end

return Returned
