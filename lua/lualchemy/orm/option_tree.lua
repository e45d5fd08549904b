--- What the loader options of a statement come to: a tree for each entity that they begin at.
--
--   tree.of[key or "*"] = {strategy, opts, of_type, relation, sub = tree for the target, wild = true if of "*",
--     owners = the mappers of the classes whose attribute it is, beside = an entry of that name with others}
--   tree.columns[key or "*"] = "defer"|"undefer"; tree.only = {key = true}; tree.groups[name] = true
--   tree.expressions[key] (with_expression), tree.raise[key], tree.criteria (with_loader_criteria)
--   tree.subclasses (selectin_polymorphic), tree.below = {[mapper] = tree of that subclass}
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local option_tree = {}

function option_tree.new()
  return {of = {}, columns = {}, groups = {}, criteria = {}}
end

local function branch(tree, key, strategy, opts, of_type, target)
  local entry = tree.of[key] or {sub = option_tree.new(), wild = key == "*"}
  tree.of[key] = entry
  if strategy ~= "default" or not entry.strategy then
    if strategy ~= "default" then entry.strategy = strategy end
    entry.opts = opts or entry.opts
  end
  if of_type then
    if entry.of_type and entry.of_type ~= of_type then
      entry.of_types = entry.of_types or {entry.of_type}
      table.insert(entry.of_types, of_type)
    end
    entry.of_type = of_type
  end
  if target and core.has(target, "criteria") then entry.relation = target end
  local owner = target and core.get(target, "entity")
  if owner then
    entry.owners = entry.owners or {}
    table.insert(entry.owners, core.get(owner, "mapper"))
  end
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
    if step.children then
      for _, child in ipairs(step.children) do apply(tree, child) end
    elseif step.column then
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
end

--- The class or alias that an option begins at: its first attribute's entity.
function option_tree.start_of(load)
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
local NO_ROOTS = {any = option_tree.new(), by_id = {}, criteria = {}, propagating = {}}

