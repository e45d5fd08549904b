--- What an execution's context tells listeners beside its statement and parameters; each is asked of the context.
local compiler = require "lualchemy.sql.compiler"
local core = require "lualchemy.core"

local facts = {}

--- The compiled statement as compile() gives it; nil for SQL of the driver's.
function facts:compiled()
  if not self.node then return nil end
  local keys = {}
  for k in pairs(self.sets[1] or {}) do
    if type(k) == "string" then keys[#keys + 1] = k end
  end
  table.sort(keys)
  local compiled = compiler.compile(compiler.plain(self.node, self.dialect), self.dialect,
    {column_keys = #keys > 0 and keys or nil, for_executemany = self.executemany or nil})
  rawset(self, "compiled", compiled)
  return compiled
end

--- The parameters by name, one table for each set; lists as what they were expanded to.
function facts:compiled_parameters()
  if not self.node or self.isddl then return {} end
  local compiled, out = self.compiled, {}
  local expands = compiled.string:find("__[POSTCOMPILE", 1, true)
  for i = 1, math.max(#self.sets, 1) do
    local set = self.sets[i]
    out[i] = expands and compiled:construct_expanded_state(set).parameters or compiled:construct_params(set)
  end
  return out
end

function facts:isddl() return self.info.kind == "DDL" end
function facts:is_crud() return self.isinsert or self.isupdate or self.isdelete end
function facts:is_text() return self.node ~= nil and self.info.plaintext == true end
function facts:unicode_statement() return self.statement end

function facts:no_parameters()
  return self.execution_options.no_parameters == true and #self.sets == 0
end

--- "EXECUTE", "EXECUTEMANY" or "INSERTMANYVALUES".
function facts:execute_style()
  if not self.executemany then return "EXECUTE" end
  return self.info.rows and self.info.returning and "INSERTMANYVALUES" or "EXECUTEMANY"
end

--- How the statement was come by: "CACHE_HIT", "CACHE_MISS", "CACHING_DISABLED" or "NO_CACHE_KEY".
function facts:cache_hit()
  local info = self.info
  if not self.node or info.kind == "DDL" then return "NO_CACHE_KEY" end
  if self.engine._uncached or info.uncached then return "CACHING_DISABLED" end
  return select(3, self.cursor:origin()) and "CACHE_MISS" or "CACHE_HIT"
end

--- How many rows were changed; -1 before that is known.
function facts:rowcount()
  if self.info.kind ~= "INSERT" and self.info.kind ~= "UPDATE" and self.info.kind ~= "DELETE" then return -1 end
  local n = self.cursor:rowcount()
  return n == core.null and -1 or n
end

return facts
