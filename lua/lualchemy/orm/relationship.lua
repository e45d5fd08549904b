--- la.relationship, la.backref: the Relationship property.
--
-- After configuration: kind = "relationship", key, parent (Mapper), mapper (target Mapper), entity (target ENTITY
-- node), target (its
-- selectable), direction (of orm/direction.lua), uselist, lazy ("select", "joined", "selectin",
-- "subquery", "immediate", "raise", "raise_on_sql", "noload", "dynamic", "write_only"), slot,
-- cascade {["save-update"], merge, delete, ["delete-orphan"], expunge, ["refresh-expire"] = true},
-- primaryjoin, secondaryjoin (with roles: orm/annotate.lua), secondary (FROM), join_condition (orm/join_condition.lua),
-- local_columns, remote_side, foreign_key_columns (arrays of columns), local_remote_pairs {{local, remote}, …},
-- synchronize_pairs, secondary_synchronize_pairs {{source, dest}, …}, order_by (array of expressions)|false,
-- viewonly, post_update, passive_deletes (boolean | "all"), passive_updates, back_populates (key)|nil,
-- reverse_property (array of Relationships), single_parent, collection_class, join_depth, innerjoin, load_on_pending,
-- sync_backref, overlaps (set), omit_join, distinct_target_key, active_history, enable_typechecks, is_self_referential
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local directions = require "lualchemy.orm.direction"
local err = require "lualchemy.error"
local property = require "lualchemy.orm.property"

local given = base.given
local module = {}
local methods = {}
local meta = property.class("relationship", methods)

-- ---- cascades ----

local CASCADES = {["save-update"] = true, merge = true, ["refresh-expire"] = true, expunge = true, delete = true,
  ["delete-orphan"] = true}
local ALL = {"save-update", "merge", "refresh-expire", "expunge", "delete"}
local VIEWONLY = {merge = true, ["refresh-expire"] = true, expunge = true}

