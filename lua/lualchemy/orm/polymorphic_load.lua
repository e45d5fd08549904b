--- selectin_polymorphic() and polymorphic_load = "selectin": objects were made from the rows of a class above; what
-- their own classes add is read by one statement for each class.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local identity = require "lualchemy.orm.identity"
local option_tree = require "lualchemy.orm.option_tree"
local options = require "lualchemy.orm.options"
local state = require "lualchemy.orm.state"

local CHUNK = 500
local polymorphic_load = {}

--- The class whose columns are read for objects of a mapper that came as objects of `from`; nil: none.
local function class_for(mapper, from, chosen)
  for _, m in ipairs{mapper, mapper.inherits or nil} do
    if m == from then return nil end
    if chosen[m] or m.polymorphic_load == "selectin" then return m end
  end
end

--- What the class adds, and those right above it that are loaded in this way.
local function own_attributes(mapper, from)
  local out, added, up = {}, {[mapper] = true}, mapper.inherits
  while up and up ~= from and up.polymorphic_load == "selectin" do
    added[up] = true
    up = up.inherits
  end
  for _, prop in ipairs(mapper.prop_list) do
    if prop.kind == "column" and prop.slot and not prop.deferred and added[prop.parent]
      and from.props[prop.key] == nil then
      out[#out + 1] = mapper.class_[prop.key]
    end
  end
  return out
end

--- The statement for objects of one class; tree: what the options say of it.
local function statement(mapper, from, keys, tree)
  local la, pk = require "lualchemy.sql.api", mapper.primary_key
  local stmt = la.select(mapper.entity):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
  stmt = stmt:where((#pk == 1 and pk[1] or la.tuple_(compat.unpack(pk))):in_(keys)):order_by(compat.unpack(pk))
  local own = own_attributes(mapper, from)
  if #own == 0 then own[1] = mapper.class_[mapper.column_to_property[pk[1]].key] end
  if not tree then return stmt:options(options.public.load_only(compat.unpack(own))) end
  local again = option_tree.merge(option_tree.new(), tree)
  again.only = {}
  for _, attribute in ipairs(own) do again.only[core.get(attribute, "key")] = true end
  return stmt:options(require("lualchemy.orm.strategies").option_of(mapper.entity, again))
end

--- What the options say of a subclass: by itself, or of its attributes among those of the class above.
local function tree_of(plan, from, mapper)
  local tree, out = plan.tree, nil
  local own = tree and tree.below and tree.below[mapper]
  if not tree then return nil end
  for _, there in ipairs(own and {} or entities.subs(plan.entity)) do
    if there == mapper then return nil end
  end
  for _, part in ipairs{"of", "columns", "groups"} do
    for key, entry in pairs((own or tree)[part]) do
      if (own or mapper.props[key]) and not from.props[key] then
        out = out or option_tree.new()
        out[part][key] = entry
      end
    end
  end
  return out
end

local function key_of(obj)
  local values = identity.values(rawget(obj, 2))
  return #values == 1 and values[1] or values
end

--- Notes the class that is to be read, and those between it and `from`: what they add is read by statements of their
-- own, for all objects of theirs but of classes that came before the first such object.
local function note_classes(order, keys_of, m, from)
  while m and m ~= from and not keys_of[m] do
    keys_of[m] = {}
    order[#order + 1] = m
    m = m.inherits
  end
end

local function has(list, x)
  for _, item in ipairs(list) do
    if item == x then return true end
  end
  return false
end

--- Are the objects of a mapper read with those of `above`, and not by what is said of a class between?
local function comes_from(mapper, above)
  local below, m = mapper, mapper
  while m do
    if m.polymorphic_load == "selectin" then return m == above end
    if m == above or m ~= below and not has(m:polymorphic_mappers(), below) then return false end
    below, m = m, m.inherits
  end
  return false
end

--- from: the class whose own relationships have been loaded with the objects.
local function read(load, stmt, from)
  local result, plan = require("lualchemy.orm.execute").objects(load.session, stmt, nil,
    {populate_existing = load.o.populate_existing, beyond = from,
      execution_options = require("lualchemy.orm.post_load").lasting(load.o.execution_options)})
  if plan.eager_collections then result = result:unique() end
  result:all()
end

--- The load that follows for objects of an entity plan, nil where no subclass wants one.
function polymorphic_load.loader(plan)
  local from, chosen, wanted = plan.mapper, {}, false
  local by_option = plan.tree and plan.tree.subclasses and plan.tree.subclasses[1] ~= nil
  for _, class in ipairs(plan.tree and plan.tree.subclasses or {}) do
    chosen[require("lualchemy.orm.mapper").of(class)], wanted = true, true
  end
  for _, m in ipairs(from.self_and_descendants) do
    wanted = wanted or (m ~= from and m.polymorphic_load == "selectin")
  end
  if not wanted then return nil end
  return function(load, list)
    local objects, order, keys_of, before = {}, {}, {}, {}
    for _, obj in ipairs(list) do
      local known, mapper = load.o.lazy_from and not (load.fresh and load.fresh[obj]), state.mapper(obj)
      if not known then note_classes(order, keys_of, class_for(mapper, from, chosen), from) end
      if not order[1] then before[mapper] = true end
      if not known and not before[mapper] then objects[#objects + 1] = obj end
    end
    for _, obj in ipairs(objects) do
      local m = state.mapper(obj)
      while m and m ~= from do
        if keys_of[m] and (by_option or comes_from(state.mapper(obj), m)) then table.insert(keys_of[m], key_of(obj)) end
        m = m.inherits
      end
    end
    for _, m in ipairs(order) do
      local all = keys_of[m]
      for first = 1, #all, CHUNK do
        local keys = {compat.unpack(all, first, math.min(first + CHUNK - 1, #all))}
        read(load, statement(m, from, keys, tree_of(plan, from, m)), from)
      end
    end
  end
end

return polymorphic_load
