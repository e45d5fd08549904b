--- Loader options: la.joinedload, selectinload, lazyload, defer, load_only …
--
-- An option is a chain of steps; each names an attribute and how it is loaded. What they come to for a statement:
-- orm/option_tree.lua.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local options = {public = {}}

local STRATEGIES = {
  joinedload = "joined", selectinload = "selectin", subqueryload = "subquery", lazyload = "select",
    immediateload = "immediate",
  noload = "noload", raiseload = "raise", defaultload = "default", contains_eager = "contains_eager",
    selectin_polymorphic = "selectin_polymorphic",
}
local COLUMN_STRATEGIES = {defer = "defer", undefer = "undefer", load_only = "load_only",
  undefer_group = "undefer_group",
  with_expression = "with_expression"}
local KEYWORDS = {
  joinedload = {innerjoin = true}, selectinload = {recursion_depth = true}, immediateload = {recursion_depth = true},
    raiseload = {sql_only = true},
  contains_eager = {alias = true}, defer = {raiseload = true}, load_only = {raiseload = true},
  selectin_polymorphic = {base_cls = true, classes = true},
}

-- ---- the object ----

local Load = {__name = "lualchemy.Load"}
local methods = {}
Load.__index = methods

local function node_of(x)
  local node = core.element(x)
  local kind = node and core.kind(node)
  if kind == "ATTRIBUTE" or kind == "RELATION" or kind == "ENTITY" then return node end
end

