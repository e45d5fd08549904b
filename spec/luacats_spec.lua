-- The comments for editors (LuaCATS): every public name has one, with types, and they say what is there.
local core = require "lualchemy.core"
local la = require "lualchemy"
local luacats = require "spec.support.luacats"

local cats = luacats.read(luacats.files())

local function sorted(set)
  local list = {}
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

--- The names among those that are public: those that begin with a letter.
local function public(names)
  local out = {}
  for name in pairs(names) do
    if type(name) == "string" and name:match("^%a") then out[name] = true end
  end
  return out
end

--- The names of the first set that the class does not declare.
local function undeclared(names, class)
  local list = {}
  for _, name in ipairs(sorted(names)) do
    if not cats:member(class, name) then list[#list + 1] = name end
  end
  return list
end

local function upvalue(fn, wanted)
  for i = 1, 60 do
    local name, value = debug.getupvalue(fn, i)
    if name == wanted then return value end
    if not name then return nil end
  end
end

--- What editors need not be told of: classes that no program gets to see.
local INNER = {["lualchemy.Logger"] = true, ["lualchemy.ExecutionContext"] = true}

local function is_public(fn)
  return fn.class and fn.class:find("^lualchemy") and not INNER[fn.class] and fn.name:find("^%a")
end

--- Is the parameter the object itself, of a method written with a dot?
local function is_self(fn, i, name)
  return name == "_" or i == 1 and name == fn.class:match("[%w_]+$"):lower()
end

describe("comments for editors", function()
  it("are well formed, and name types that there are", function()
    assert.same({}, cats.problems)
  end)

  it("stand in files that every Lua can read", function()
    for _, path in ipairs(luacats.files("/meta/")) do assert(loadfile(path)) end
  end)

  it("tell of each parameter, and say something where there is none", function()
    local missing = {}
    for _, fn in ipairs(cats.functions) do
      if is_public(fn) then
        if not fn.text then missing[#missing + 1] = fn.at end
        for i, name in ipairs(fn.params) do
          if not (fn.documented[name] or is_self(fn, i, name)) then missing[#missing + 1] = fn.at .. " " .. name end
        end
      end
    end
    assert.equal("", table.concat(missing, "\n"))
  end)
end)

-- ---- namespaces ----

local NAMESPACES = {"types", "exc", "event", "pool", "schema", "sql", "default", "sqlite", "postgresql",
  "mysql", "mssql", "oracle", "hybrid", "associationproxy", "orderinglist", "mutable", "automap",
  "horizontal_shard", "attributes", "collections", "loading", "engine", "warnings", "util"}

local function names_of_la()
  pcall(function() return la.there_is_no_such_name end) -- loads what there is
  local names = public(la)
  for name in pairs(public(require "lualchemy.sql.api")) do names[name] = true end
  return names
end

local function names_of(namespace) return public(la[namespace]) end

--- The names that the class declares and the namespace has not.
local function vain(names, class)
  local list = {}
  for _, name in ipairs(sorted(public(cats:members(class)))) do
    if not names[name] then list[#list + 1] = name end
  end
  return list
end

describe("the names of la", function()
  it("are those declared", function()
    local names = names_of_la()
    for _, namespace in ipairs(NAMESPACES) do names[namespace] = true end
    assert.equal("", table.concat(undeclared(names, "lualchemy"), " "))
    assert.equal("", table.concat(vain(names, "lualchemy"), " "))
  end)

  for _, namespace in ipairs(NAMESPACES) do
    it("." .. namespace .. " are those declared", function()
      assert.equal("", table.concat(undeclared(names_of(namespace), "lualchemy." .. namespace), " "))
      assert.equal("", table.concat(vain(names_of(namespace), "lualchemy." .. namespace), " "))
    end)
  end
end)

-- ---- kinds of nodes ----

--- The class of each kind; of the other kinds that of the category.
local CATEGORY = {EXPR = "ColumnElement", FROM = "FromClause", STATEMENT = "Executable", SCHEMA = "SchemaItem",
  DDL = "ExecutableDDLElement", TYPE = "TypeEngine"}
local KIND = {
  COLUMN = "Column", BIND = "BindParameter", NULL = "Null", TRUE = "True_", FALSE = "False_", TEXT = "TextClause",
  LABEL = "Label", UNARY = "Exists", BINARY = "BinaryExpression", CLAUSE_LIST = "BooleanClauseList", TUPLE = "Tuple",
  GROUPING = "Grouping", CASE = "Case", CAST = "Cast", TYPE_COERCE = "TypeCoerce", EXTRACT = "Extract",
  ORDER_BY_LIST = "OrderByList", FUNCTION = "Function", FILTER = "FunctionFilter", WITHIN_GROUP = "WithinGroup",
  AGGREGATE_ORDER_BY = "AggregateOrderBy", COLLATION = "CollationClause", OVER = "Over", SLICE = "Slice",
  SCALAR_SELECT = "ScalarSelect", SCALAR_VALUES = "ScalarValues", RELATION = "RelationshipAttribute",
  BUNDLE = "BundleExpression", ARRAY = "Tuple",
  CUSTOM = "FunctionFilter", AGG_ORDER_BY = "Windowed", ENTITY = "AliasedInsp", TABLE = "Table", ALIAS = "Alias",
  SUBQUERY = "Subquery", LATERAL = "Lateral", TABLESAMPLE = "TableSample", CTE = "CTE",
  TABLE_VALUED = "TableValuedAlias", JOIN = "Join", FROM_GROUPING = "FromGrouping", VALUES = "Values",
  SELECT = "Select", COMPOUND = "CompoundSelect", SELECT_GROUPING = "SelectStatementGrouping",
  TEXT_SELECT = "TextualSelect", INSERT = "Insert", UPDATE = "Update", DELETE = "Delete",
  METADATA = "MetaData", COLUMN_DEFAULT = "ColumnDefault", SERVER_DEFAULT = "DefaultClause", SEQUENCE = "Sequence",
  IDENTITY = "Identity", COMPUTED = "Computed", FOREIGN_KEY = "ForeignKey", CONSTRAINT = "Constraint", INDEX = "Index",
}

--- The kinds with their categories, as csrc/sql/nodes.def lists them.
local function kinds()
  local list = {}
  for line in io.lines("csrc/sql/nodes.def") do
    local name, category = line:match("^NODE%(([%u_]+), [%w_]+, (%u+),")
    if name then list[#list + 1] = {name = name, category = category} end
  end
  return list
end

--- What nodes of a kind answer to.
local function registered(kind)
  local names = {}
  for _, name in ipairs(core.names(core.new(kind, {}))) do names[name] = true end
  return public(names)
end

describe("what nodes answer to", function()
  for _, kind in ipairs(kinds()) do
    local class = KIND[kind.name] or CATEGORY[kind.category]
    if class then
      it("is declared: " .. kind.name, function()
        names_of_la()
        assert.equal("", table.concat(undeclared(registered(kind.name), "lualchemy." .. class), " "))
      end)
    end
  end

  it("is declared for the types that add to it", function()
    names_of_la()
    local names = {}
    for _, dialect in ipairs{"default", "postgresql", "mysql"} do assert(la[dialect]) end
    for _, which in ipairs{"methods", "getters"} do
      local by_class = upvalue(require("lualchemy.sql.comparator").register, which)
      for _, fns in pairs(by_class) do
        for name in pairs(fns) do names[name] = true end
      end
    end
    assert.equal("", table.concat(undeclared(public(names), "lualchemy.ColumnElement"), " "))
  end)
end)

-- ---- objects in Lua ----

--- Instances, or classes, of all that a program gets; by the name of the class.
local function objects()
  local engine = la.create_engine("sqlite://")
  local Base = la.declarative_base()
  local Child = Base:class("Child", {__tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
    parent_id = la.Column{la.Integer, la.ForeignKey("parent.id")}})
  local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column{la.Integer, primary_key = true},
    list = la.relationship{Child}, set = la.relationship{Child, collection_class = "set", viewonly = true},
    keyed = la.relationship{Child, collection_class = la.attribute_keyed_dict("id"), viewonly = true},
    dynamic = la.relationship{Child, lazy = "dynamic", viewonly = true},
    write_only = la.relationship{Child, lazy = "write_only", viewonly = true}})
  Base.metadata:create_all(engine)
  local session = la.Session(engine)
  local parent = Parent{}
  session:add(parent)
  session:flush()
  local connection = engine:connect()
  local result = connection:execute(la.text "select 1 as a")
  local state, mapper = la.inspect(parent), la.inspect(Parent)
  local pooled = engine:raw_connection()
  return {
    Engine = engine, Connection = connection, CursorResult = result, Row = result:first(), Session = session,
    RowMapping = connection:execute(la.text "select 1 as a"):mappings():first(), URL = engine.url,
    ScalarResult = connection:execute(la.text "select 1"):scalars(), SessionTransaction = session:get_transaction(),
    MappingResult = connection:execute(la.text "select 1"):mappings(), RootTransaction = connection:get_transaction(),
    NestedTransaction = connection:begin_nested(), TwoPhaseTransaction = la.TwoPhaseTransaction,
    Query = session:query(Parent), Mapper = mapper, InstanceState = state, Inspector = la.inspect(engine),
    registry = Base.registry, QueuePool = engine.pool, sessionmaker = la.sessionmaker(engine),
    SessionObjects = session.new, IdentityMap = session.identity_map, Load = la.selectinload(Parent.list),
    Compiled = la.select(1):compile(),
    Dialect = engine.dialect, MetaDataTables = Base.metadata.tables, OrderedProperties = mapper.attrs,
    History = la.attributes.get_history(parent, "id"), List = parent.list,
    Set = parent.set, Dict = parent.keyed, AppenderQuery = parent.dynamic, WriteOnlyCollection = parent.write_only,
    PoolProxiedConnection = pooled, DBAPIConnection = pooled.dbapi_connection,
    DBAPICursor = pooled:cursor(), MutableDict = la.mutable.MutableDict, MutableList = la.mutable.MutableList,
    MutableSet = la.mutable.MutableSet,
    ["postgresql.Range"] = la.postgresql.Range(1, 2), ColumnCollection = Parent.__table__:alias().c,
    Decimal = la.Decimal(1), date = la.date(2024, 1, 1), time = la.time(1), datetime = la.datetime(2024, 1, 1),
    timedelta = la.timedelta(1), timezone = la.timezone.utc, uuid = la.uuid4(),
  }
end

--- The tables in which a function looks names up, by the names that it has for them ("": a function of C).
local WITHIN = {methods = true, getters = true, class = true, dynamic_methods = true, write_only = true,
  scoped_methods = true, mapping_methods = true, Mapper = true, [""] = true}

--- The names that an object answers to.
local function answers(object)
  local meta = debug.getmetatable(object)
  local names = {}
  local function add(from)
    for name, value in pairs(from) do
      if type(value) == "function" or type(value) == "table" and not rawequal(from, meta) then names[name] = true end
    end
  end
  if rawget(meta, "__name") ~= nil or type(meta.__index) ~= "function" then add(meta) end
  if type(meta.__index) == "table" then add(meta.__index) end
  local function look(fn)
    for i = 1, 60 do
      local name, value = debug.getupvalue(fn, i)
      if not name then break end
      if WITHIN[name] and type(value) == "table" then
        add(value)
        if rawget(value, "getters") then add(value.getters) end
      elseif (name == "other" or name == "") and type(value) == "function" then
        look(value) -- of rows: what is no column's name
      end
    end
  end
  if type(meta.__index) == "function" then look(meta.__index) end
  return public(names)
end

--- What classes have for the library's own use.
local INTERNAL = {new = true, make = true, KEYWORDS = true, from_rows = true, all_objects = true, is_options = true,
  meta = true, getters = true}

describe("what objects answer to", function()
  local found = objects()
  for _, class in ipairs(sorted(found)) do
    it("is declared: " .. class, function()
      local names = answers(found[class])
      if not next(names) and not debug.getupvalue(core.names, 1) then
        return pending("this Lua does not show what a function of C knows")
      end
      assert.is_string(next(names))
      for name in pairs(INTERNAL) do names[name] = nil end
      assert.equal("", table.concat(undeclared(names, "lualchemy." .. class), " "))
    end)
  end

  it("is declared: what results know of their execution", function()
    local _, other = debug.getupvalue(getmetatable(found.CursorResult).__index, 2)
    local names = upvalue(other, "INSERT_ONLY")
    assert.equal("", table.concat(undeclared(names, "lualchemy.CursorResult"), " "))
  end)
end)
