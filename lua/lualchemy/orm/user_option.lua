--- la.UserDefinedOption: options of statements that listeners of do_orm_execute read.
--
--     local FromCache = la.UserDefinedOption:class("FromCache", {})
--     stmt:options(FromCache("default")):                    state.user_defined_options[1].payload == "default"
local args = require "lualchemy.args"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"

local root = class.new("UserDefinedOption", {})
rawset(root, "of_session", true)
rawset(root, "propagate_to_loaders", false)

rawset(root, "__init__", function(self, payload)
  if args.is_plain(payload) and payload.payload ~= nil then payload = payload.payload end
  rawset(self, "payload", payload)
end)

rawset(root, "__clause_element", function(self)
  return core.new("OPTION", {key = "user:" .. class.record_of_instance(self).name, object = self})
end)

local user_option = {public = {UserDefinedOption = root}}

--- The user-defined options of a statement.
function user_option.of(node)
  local out = {}
  for _, option in ipairs(core.has(node, "options") and core.get(node, "options") or {}) do
    local object = core.get(option, "object")
    if class.methods.is(root, object) then out[#out + 1] = object end
  end
  return out
end

return user_option