--- A text that tells an expression from others, its values included.
function options.signature(node)
  local parts = {tostring(core.hash(node))}
  core.replace(node, function(n)
    if core.kind(n) == "BIND" then parts[#parts + 1] = type(core.get(n, "value")) .. tostring(core.get(n, "value")) end
  end)
  return table.concat(parts, " ")
end

--- What tells one option from another: part of the statement's structure.
local identity_of

local function identity_of_target(t)
  if type(t) == "string" then return t end
  local parts = {tostring(core.id(core.get(t, "entity"))), core.get(t, "key")}
  if core.kind(t) == "RELATION" then
    if core.has(t, "of_type") then parts[#parts + 1] = tostring(core.id(core.get(t, "of_type"))) end
    if core.has(t, "criteria") then parts[#parts + 1] = options.signature(core.get(t, "criteria")) end
  end
  return table.concat(parts, ".")
end

local function identity_of_value(v)
  local node = core.element(v)
  return tostring(node and core.id(node) or v)
end

function identity_of(self)
  local parts = {self.root and identity_of_value(self.root)}
  for _, step in ipairs(self.steps) do
    parts[#parts + 1] = step.strategy
    local opts = {}
    for k, v in pairs(step.opts or {}) do opts[#opts + 1] = k .. "=" .. identity_of_value(v) end
    table.sort(opts)
    for _, text in ipairs(opts) do parts[#parts + 1] = text end
    for _, t in ipairs(step.targets) do parts[#parts + 1] = identity_of_target(t) end
    for _, class in ipairs(step.classes or {}) do parts[#parts + 1] = identity_of_value(class) end
    for _, child in ipairs(step.children or {}) do parts[#parts + 1] = "(" .. identity_of(child) .. ")" end
    parts[#parts + 1] = ";"
  end
  return table.concat(parts, " ")
end

Load.__clause_element = function(self)
  local node = rawget(self, "_node")
  if not node then
    node = core.new("OPTION", {key = identity_of(self), object = self})
    rawset(self, "_node", node)
  end
  return node
end

--- The columns of a composite, where columns are meant.
local function add_composite(out, name, x)
  local node = COLUMN_STRATEGIES[name] and core.element(x)
  if not node or core.kind(node) ~= "BUNDLE" or not require("lualchemy.orm.composite").by_bundle[core.id(node)] then
    return false
  end
  for _, part in ipairs(core.get(node, "exprs")) do out[#out + 1] = part end
  return true
end

local function refuse_after_all()
  err.raise("ArgumentError", "Wildcard token cannot be followed by another entity")
end

local function targets_of(name, positional)
  local out = {}
  for i = 1, positional.n do
    local x = positional[i]
    local node = node_of(x)
    local composite = add_composite(out, name, x)
    if node and core.kind(node) ~= "ENTITY" then
      out[#out + 1] = node
    elseif x == "*" or x == ".*" then
      if i < positional.n and not COLUMN_STRATEGIES[name] then refuse_after_all() end
      out[#out + 1] = "*"
    elseif node or type(x) == "string" and name == "load_only" then
      err.raise("ArgumentError", "expected ORM mapped attribute for loader strategy argument")
    elseif type(x) == "string" then
      err.raise("ArgumentError", "Strings are not accepted for attribute names in loader options; please use "
        .. "class-bound attributes directly.")
    elseif not composite then
      err.raise("ArgumentError", "%s: argument %d must be an attribute of a mapped class or \"*\", got %s", name, i,
        type(x))
    end
  end
  if #out == 0 then err.raise("ArgumentError", "%s: needs an attribute of a mapped class", name) end
  return out
end

local function with_step(self, step)
  local steps = {}
  for i, s in ipairs(self and self.steps or {}) do
    steps[i] = s
    if not s.column and s.targets and s.targets[#s.targets] == "*" then refuse_after_all() end
  end
  if self or step.targets[2] then require("lualchemy.orm.option_links").check(self, step) end
  steps[#steps + 1] = step
  return setmetatable({steps = steps, root = self and self.root}, Load)
end

local function make(name, strategy, is_column)
  local keywords = KEYWORDS[name] or {}
  return function(self, ...)
    local positional, opts = args.take(name, keywords, ...)
    if name == "undefer_group" then
      return with_step(self, {strategy = strategy, targets = {}, group = positional[1], column = true,
        opts = {group = positional[1]}})
    elseif name == "with_expression" then
      return with_step(self, {strategy = strategy, targets = targets_of(name, {n = 1, positional[1]}),
        expression = positional[2], column = true,
        opts = {expression = positional[2]}})
    elseif name == "contains_eager" and positional.n > 1 then
      -- contains_eager(a, b): a path
      local chain = self
      for i = 1, positional.n do chain = with_step(chain,
        {strategy = strategy, targets = targets_of(name, {n = 1, positional[i]}), opts = opts}) end
      return chain
    elseif name == "selectin_polymorphic" then
      local classes = positional[self and 1 or 2]
      if classes == nil then classes = opts.classes end
      local load = with_step(self, {strategy = strategy, targets = {}, classes = classes, opts = {}})
      load.root = load.root or not self and (positional[1] or opts.base_cls) or nil
      return load
    end
    local on_sql = name == "raiseload" and opts.sql_only
    local step = {strategy = on_sql and "raise_on_sql" or strategy, targets = targets_of(name, positional), opts = opts,
      column = is_column}
    return with_step(self, step)
  end
end

for name, strategy in pairs(STRATEGIES) do
  methods[name] = make(name, strategy)
  options.public[name] = function(...) return methods[name](nil, ...) end
end
for name, strategy in pairs(COLUMN_STRATEGIES) do
  methods[name] = make(name, strategy, true)
  options.public[name] = function(...) return methods[name](nil, ...) end
end

--- Options below this one: joinedload(User.posts):options(selectinload(Post.tags), …).
function methods:options(...)
  local children = {...}
  for i = 1, select("#", ...) do
    if type(children[i]) ~= "table" or getmetatable(children[i]) ~= Load then
      err.raise("ArgumentError", "Loader option %s is not compatible with the Load.options() method.",
        tostring(children[i]))
    end
  end
  require("lualchemy.orm.option_links").check_below(self, children)
  return with_step(self, {strategy = "default", targets = {}, children = children})
end

--- Options of an entity: la.Load(User):joinedload(User.posts).
options.public.Load = setmetatable({is = function(_, x) return type(x) == "table" and getmetatable(x) == Load end}, {
  __call = function(_, entity) return setmetatable({steps = {}, root = entity}, Load) end,
})

return options
