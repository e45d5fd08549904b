--- The options of sessions, and what those made with the same ones have in common.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local ways = {}

ways.KEYWORDS = {bind = true, autoflush = true, expire_on_commit = true, future = true, autobegin = true,
  twophase = true, binds = true, enable_baked_queries = true, info = true, query_cls = true,
  join_transaction_mode = true, close_resets_only = true, class_ = true, autocommit = true,
  execution_options = true}

local JOIN_MODES = {conditional_savepoint = true, rollback_only = true, control_fully = true, create_savepoint = true}

--- A copy of the execution options of all that a session executes; nil without any.
local function wide(options)
  if options == nil or options == core.null then return nil end
  if not args.is_options(options) then
    err.raise("ArgumentError", "Session: argument 'execution_options' must be a table of options, got %s",
      type(options))
  end
  local out = {}
  for k, v in pairs(options) do out[k] = v end
  return next(out) ~= nil and out or nil
end

--- What none of these sessions changes; a session that was closed for good has ways of its own, with `closed`.
--- @param options lualchemy.SessionOptions checked ones
--- @param shared table {targets, dispatcher}: those that stand for the sessions
--- @return table ways {shared, autoflush, expire_on_commit, autobegin, twophase, join_mode, close_resets,
-- execution_options}
function ways.of(options, shared)
  local mode = options.join_transaction_mode or "conditional_savepoint"
  if not JOIN_MODES[mode] then
    err.raise("ArgumentError", "invalid selection for join_transaction_mode: \"%s\"", tostring(mode))
  end
  return {shared = shared, autoflush = options.autoflush ~= false, expire_on_commit = options.expire_on_commit ~= false,
    autobegin = options.autobegin ~= false, twophase = options.twophase or false, join_mode = mode,
    close_resets = options.close_resets_only ~= false, execution_options = wide(options.execution_options)}
end

--- What a session tells of its options; `info` is a table from when it is first asked for.
ways.getters = {
  info = function(session)
    session.info = {}
    return session.info
  end,
  execution_options = function(session)
    local out = {}
    for k, v in pairs(session._ways.execution_options or {}) do out[k] = v end
    return out
  end,
  twophase = function(session) return session._ways.twophase end,
  autobegin = function(session) return session._ways.autobegin end,
  join_transaction_mode = function(session) return session._ways.join_mode end,
}

return ways
