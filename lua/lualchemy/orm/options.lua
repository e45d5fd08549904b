--- Loader options: la.joinedload, selectinload, lazyload, defer, load_only … and what they come to for a statement.
--
-- An option is a chain of steps; each names an attribute and how it is loaded. For a statement they make a tree:
--   tree.of[entity id or class][key] = {strategy, opts, sub = tree for the target}; tree.any["*"]; tree.columns[key] =
-- "defer"|"undefer"
--   tree.only = {key = true}; tree.groups[name] = "undefer"; tree.subclasses (selectin_polymorphic)
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
    parts[#parts + 1] = ";"
  end
  for _, child in ipairs(self.children or {}) do parts[#parts + 1] = "(" .. identity_of(child) .. ")" end
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

local function targets_of(name, positional)
  local out = {}
  for i = 1, positional.n do
    local x = positional[i]
    local node = node_of(x)
    if node and core.kind(node) ~= "ENTITY" then
      out[#out + 1] = node
    elseif x == "*" or type(x) == "string" then
      out[#out + 1] = x
    else
      err.raise("ArgumentError", "%s: argument %d must be an attribute of a mapped class or \"*\", got %s", name, i,
        type(x))
    end
  end
  if #out == 0 then err.raise("ArgumentError", "%s: needs an attribute of a mapped class", name) end
  return out
end

local function with_step(self, step)
  local steps = {}
  for i, s in ipairs(self and self.steps or {}) do steps[i] = s end
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
      local step = {strategy = strategy, targets = {}, classes = positional[self and 1 or 2], opts = {}}
      local load = with_step(self, step)
      load.root = load.root or not self and positional[1] or nil
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
  local out = setmetatable({steps = self.steps, root = self.root, children = {}}, Load)
  for i = 1, select("#", ...) do out.children[i] = (select(i, ...)) end
  return out
end

--- Options of an entity: la.Load(User):joinedload(User.posts).
options.public.Load = setmetatable({is = function(_, x) return type(x) == "table" and getmetatable(x) == Load end}, {
  __call = function(_, entity) return setmetatable({steps = {}, root = entity}, Load) end,
})

-- ---- the tree of a statement ----

function options.new_tree()
  return {of = {}, columns = {}, groups = {}, criteria = {}}
end

local function branch(tree, key, strategy, opts, of_type, target)
  local entry = tree.of[key] or {sub = options.new_tree()}
  tree.of[key] = entry
  if strategy ~= "default" or not entry.strategy then
    if strategy ~= "default" then entry.strategy = strategy end
    entry.opts = opts or entry.opts
  end
  if of_type then entry.of_type = of_type end
  if target and core.has(target, "criteria") then entry.relation = target end
  return entry.sub
end

--- The key of the attribute; of a synonym, of what it stands for.
local function key_of(target)
  if type(target) == "string" then return target end
  local key = core.get(target, "key")
  local entity = core.get(target, "entity")
  local prop = entity and core.get(entity, "mapper").props[key]
  while prop and prop.kind == "synonym" do
    key = prop.name
    prop = core.get(entity, "mapper").props[key]
  end
  return key
end

local function apply_column(tree, step)
  if step.strategy == "undefer_group" then
    tree.groups[step.group] = true
    return
  end
  for _, target in ipairs(step.targets) do
    local key = key_of(target)
    if step.strategy == "load_only" then
      tree.only = tree.only or {}
      tree.only[key] = true
    elseif step.strategy == "with_expression" then
      tree.expressions = tree.expressions or {}
      tree.expressions[key] = step.expression
    else
      tree.columns[key] = step.strategy
    end
    if step.opts and step.opts.raiseload then
      tree.raise = tree.raise or {}
      tree.raise[key] = true
    end
  end
end

local function apply(tree, load)
  for _, step in ipairs(load.steps) do
    if step.column then
      apply_column(tree, step)
    elseif step.classes then
      tree.subclasses = step.classes
    else
      for i, target in ipairs(step.targets) do
        local of_type = type(target) ~= "string" and core.has(target, "of_type") and core.get(target, "of_type") or nil
        local last = i == #step.targets
        tree = branch(tree, key_of(target), last and step.strategy or "default", last and step.opts or nil, of_type,
          type(target) ~= "string" and target or nil)
      end
    end
  end
  for _, child in ipairs(load.children or {}) do apply(tree, child) end
end

--- The class or alias that an option begins at: its first attribute's entity.
local function start_of(load)
  if load.root then return core.element(load.root) end
  for _, step in ipairs(load.steps) do
    for _, target in ipairs(step.targets) do
      if type(target) ~= "string" then return core.get(target, "entity") end
    end
  end
end

--- The options of the statement, those given before with_only_columns() first.
local function all_options(stmt)
  local out = {}
  for _, before in ipairs(core.has(stmt, "memoized") and core.get(stmt, "memoized") or out) do
    for _, node in ipairs(core.get(before, "options")) do out[#out + 1] = node end
  end
  for _, node in ipairs(core.get(stmt, "options")) do out[#out + 1] = node end
  return out
end

--- Of statements without options.
local NO_ROOTS = {any = options.new_tree(), by_id = {}, criteria = {}, propagating = {}}

--- The trees of a statement's options: roots[entity id] and roots.any.
--- @param more any[]? with_loader_criteria() options of the statement around
function options.roots(stmt, more)
  if not core.has(stmt, "options") and not core.has(stmt, "memoized") and not (more and more[1]) then
    return NO_ROOTS
  end
  local roots = {any = options.new_tree(), by_id = {}, criteria = {}, propagating = {}}
  for _, node in ipairs(all_options(stmt)) do
    local object = core.get(node, "object")
    if type(object) == "table" and object.loader_criteria then
      roots.criteria[#roots.criteria + 1] = object
      if object.propagate_to_loaders then roots.propagating[#roots.propagating + 1] = object end
    elseif type(object) == "table" and not object.of_session then
      local start = start_of(object)
      local id = start and core.id(start)
      local tree = roots.any
      if object.tree then
        roots.by_id[id] = object.tree
        object.tree.entity = start
      elseif id then
        tree = roots.by_id[id] or options.new_tree()
        roots.by_id[id] = tree
        tree.entity = start
      end
      if not object.tree then apply(tree, object) end
    end
  end
  for _, option in ipairs(more or {}) do table.insert(roots.criteria, option) end
  return roots
end

options.all_of, options.start_of = all_options, start_of

--- Were there no options at all?
function options.are_empty(roots) return roots == NO_ROOTS end

--- The tree for an entity of the statement: options that begin at it, at its mapper's class, or anywhere.
local function find_tree(roots, entity)
  if roots == NO_ROOTS then return nil end
  local tree = roots.by_id[core.id(entity)]
  if not tree then
    local mapper = core.get(entity, "mapper")
    for _, candidate in pairs(roots.by_id) do
      local of = candidate.entity and core.get(candidate.entity, "mapper")
      if of and mapper and of ~= mapper and core.get(candidate.entity, "is_alias") == 0 and of.isa
        and (mapper:isa(of) or of:isa(mapper)) then tree = candidate end
    end
  end
  if next(roots.any.of) ~= nil or next(roots.any.columns) ~= nil or next(roots.any.groups) ~= nil or roots.any.only then
    if not tree then return roots.any end
    for _, part in ipairs{"of", "columns", "groups"} do
      for k, v in pairs(roots.any[part]) do
        if tree[part][k] == nil then tree[part][k] = v end
      end
    end
  end
  return tree
end

--- How a relationship is loaded: by the tree's options, else as it was mapped.
function options.strategy(tree, prop)
  local entry, all = tree and tree.of[prop.key], tree and tree.of["*"]
  if entry and entry.strategy then return entry.strategy, entry end
  return all and all.strategy or prop.lazy, entry or all
end

--- What of the options of an object's statement holds when it is read again: not what is about that statement alone.
--- @param expired boolean the columns are those that have expired, whatever the options say of them
function options.for_refresh(tree, expired)
  local name = expired and "for_expired" or "for_refresh"
  if not tree[name] then
    local again = options.new_tree()
    for _, part in ipairs(expired and {"criteria"} or {"columns", "groups", "criteria", "only", "raise"}) do
      again[part] = tree[part]
    end
    for key, entry in pairs(tree.of) do
      if entry.strategy ~= "contains_eager" then again.of[key] = entry end
    end
    tree[name] = again
  end
  return tree[name]
end

--- The tree, which may be nil, with an entry of another one, until its object expires (lasting: what is left then).
function options.with_entry(tree, key, entry)
  local with = tree and tree.with or setmetatable({}, {__mode = "k"})
  if not with[entry] then
    local again, of = options.new_tree(), {}
    for part, value in pairs(tree or {}) do again[part] = value end
    for k, value in pairs(again.of) do of[k] = value end
    of[key], again.of = entry, of
    again.lasting = tree and tree.lasting or tree or false
    again.for_refresh, again.for_expired, again.with = nil, nil, nil
    with[entry] = again
  end
  if tree then tree.with = with end
  return with[entry]
end

--- Is the column left out at first?
function options.is_deferred(tree, prop)
  local deferred = prop.deferred or false
  if not tree then return deferred, prop.raiseload end
  local said = tree.columns[prop.key]
  if said then return said == "defer", tree.raise and tree.raise[prop.key] end
  if prop.group and tree.groups[prop.group] then return false end
  if tree.only then return not tree.only[prop.key], tree.raise ~= nil end
  if tree.columns["*"] then return tree.columns["*"] == "defer" end
  return deferred, prop.raiseload
end

--- Does the tree say anything?
function options.tree_for(roots, entity)
  local tree = find_tree(roots, entity)
  if roots.propagating[1] == nil then return tree end
  tree = tree or options.new_tree()
  tree.criteria = roots.propagating
  return tree
end

--- Does the tree say nothing?
function options.is_empty(tree)
  return not tree or (next(tree.of) == nil and next(tree.columns) == nil and next(tree.groups) == nil
    and not tree.only and not tree.expressions and not tree.subclasses and tree.criteria[1] == nil)
end

return options