local function words(value)
  local list = {}
  if type(value) == "table" then
    for k, v in pairs(value) do list[#list + 1] = type(k) == "number" and v or k end
  else
    for word in value:gmatch("%s*([^,]*[^%s,])") do list[#list + 1] = word end
  end
  return list
end

--- The set of cascades that a string ("all, delete-orphan") or an array names.
function module.cascades(value)
  local set, unknown, none = {}, {}, false
  for _, word in ipairs(words(value)) do
    if word == "all" then
      for _, one in ipairs(ALL) do set[one] = true end
    elseif word == "none" then
      none = true
    elseif CASCADES[word] then
      set[word] = true
    else
      unknown[#unknown + 1] = "'" .. word .. "'"
    end
  end
  if #unknown > 0 then
    table.sort(unknown)
    err.raise("ArgumentError", "Invalid cascade option(s): %s", table.concat(unknown, ", "))
  end
  if none then return {} end
  if set["delete-orphan"] and not set.delete then
    err.warn("The 'delete-orphan' cascade option requires 'delete'.")
  end
  return set
end

-- ---- making ----

local KEYWORDS = base.keywords([[argument secondary uselist collection_class primaryjoin secondaryjoin
  back_populates order_by backref overlaps post_update cascade viewonly lazy passive_deletes passive_updates
  active_history enable_typechecks foreign_keys remote_side join_depth comparator_factory single_parent
  innerjoin distinct_target_key load_on_pending query_class info omit_join sync_backref doc bake_queries
  cascade_backrefs init repr default default_factory compare kw_only hash dataclass_metadata _local_remote_pairs
  _legacy_inactive_history_style]])

local LAZY = {[true] = "select", [false] = "joined"}
for name in ("select joined selectin subquery immediate raise raise_on_sql noload dynamic write_only"):gmatch("%S+") do
  LAZY[name] = name
end

local function lazy_of(value)
  if value == nil then return "select" end
  if value == core.null then return "noload" end
  if not LAZY[value] then
    err.raise("ArgumentError", "relationship: argument 'lazy' must be \"select\", \"joined\", \"selectin\", "
      .. "\"subquery\", \"immediate\", \"raise\", \"raise_on_sql\", \"noload\", \"dynamic\" or \"write_only\", got %s",
      tostring(value))
  end
  return LAZY[value]
end

local function or_default(value, default)
  if value == nil then return default end
  return value
end

local Cascades = {__name = "lualchemy.CascadeOptions", __index = {}}
function Cascades.__index.contains(set, name) return set[name] == true end

function Cascades.__tostring(set)
  local names = {}
  for name in pairs(CASCADES) do names[#names + 1] = set[name] and name or nil end
  table.sort(names)
  return "CascadeOptions('" .. table.concat(names, ",") .. "')"
end

--- Says of each cascade whether it is there, by both spellings of its name (delete-orphan, delete_orphan).
local function cascade_of(o)
  local given_set, set = module.cascades(given(o.cascade) or "save-update, merge"), {}
  for name in pairs(CASCADES) do
    local there = given_set[name] ~= nil and (not given(o.viewonly) or VIEWONLY[name] ~= nil)
    set[name], set[(name:gsub("-", "_"))] = there, there
  end
  return setmetatable(set, Cascades)
end

local function overlaps_of(text)
  local set = {}
  for word in (given(text) or ""):gmatch("[^%s,]+") do set[word] = true end
  return set
end

local SIMPLE = {"uselist", "collection_class", "back_populates", "post_update", "viewonly", "active_history",
  "join_depth",
  "single_parent", "innerjoin", "distinct_target_key", "load_on_pending", "query_class", "info", "omit_join",
    "sync_backref", "doc",
  "comparator_factory"}

local WRITING = {passive_deletes = false, passive_updates = true, enable_typechecks = true, active_history = false}

--- Keywords about writing are of no use where nothing is written.
local function check_viewonly(o)
  for _, name in ipairs{"passive_deletes", "passive_updates", "enable_typechecks", "active_history"} do
    if given(o[name]) ~= nil and o[name] ~= WRITING[name] then
      err.warn(("Setting %s on relationship() while also setting viewonly=True does not make sense, as a viewonly=True "
        .. "relationship does not perform persistence operations. This configuration may raise an error in a future "
        .. "release."):format(name))
    end
  end
end

--- A relationship from checked keywords.
function module.new(o)
  if given(o.back_populates) and given(o.backref) then
    err.raise("ArgumentError", "backref and back_populates keyword arguments are mutually exclusive")
  end
  if given(o.viewonly) and given(o.sync_backref) then
    err.raise("ArgumentError", "sync_backref and viewonly cannot both be True")
  end
  if o.cascade_backrefs == true then
    err.raise("ArgumentError", "The 'cascade_backrefs' parameter passed to relationship() may only be set to False.")
  end
  if given(o.viewonly) then check_viewonly(o) end
  local prop = {given = o, argument = o.argument, order = property.next_order(), wants_slot = true}
  for _, name in ipairs(SIMPLE) do prop[name] = given(o[name]) end
  prop.backref = given(o.backref)
  prop.lazy = lazy_of(o.lazy)
  prop.cascade = cascade_of(o)
  prop.overlaps = overlaps_of(o.overlaps)
  prop.passive_deletes = or_default(given(o.passive_deletes), false)
  prop.passive_updates = or_default(given(o.passive_updates), true)
  prop.enable_typechecks = or_default(given(o.enable_typechecks), true)
  for _, name in ipairs{"viewonly", "post_update", "active_history", "single_parent", "innerjoin", "load_on_pending"} do
    prop[name] = prop[name] or false
  end
  prop.reverse_property = {}
  return setmetatable(prop, meta)
end

--- la.relationship{"Track", back_populates = "album"}
local function relationship(...)
  local p, o = args.brace("relationship", KEYWORDS, ...)
  local copy = {}
  for k, v in pairs(o) do copy[k] = v end
  if copy.argument == nil then copy.argument = p[1] end
  if copy.secondary == nil then copy.secondary = p[2] end
  if copy.argument == nil then
    err.raise("ArgumentError", "relationship: argument 'argument' is missing: a class, its name, or a function that "
      .. "returns it")
  end
  return module.new(copy)
end

local backref_meta = {}

--- la.backref("album", {cascade = "all"}): a backref with keywords of its own.
local function backref(...)
  local p, o = args.brace("backref", KEYWORDS, ...)
  if type(p[1]) ~= "string" then
    err.raise("ArgumentError", "backref: argument 'name' must be a string, got %s", type(p[1]))
  end
  return setmetatable({name = p[1], keywords = o}, backref_meta)
end

--- Name and keywords of a backref given as a string, la.backref, or {name, keywords}.
function module.backref_of(x)
  if type(x) == "string" then return x, {} end
  if type(x) == "table" and getmetatable(x) == backref_meta then return x.name, x.keywords end
  if type(x) == "table" and type(x[1]) == "string" then return x[1], x[2] or {} end
  err.raise("ArgumentError", "relationship: argument 'backref' must be a string or la.backref(name, {…}), got %s",
    type(x))
end

-- ---- on the mapper ----

--- A subclass has the attribute, too, once the relationship is configured.
function methods.instrument_class(prop, mapper)
  if prop.configured then require("lualchemy.orm.attribute").install(mapper, prop) end
end

--- Makes the attribute known to the instances of all classes that have it.
function methods.install(prop)
  for _, mapper in ipairs(prop.parent.self_and_descendants) do
    if mapper.props[prop.key] == prop then require("lualchemy.orm.attribute").install(mapper, prop) end
  end
end

--- Resolves what was given and computes the join; once.
function methods.configure(prop)
  if prop.configured or prop.configuring then return end
  prop.configuring = true
  local ok, e = pcall(require("lualchemy.orm.relationship_setup").configure, prop)
  prop.configuring = nil
  if not ok then error(e, 0) end
end

--- Does the relationship persist values for that mapper?
function methods.persists_for(prop, mapper)
  return mapper.props[prop.key] == prop
end

--- The same with lazy = "dynamic".
local function dynamic_loader(...)
  local prop = relationship(...)
  prop.lazy = "dynamic"
  return prop
end

module.methods = methods
module.public = {relationship = relationship, backref = backref, dynamic_loader = dynamic_loader,
  ONETOMANY = directions.ONETOMANY, MANYTOONE = directions.MANYTOONE, MANYTOMANY = directions.MANYTOMANY,
  interfaces = directions,
  foreign = require("lualchemy.orm.annotate").public.foreign,
  remote = require("lualchemy.orm.annotate").public.remote}

return module