--- Has what "*" says of no entity in particular hold for all relationships, however deep. (immediateload("*") is about
-- the statement's own alone.)
local function spread(tree, all, seen)
  if seen[tree] then return end
  seen[tree] = true
  all.spread = true
  tree.of["*"] = tree.of["*"] or all
  for _, entry in pairs(tree.of) do spread(entry.sub, all, seen) end
end

local function spread_everywhere(roots)
  local all = roots.any.of["*"]
  if not all or not all.strategy or all.strategy == "immediate" then return end
  local seen = {}
  spread(roots.any, all, seen)
  for _, tree in pairs(roots.by_id) do spread(tree, all, seen) end
end

--- The trees of a statement's options: roots[entity id] and roots.any.
--- @param more any[]? with_loader_criteria() options of the statement around
--- @param within boolean? of a statement within another one, where options of loading say nothing
function option_tree.roots(stmt, more, within)
  if not core.has(stmt, "options") and not core.has(stmt, "memoized") and not (more and more[1]) then
    return NO_ROOTS
  end
  local roots = {any = option_tree.new(), by_id = {}, criteria = {}, propagating = {}}
  for _, node in ipairs(all_options(stmt)) do
    local object = core.get(node, "object")
    if type(object) == "table" and object.loader_criteria then
      roots.criteria[#roots.criteria + 1] = object
      if object.propagate_to_loaders then roots.propagating[#roots.propagating + 1] = object end
    elseif type(object) == "table" and not object.of_session and not within then
      local start = option_tree.start_of(object)
      local id = start and core.id(start)
      local tree = roots.any
      if object.tree then
        roots.by_id[id] = object.tree
        object.tree.entity = start
      elseif id then
        tree = roots.by_id[id] or option_tree.new()
        roots.by_id[id] = tree
        tree.entity = start
      end
      if not object.tree then apply(tree, object) end
    end
  end
  spread_everywhere(roots)
  for _, option in ipairs(more or {}) do table.insert(roots.criteria, option) end
  return within and not roots.criteria[1] and NO_ROOTS or roots
end

--- Were there no options at all?
function option_tree.are_empty(roots) return roots == NO_ROOTS end

--- A copy of an entry about relationships of one class, with another one's, of the same name, of a class beside it.
local function beside(entry, other)
  if entry == other or not entry.owners or not other.owners then return entry end
  local out = {}
  for k, v in pairs(entry) do out[k] = v end
  out.beside = out.beside or other
  return out
end

--- Adds what another tree says that this one does not; the tree.
function option_tree.merge(tree, other)
  for key, entry in pairs(other.of) do tree.of[key] = tree.of[key] and beside(tree.of[key], entry) or entry end
  for _, part in ipairs{"columns", "groups"} do
    for k, v in pairs(other[part]) do
      if tree[part][k] == nil then tree[part][k] = v end
    end
  end
  for k, v in pairs(other.raise or {}) do
    tree.raise = tree.raise or {}
    if tree.raise[k] == nil then tree.raise[k] = v end
  end
  return tree
end

--- Is one of the two what the other, a with_polymorphic(), calls a subclass?
function option_tree.shares_rows(a, b)
  return core.get(a, "is_alias") ~= 0 and core.get(b, "is_alias") ~= 0
    and core.id(core.get(a, "selectable")) == core.id(core.get(b, "selectable"))
end

--- The tree of the options that begin at the entity itself, or at a subclass that is loaded with it.
local function own_tree(roots, entity)
  local tree = roots.by_id[core.id(entity)]
  for _, other in pairs(roots.by_id) do
    if other ~= tree and other.entity and option_tree.shares_rows(other.entity, entity) then
      tree = tree and option_tree.merge(tree, other) or other
    end
  end
  for _, class in ipairs(tree and tree.subclasses or {}) do
    local sub = core.element(class)
    tree.below = tree.below or {}
    tree.below[core.get(sub, "mapper")] = roots.by_id[core.id(sub)]
  end
  return tree
end

--- A copy that says more.
local function merged(tree, other)
  local out = {}
  for k, v in pairs(tree) do out[k] = v end
  for _, part in ipairs{"of", "columns", "groups"} do
    out[part] = {}
    for k, v in pairs(tree[part]) do out[part][k] = v end
  end
  out.only = out.only or other.only
  return option_tree.merge(out, other)
end

--- The tree with those of classes above and below the entity's.
local function with_hierarchy(roots, entity, tree)
  local mapper, found = core.get(entity, "mapper"), tree
  if not mapper or core.get(entity, "is_alias") ~= 0 then return tree end
  for _, candidate in pairs(roots.by_id) do
    local of = candidate ~= tree and candidate.entity and core.get(candidate.entity, "mapper")
    if of and of ~= mapper and core.get(candidate.entity, "is_alias") == 0 and of.isa
      and (mapper:isa(of) or of:isa(mapper)) then
      found = found and merged(found, candidate) or candidate
    end
  end
  return found
end

--- A copy of what a tree says, with none of what was worked out from it.
local function copy_of(tree)
  local out = {}
  for part, value in pairs(tree) do out[part] = value end
  out._options, out.for_refresh, out.for_expired, out.with, out.when_asked = nil, nil, nil, nil, nil
  return out
end

--- The tree without what is said of all relationships, wherever they are.
local function unspread(tree)
  local all = tree.of["*"]
  if not (all and all.spread) then return tree end
  local out = copy_of(tree)
  out.of = {}
  for key, entry in pairs(tree.of) do out.of[key] = entry ~= all and entry or nil end
  return out
end

--- What is left of the tree when its object expires: not what options of no entity say of all attributes. nil: all of
-- it; false: nothing.
local function lasting_of(tree, any)
  local out = unspread(tree)
  if any.columns["*"] then
    out = copy_of(out)
    out.columns = {}
    for key, said in pairs(tree.columns) do out.columns[key] = key ~= "*" and said or nil end
  end
  if out == tree then return nil end
  return not option_tree.is_empty(out) and out
end

--- The tree for an entity of the statement: options that begin at it, at its mapper's class, or anywhere.
local function find_tree(roots, entity)
  if roots == NO_ROOTS then return nil end
  local tree = with_hierarchy(roots, entity, own_tree(roots, entity))
  if next(roots.any.of) ~= nil or next(roots.any.columns) ~= nil or next(roots.any.groups) ~= nil or roots.any.only then
    return tree and option_tree.merge(tree, roots.any) or roots.any
  end
  return tree
end

local STREAMS = {dynamic = true, write_only = true}
local POPULATING = {joined = true, selectin = true, subquery = true, contains_eager = true}

--- Is the entry about the relationship, or one of that name of a class beside its class?
local function is_about(entry, prop)
  local parent = prop.parent
  for _, mapper in ipairs(entry.owners or {}) do
    if mapper == parent or mapper:isa(parent) or parent:isa(mapper) then return true end
  end
  return not entry.owners
end

--- How a relationship is loaded: by the tree's options, else as it was mapped.
function option_tree.strategy(tree, prop)
  local entry, all = tree and tree.of[prop.key], tree and tree.of["*"]
  if entry and not is_about(entry, prop) then entry = entry.beside and is_about(entry.beside, prop) and entry.beside end
  local chosen = entry and entry.strategy or all and all.strategy
  if chosen and POPULATING[chosen] and STREAMS[prop.lazy] then
    err.raise("InvalidRequestError", "'%s' does not support object population - eager loading cannot be applied.",
      tostring(prop))
  end
  return chosen or prop.lazy, entry or all
end

--- What of the options of an object's statement holds when it is read again: not what is about that statement alone.
--- @param expired boolean the columns are those that have expired, whatever the options say of them
function option_tree.for_refresh(tree, expired)
  local name = expired and "for_expired" or "for_refresh"
  if not tree[name] then
    local again, lasting = option_tree.new(), tree.lasting or tree.lasting == nil and tree or option_tree.new()
    for _, part in ipairs(expired and {"criteria"} or {"columns", "groups", "criteria", "only", "expressions"}) do
      again[part] = lasting[part]
    end
    for key, entry in pairs(lasting.of) do
      if entry.strategy ~= "contains_eager" then again.of[key] = entry end
    end
    tree[name] = again
  end
  return tree[name]
end

--- The tree without contains_eager() and, below its own, what is said of all relationships, which are about its
-- statement alone: what holds for loads when a relationship is asked for.
function option_tree.when_asked(tree)
  local again = tree.when_asked
  if again == nil then
    local of, differs = {}, false
    tree.when_asked = false -- what is said of "*" lies within itself
    for key, entry in pairs(tree.of) do
      local sub, contained = unspread(option_tree.when_asked(entry.sub)), entry.strategy == "contains_eager"
      local own = entry
      if contained or sub ~= entry.sub then
        differs, own = true, {}
        for k, v in pairs(contained and {} or entry) do own[k] = v end
        own.sub = sub
      end
      of[key] = own
    end
    again = false
    if differs then
      again = copy_of(tree)
      again.of = of
    end
    tree.when_asked = again
  end
  return again or tree
end

--- The tree, which may be nil, with an entry of another one, until its object expires (lasting: what is left then).
function option_tree.with_entry(tree, key, entry)
  local with = tree and tree.with or setmetatable({}, {__mode = "k"})
  if not with[entry] then
    local again, of = copy_of(tree or option_tree.new()), {}
    for k, value in pairs(again.of) do of[k] = value end
    again.of = of
    of[key] = entry
    if again.lasting == nil then again.lasting = tree or false end
    with[entry] = again
  end
  if tree then tree.with = with end
  return with[entry]
end

--- Is the column left out at first?
function option_tree.is_deferred(tree, prop)
  local deferred = prop.deferred or false
  if not tree then return deferred, prop.raiseload end
  local said = tree.columns[prop.key]
  if said then return said == "defer", tree.raise and tree.raise[prop.key] end
  if prop.group and tree.groups[prop.group] then return false end
  if tree.only then return not tree.only[prop.key], tree.raise ~= nil end
  if tree.columns["*"] then return tree.columns["*"] == "defer", tree.raise and tree.raise["*"] end
  return deferred, prop.raiseload
end

--- Does the tree say anything?
function option_tree.of(roots, entity)
  local tree = find_tree(roots, entity)
  if roots.propagating[1] ~= nil then
    tree = tree or option_tree.new()
    tree.criteria = roots.propagating
  end
  if tree and tree.lasting == nil then tree.lasting = lasting_of(tree, roots.any) end
  return tree
end

--- Does the tree say nothing?
function option_tree.is_empty(tree)
  return not tree or (next(tree.of) == nil and next(tree.columns) == nil and next(tree.groups) == nil
    and not tree.only and not tree.expressions and not tree.subclasses and tree.criteria[1] == nil)
end

return option_tree
