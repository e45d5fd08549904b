-- The comments for editors (LuaCATS): every keyword that a public function accepts is a declared parameter or field.
--
-- A function that is given a keyword which it does not know says which it accepts.
local la = require "lualchemy"
local luacats = require "spec.support.luacats"
local compat = require "lualchemy.compat"

local cats = luacats.read(luacats.files())

local BOGUS = "there_is_no_such_keyword"

local function accepted(e)
  local list = tostring(e):match("got an unexpected keyword argument '" .. BOGUS .. "'.-accepted: ([^\n]*)")
  return list and list:gsub("%s*%(Background.*", "")
end

--- The keywords that a function accepts after some of these arguments, as an array; nil if it takes none.
local function keywords_of(fn, self, ...)
  local examples = {...}
  for n = 0, 4 do
    for _, example in ipairs(examples) do
      local given = {self}
      for _ = 1, n do given[#given + 1] = example end
      given[#given + 1] = {[BOGUS] = true}
      local ok, e = pcall(fn, compat.unpack(given, 1, #given))
      local list = not ok and accepted(e)
      if list then
        local names = {}
        for name in list:gmatch("[%w_]+") do names[#names + 1] = name end
        return names
      end
    end
  end
end

--- What a member's declaration mentions: of a field that its class is called with.
local function mentioned_by(member)
  if member.kind == "field" then
    local class = cats.classes[member.type]
    return class and class.mentioned
  end
  return member.mentioned
end

--- The keywords among those that the declaration of the member does not mention.
local function unmentioned(class, name, keywords)
  local member = cats:member(class, name)
  local mentioned = member and mentioned_by(member)
  if not mentioned then return table.concat(keywords, " ") end
  local known, missing = cats:keywords(mentioned), {}
  for _, keyword in ipairs(keywords) do
    if not known[keyword] and not keyword:match("^_") then missing[#missing + 1] = keyword end
  end
  return table.concat(missing, " ")
end

local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}))

--- Names that do something to all there is, or to what they are given.
local SKIP = {clear_mappers = true, close_all_sessions = true, configure_mappers = true, json_array = true, func = true,
  exc = true}

local function names_of(namespace)
  local names = {}
  pcall(function() return namespace.there_is_no_such_name end)
  for name, value in pairs(namespace) do
    local callable = type(value) == "function" or type(value) == "table" and getmetatable(value)
    if type(name) == "string" and name:match("^%a") and callable and not SKIP[name] then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

local checked = 0

--- Adds to the list what the function accepts beyond its declaration.
local function check(list, class, name, fn, self)
  local keywords = keywords_of(fn, self, "x", t.c.id, t, la.Integer)
  if not keywords or #keywords == 0 then return end
  checked = checked + 1
  local more = unmentioned(class, name, keywords)
  if more ~= "" then list[#list + 1] = class .. "." .. name .. ": " .. more end
end

--- Checks some members of a class: names and functions, methods of self.
local function check_all(class, names, fn_of, self)
  local list = {}
  for _, name in ipairs(names) do
    local ok, fn = pcall(fn_of, name)
    if ok and (self == nil or type(fn) == "function") then check(list, class, name, fn, self) end
  end
  assert.equal("", table.concat(list, "\n"))
end

local function sorted(set)
  local list = {}
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

describe("keywords", function()
  for _, namespace in ipairs{"types", "schema", "sqlite", "postgresql", "mysql", "mssql", "oracle", "orderinglist",
    "associationproxy", "hybrid"} do
    it("of la." .. namespace .. " are declared", function()
      check_all("lualchemy." .. namespace, names_of(la[namespace]), function(name) return la[namespace][name] end)
    end)
  end

  it("of la are declared", function()
    for name in pairs(require "lualchemy.sql.api") do assert(la[name] ~= nil) end
    check_all("lualchemy", names_of(la), function(name) return la[name] end)
  end)

  local select = la.select(t)
  for class, node in pairs{
    Select = select, Insert = la.postgresql.insert(t), Update = la.update(t), Table = t, MetaData = t.metadata,
    Function = la.func.f(1), ColumnElement = t.c.id, CTE = select:cte(), Subquery = select:subquery(),
    CompoundSelect = select:union(select), TableValuedAlias = la.func.f(1):table_valued("a"),
    DDL = la.DDL("x"), TypeEngine = la.Integer(), Values = la.values(la.column("a", la.Integer)),
    Query = la.Query(t), Load = la.Load(t), URL = la.make_url("x://"),
  } do
    it("of the methods of " .. class .. " are declared", function()
      local names = sorted(cats:members("lualchemy." .. class))
      check_all("lualchemy." .. class, names, function(name) return node[name] end, node)
    end)
  end

  it("of the methods of Session are declared", function()
    local session = la.Session(la.create_engine("sqlite://"))
    check_all("lualchemy.Session", {"merge", "bulk_insert_mappings", "bulk_save_objects"},
      function(name) return session[name] end, session)
  end)

  it("were found in numbers", function() assert.is_true(checked > 300, checked) end)
end)
