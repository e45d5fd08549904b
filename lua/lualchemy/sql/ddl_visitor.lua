--- Visitors of schema items: the base of those that create and drop them.
--
-- A visitor has a connection, on which it executes what it comes to. It calls visit_<name>(self, item, keywords) for
-- each item, so that a class derived from one of these may do something else for some of them.
local checkfirst = require "lualchemy.sql.checkfirst"
local core = require "lualchemy.core"
local ddl = require "lualchemy.sql.ddl_element"
local err = require "lualchemy.error"
local schema_event = require "lualchemy.sql.schema_event"
local visitors = require "lualchemy.sql.visitors"

local WORDS = {table = "TABLES", view = "VIEWS", index = "INDEXES", sequence = "SEQUENCES", type = "TYPES"}
local KEYWORDS = {checkfirst = true, tables = true}

local SchemaVisitor = visitors.ExternalTraversal:class("SchemaVisitor")

local InvokeDDLBase = SchemaVisitor:class("InvokeDDLBase", {
  __init__ = function(self, connection) self.connection = connection end,
  --- Calls fn() between the events of an item. Whoever creates or drops says which.
  with_ddl_events = function() err.raise("NotImplementedError", "with_ddl_events() is of a derived class") end,
})

--- Executes a DDL element, if its condition holds.
local function invoke(self, element, target, kw)
  local condition = core.has(element, "condition") and core.get(element, "condition")
  if ddl.holds(condition, element, target, self.connection, self.dialect, kw) then self.connection:execute(element) end
end

--- Calls the listeners of an item; DDL that listens is executed.
local function fire(self, item, name, kw)
  for _, listener in ipairs(schema_event.listeners(item, name)) do
    local fn = listener.fn
    if core.is_node(fn) then
      invoke(self, core.with(fn, {element = item}), item, kw)
    else
      local given = {_ddl_runner = self}
      for k, v in pairs(kw) do given[k] = v end
      fn(item, self.connection, given)
    end
  end
end

local function between(before, after)
  return function(self, target, kw, fn)
    fire(self, target, before, kw or {})
    fn()
    fire(self, target, after, kw or {})
  end
end

local InvokeCreateDDLBase = InvokeDDLBase:class("InvokeCreateDDLBase", {
  with_ddl_events = between("before_create", "after_create"),
})
local InvokeDropDDLBase = InvokeDDLBase:class("InvokeDropDDLBase", {
  with_ddl_events = between("before_drop", "after_drop"),
})

--- A visitor with what both that create and that drop know: (dialect, connection, {checkfirst, tables}).
local function derive(base, name, body)
  function body.__init__(self, dialect, connection, kw)
    local given = kw or {}
    require("lualchemy.args").check(name, KEYWORDS, given)
    InvokeDDLBase.__init__(self, connection)
    self.checkfirst, self.dialect, self.memo = checkfirst.take(name, given.checkfirst) or false, dialect, {}
    self.preparer = dialect.identifier_preparer
    if given.tables ~= core.null then self.tables = given.tables end
  end
  --- Does checkfirst cover what is "table", "view", "index", "sequence" or "type"?
  function body._asks(self, what) return checkfirst.asks(self.checkfirst, WORDS[what]) end
  --- Asks the database; without checkfirst nobody is asked, and `otherwise` holds. t: the table of an index.
  function body._is_there(self, what, item, otherwise, t)
    local dialect, schema = self.dialect, self.connection:schema_for_object(t or item)
    if schema and (what == "table" or what == "index") then dialect:validate_identifier(schema) end
    if not self:_asks(what == "table" and item.is_view and "view" or what) then return otherwise end
    local item_name, where = core.get(item, "name"), {schema = schema}
    if what ~= "index" then return dialect["has_" .. what](dialect, self.connection, item_name, where) end
    if not t then return otherwise end
    return dialect:has_index(self.connection, core.get(t, "name"), item_name, where)
  end
  function body._has_table(self, t, otherwise)
    self.dialect:validate_identifier(core.get(t, "name"))
    return self:_is_there("table", t, otherwise)
  end
  --- Does the dialect want a sequence to be made at all?
  function body._wants_sequence(self, s)
    local dialect = self.dialect
    return dialect.supports_sequences and (not dialect.sequences_optional or core.get(s, "optional") == 0)
  end
  return base:class(name, body)
end

return {
  derive = derive, invoke = invoke,
  public = {SchemaVisitor = SchemaVisitor, InvokeDDLBase = InvokeDDLBase, InvokeCreateDDLBase = InvokeCreateDDLBase,
    InvokeDropDDLBase = InvokeDropDDLBase},
}
