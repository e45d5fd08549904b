--- Query: the older style of asking, over the same SELECT.
--
-- A Query is immutable: {_session, _select = SELECT, _base = what it selects from after union() and count(), _from = a
-- statement
-- given whole, _style = label style, _params, _options = execution options, _load = options of loading,
-- _extensions = SyntaxExtensions, _joinpoint = so many joins were there when reset_joinpoint() was called}.
local adapt = require "lualchemy.orm.query_adapt"
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
require "lualchemy.orm.comparator"

local unpack = compat.unpack

--- @class lualchemy.Query
local Query = {__name = "lualchemy.Query", __of_session = true}
local getters = {}
local query = {Query = Query, getters = getters}

local TABLENAME_PLUS_COL = require("lualchemy.sql.selectable").LABEL_STYLE_TABLENAME_PLUS_COL
query.PLUS_COL = TABLENAME_PLUS_COL
--- Labels as with PLUS_COL; the keys of the rows are those of the attributes.
query.OF_ROWS = require("lualchemy.sql.selectable").LABEL_STYLE_LEGACY_ORM

local FIELDS = {_session = true, _select = true, _base = true, _from = true, _style = true, _params = true,
  _options = true, _load = true, _extensions = true, _unchecked = true, _dispatch = true}

Query.__index = compat.index(Query, function(self, key)
  if FIELDS[key] then return nil end
  local getter = getters[key]
  if getter then return getter(self) end
  if type(key) == "string" and key:sub(1, 1) == "_" then return nil end
  local names = {}
  for k in pairs(Query) do names[#names + 1] = k end
  local near = type(key) == "string" and err.nearest(key, names)
  err.raise("AttributeError", "'Query' object has no attribute '%s'%s", tostring(key), near
    and ("; did you mean '" .. near .. "'?") or "")
end)

--- A copy. The constructor names most fields, so that the table has its size at once.
local function copy_of(self)
  local copy = {_session = nil, _select = nil, _dispatch = nil, _base = nil, _from = nil, _style = nil, _params = nil}
  for k, v in next, self do copy[k] = v end
  copy._result, copy._rows = nil, nil
  return setmetatable(copy, Query)
end

local function with(self, fields)
  local copy = copy_of(self)
  for k, v in next, fields do copy[k] = v end
  return copy
end
query.with = with

local function merged(a, b)
  local out = {}
  for k, v in pairs(a or {}) do out[k] = v end
  for k, v in pairs(b or {}) do out[k] = v end
  return out
end
query.merged = merged

-- ---- making ----

local dispatch = event.dispatcher{Query}

local function select_of(...)
  local columns, n = {...}, select("#", ...)
  if n == 1 and args.is_plain(columns[1]) then
    columns, n = columns[1], #columns[1]
  end
  return n == 0 and core.new("SELECT", {auto_correlate = true}) or core.select(unpack(columns, 1, n))
end

--- A Query of classes, columns and other expressions.
function query.new(session, ...)
  local first = ...
  local one = select("#", ...) == 1 and first ~= nil and not args.is_plain(first)
  return setmetatable({_session = session, _select = one and core.select(first) or select_of(...),
    _dispatch = dispatch}, Query)
end

local function is_session(x)
  return type(x) == "table" and require("lualchemy.orm.session").Session:is(x)
end

--- la.Query(User, session), la.Query({User, Post.id}, session)
local function construct(_, what, session)
  if args.is_plain(what) and session == nil and is_session(what[2]) then what, session = what[1], what[2] end
  if args.is_plain(what) then return query.new(session, unpack(what)) end
  return query.new(session, what)
end
setmetatable(Query, {__call = construct, __tostring = function() return "la.Query" end})

--- Is x a Query?
--- @param x any
--- @return boolean
function Query.is(_, x) return type(x) == "table" and getmetatable(x) == Query end

-- ---- what may not follow what ----

local function has_limit(self)
  return core.has(self._select, "limit") or core.has(self._select, "offset")
end

local function no_statement(self, name)
  if not rawget(self, "_from") or rawget(self, "_unchecked") then return end
  err.raise("InvalidRequestError",
    "Query.%s() being called on a Query with an existing full statement - can't apply criterion.", name)
end

local function no_limit(self, name)
  if not has_limit(self) or rawget(self, "_unchecked") then return end
  err.raise("InvalidRequestError",
    "Query.%s() being called on a Query which already has LIMIT or OFFSET applied.  Call %s() before "
    .. "limit() or offset() are applied.", name, name)
end

local CRITERIA = {"where", "from_obj", "setup_joins", "limit", "offset", "group_by"}

--- Raises if the Query has criteria already; what: more lists that count as such.
function query.no_criterion(self, name, ...)
  if self._unchecked then return end
  local found = self._from or self._base
  for _, field in ipairs{unpack(CRITERIA)} do found = found or core.has(self._select, field) end
  for i = 1, select("#", ...) do found = found or core.has(self._select, (select(i, ...))) end
  if found then err.raise("InvalidRequestError", "Query.%s() being called on a Query with existing criterion. ",
    name) end
end

-- ---- the methods of SELECT ----

local function delegate(name, check, as)
  Query[as or name] = function(self, ...)
    if check then check(self, as or name) end
    local copy = copy_of(self)
    local stmt = copy._select
    copy._select = stmt[name](stmt, ...)
    return copy
  end
end

local function criteria(self, name)
  no_statement(self, name)
  no_limit(self, name)
end

delegate("where", criteria)
delegate("where", criteria, "filter")
delegate("having", criteria)
for _, name in ipairs{"join", "outerjoin"} do
  delegate(name, criteria)
  local join = Query[name]
  --- A SELECT to join to is made a subquery, which is what older programs rely on.
  Query[name] = function(self, target, ...)
    local node = core.element(target)
    if not node or core.category(node) ~= "STATEMENT" then return join(self, target, ...) end
    err.warn("Implicit coercion of SELECT and textual SELECT constructs into FROM clauses is deprecated; please call "
      .. ".subquery() on any Core select or ORM Query object in order to produce a subquery object.",
      err.exc.SADeprecationWarning)
    return join(self, node:subquery(), ...)
  end
end
for _, name in ipairs{"order_by", "group_by"} do
  --- nil or false: none.
  Query[name] = function(self, first, ...)
    criteria(self, name)
    local stmt = self._select
    if first == false then return with(self, {_select = stmt[name](stmt, nil)}) end
    return with(self, {_select = stmt[name](stmt, first, ...)})
  end
end
delegate("distinct", no_statement)
delegate("limit", no_statement)
delegate("offset", no_statement)
delegate("slice", no_statement)
delegate("correlate")
delegate("with_for_update")
delegate("prefix_with")
delegate("suffix_with")
delegate("with_hint")
delegate("with_statement_hint")
delegate("add_columns")
delegate("add_columns", nil, "add_column")
delegate("add_columns", nil, "add_entity")

--- filter_by() is about what the Query is of again, until more is joined.
--- @return lualchemy.Query
function Query:reset_joinpoint()
  no_statement(self, "reset_joinpoint")
  return with(self, {_joinpoint = #core.get(self._select, "setup_joins")})
end

--- What is selected from, in the place of what the columns say.
--- @param ... lualchemy.FromClause|lualchemy.MappedClass
--- @return lualchemy.Query
function Query:select_from(...)
  query.no_criterion(with(self, {_base = false}), "select_from", "order_by", "distinct")
  return with(self, {_select = core.with(self._select, {from_obj = {}}):select_from(...)})
end

--- Options of loading: la.joinedload(User.posts) …
--- @param ... any loader options
--- @return lualchemy.Query
function Query:options(...)
  local list = {}
  for i = 1, select("#", ...) do
    local option = (select(i, ...))
    for _, one in ipairs(args.is_plain(option) and option or {option}) do list[#list + 1] = one end
  end
  return with(self, {_select = self._select:options(unpack(list))})
end

--- Criteria by the names of attributes: {name = "x"}.
--- @param values table
--- @return lualchemy.Query
function Query:filter_by(values)
  criteria(self, "filter_by")
  local stmt, about = self._select, nil
  if #core.get(stmt, "setup_joins") <= (self._joinpoint or 0) then
    about = not self._base and core.get(stmt, "from_obj")[1] or core.get(stmt, "raw_columns")[1]
  end
  return with(self, {_select = stmt:filter_by(values, about, true)})
end

--- The same Query of other classes and columns.
--- @param ... lualchemy.Expression|lualchemy.OnlyColumnsOptions
--- @return lualchemy.Query
function Query:with_entities(...)
  return with(self, {_select = self._select:with_only_columns(...)})
end

--- Rows that are in a relationship of an object.
--- @param obj lualchemy.Instance
--- @param relation? lualchemy.RelationshipAttribute the one that leads to what is queried, unless given
--- @param from_entity? lualchemy.AliasedClass
--- @return lualchemy.Query
function Query:with_parent(obj, relation, from_entity)
  if args.is_options(relation) then relation, from_entity = relation.property, relation.from_entity end
  if args.is_options(from_entity) then from_entity = from_entity.from_entity end
  local entity = entities.of(from_entity) or self:_entity_zero()
  if relation == nil then
    local mapper, target = require("lualchemy.orm.state").mapper(obj), entities.mapper(entity)
    for _, prop in ipairs(mapper.prop_list) do
      if prop.kind == "relationship" and prop.mapper == target then relation = mapper.class_[prop.key] break end
    end
    if relation == nil then
      err.raise("InvalidRequestError",
        "Could not locate a property which relates instances of class '%s' to instances of class '%s'",
        target.class_name, mapper.class_name)
    end
  end
  local options = entities.is_alias(entity) and {from_entity = entities.wrap(entity)} or {}
  return self:filter(require("lualchemy.orm.relate").public.with_parent(obj, relation, options))
end

-- ---- settings ----

--- The Query with an extension of the syntax: of SELECT, or of UPDATE and DELETE where update() or delete() follows.
--- @param extension lualchemy.SyntaxExtension
--- @return lualchemy.Query
function Query:ext(extension)
  local list = {unpack(rawget(self, "_extensions") or {})}
  list[#list + 1] = require("lualchemy.sql.extension").check(extension)
  return with(self, {_extensions = list})
end

--- The statement with the extensions of the Query.
function query.extended(self, stmt)
  for _, extension in ipairs(rawget(self, "_extensions") or {}) do stmt = stmt:ext(extension) end
  return stmt
end

--- Options of the execution.
--- @param options table
--- @return lualchemy.Query
function Query:execution_options(options) return with(self, {_options = merged(self._options, options)}) end
--- @return table
function Query:get_execution_options() return merged(self._options) end

local function loading(name)
  return function(self, value)
    if value == nil then value = true end
    return with(self, {_load = merged(self._load, {[name] = value})})
  end
end
Query.populate_existing = loading "populate_existing"
Query.autoflush = loading "autoflush"
Query.yield_per = loading "yield_per"
Query.only_return_tuples = loading "only_return_tuples"
Query.enable_eagerloads = loading "enable_eagerloads"
--- Rows, also where one class alone is queried.
--- @return lualchemy.Query
function Query:tuples() return self:only_return_tuples(true) end

--- Values of bind parameters.
--- @param values table<string, any>
--- @return lualchemy.Query
function Query:params(values) return with(self, {_params = merged(self._params, values)}) end
--- The same Query for another session.
--- @param session lualchemy.Session
--- @return lualchemy.Query
function Query:with_session(session) return with(self, {_session = session}) end
--- false: any method may follow any other.
--- @param value boolean
--- @return lualchemy.Query
function Query:enable_assertions(value) return with(self, {_unchecked = value == false}) end
--- @param style integer one of la.LABEL_STYLE_…
--- @return lualchemy.Query
function Query:set_label_style(style) return with(self, {_style = style}) end
--- Labels that begin with the name of the table.
--- @return lualchemy.Query
function Query:with_labels() return self:set_label_style(TABLENAME_PLUS_COL) end
--- Another name of it.
--- @return lualchemy.Query
function Query:apply_labels() return self:with_labels() end
--- What the function makes of the Query.
--- @param fn fun(query: lualchemy.Query): lualchemy.Query
--- @return lualchemy.Query
function Query:with_transformation(fn) return fn(self) end

--- Takes objects from the rows of a statement given whole.
--- @param statement lualchemy.ClauseElement
--- @return lualchemy.Query
function Query:from_statement(statement)
  query.no_criterion(self, "from_statement", "order_by", "distinct")
  return with(self, {_from = require("lualchemy.orm.from_statement").check(statement)})
end

-- ---- statements ----

--- The SELECT with labels of that style (nil: as select() has them).
function query.build(self, style)
  if self._dispatch.before_compile then self = event.fold(self._dispatch, "before_compile", 1, self) end
  local stmt, from, base = self._select, rawget(self, "_from"), rawget(self, "_base")
  if from then return stmt:from_statement(from) end
  if base then stmt = adapt.statement(base, stmt) end
  local load = rawget(self, "_load")
  if load and load.enable_eagerloads == false then stmt = require "lualchemy.orm.query_eager"(stmt) end
  local own = rawget(self, "_style")
  if own and (own ~= TABLENAME_PLUS_COL or style ~= query.OF_ROWS) then style = own end
  if style then stmt = core.with_labels(stmt, style) end
  local options = rawget(self, "_options")
  if options then stmt = stmt:execution_options(options) end
  return rawget(self, "_extensions") and query.extended(self, stmt) or stmt
end

function getters.statement(self)
  local stmt = query.build(self)
  if self._params then return stmt:params(self._params) end
  return stmt
end
getters.selectable = getters.statement
getters.session = function(self) return rawget(self, "_session") end

--- A Query within a statement: its columns carry their tables' names.
function Query:__clause_element()
  if self._style then return getters.statement(self) end
  return core.with_labels(getters.statement(self), require("lualchemy.sql.api").LABEL_STYLE_TABLENAME_PLUS_COL)
end

function getters.whereclause(self) return self._select.whereclause end
function getters.is_single_entity(self)
  local columns, classes = core.select_entities(self._select)
  if columns ~= 1 or (self._load and self._load.only_return_tuples) then return false end
  if classes == 1 then return true end
  local first = core.get(self._select, "raw_columns")[1]
  local bundle = core.kind(first) == "BUNDLE" and require("lualchemy.orm.bundle").of(first)
  return bundle and bundle.single_entity or false
end

--- The ENTITY that the Query begins with, or nil.
function Query:_entity_zero()
  local first = core.get(self._select, "raw_columns")[1]
  if not first then return nil end
  if core.kind(first) == "ENTITY" then return first end
  if (core.kind(first) == "ATTRIBUTE" or core.kind(first) == "RELATION") and core.has(first, "entity") then
    return core.get(first, "entity")
  end
  local found
  core.replace(first, function(node)
    if not found and core.kind(node) == "ATTRIBUTE" and core.has(node, "entity") then
      found = core.get(node, "entity") end
  end)
  return found
end

function getters.column_descriptions(self)
  return require("lualchemy.orm.descriptions").describe(self._select, true)
end

query.public = {Query = Query}
require("lualchemy.orm.query_part")(query)
require("lualchemy.orm.query_run")(query)

return query
