--- Events of schema items: after_parent_attach, before_create …, listened to by item or by class (la.Table).
--
-- An item's listeners hang from a table that its node holds, so that they live as long as the item does.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local event = require "lualchemy.event"

--- Which node holds the table, and the class whose listeners hear of the item, too.
local HOLDER = {
  METADATA = function(x) return x end,
  SEQUENCE = function(x) return x end,
  CONSTRAINT = function(x) return x end,
  INDEX = function(x) return x end,
  TABLE = base.spec,
  COLUMN = base.spec,
}
local CLASS = {METADATA = "MetaData", SEQUENCE = "Sequence", INDEX = "Index", TABLE = "Table", COLUMN = "Column"}

local Anchor = {__name = "lualchemy.schema.events"}

local function holder_of(x)
  local holder = HOLDER[core.kind(x)]
  return holder and holder(x)
end

local function anchor_of(x)
  local holder = holder_of(x)
  if not holder then return nil end
  local anchor = core.get(holder, "events")
  if not anchor then
    anchor = setmetatable({}, Anchor)
    core.set(holder, {events = anchor})
  end
  return anchor
end

event.resolver(function(target)
  if core.is_node(target) then return anchor_of(target) end
end)

local classes = {}

local function class_of(x)
  local kind = core.kind(x)
  local name = kind == "CONSTRAINT" and core.schema.class(x) or CLASS[kind]
  if not classes[name] then
    local class = require("lualchemy.sql.schema")[name]
    classes[name] = event.dispatcher{class}
    classes[name].class = class
  end
  return classes[name]
end

local NONE = {}

--- The listeners of x for that event, those of its class first: {fn = …} each.
local function listeners(x, name)
  local of_class = class_of(x)[name] or NONE
  local holder = holder_of(x)
  local anchor = holder and core.has(holder, "events") and core.get(holder, "events")
  if not anchor then return of_class end
  anchor.dispatcher = anchor.dispatcher or event.dispatcher{anchor}
  local out = {}
  for _, l in ipairs(of_class) do out[#out + 1] = l end
  for _, l in ipairs(anchor.dispatcher[name] or NONE) do out[#out + 1] = l end
  return out
end

--- Calls the listeners of x; what is no schema item has none.
function base.fire(x, name, ...)
  if not HOLDER[core.kind(x)] then return end
  for _, listener in ipairs(listeners(x, name)) do listener.fn(...) end
end

--- Who listens to x with {propagate = true} listens to the copy, too.
function base.propagate_events(x, copy)
  local holder = holder_of(x)
  if holder and core.has(holder, "events") then event.propagate(core.get(holder, "events"), anchor_of(copy)) end
end

--- Does nobody listen to the attachment of x?
function base.is_quiet(x)
  if not HOLDER[core.kind(x)] then return true end
  local class = class_of(x)
  if class.before_parent_attach or class.after_parent_attach then return false end
  local holder = holder_of(x)
  return not (holder and core.has(holder, "events"))
end

--- `asked`: it was attached by its own right; else it came with something else, and is told of now.
table.insert(base.after_attach, function(item, asked, quiet)
  if quiet or base.is_quiet(item) then return end
  local t = core.get(item, "table")
  if not asked then base.fire(item, "before_parent_attach", item, t) end
  base.fire(item, "after_parent_attach", item, t)
end)

return {listeners = listeners}
