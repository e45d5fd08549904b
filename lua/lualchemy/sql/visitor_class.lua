--- Visitors as classes: la.sql.visitors.ExternalTraversal:class("V", {visit_column = function(self, column) … end}).
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

return function(visitors)
  local classes = {}
  local Class = {__name = "lualchemy.visitor_class"}
  Class.__index = function(class, key)
    local base = rawget(class, "_base")
    if base and base[key] ~= nil then return base[key] end
    return Class[key]
  end
  Class.__tostring = function(class) return "<class '" .. class._name .. "'>" end

  --- An instance: what it is made with goes to __init__.
  Class.__call = function(class, ...)
    local self = setmetatable({}, class._instances)
    if class.__init__ then class.__init__(self, ...) end
    return self
  end

  local function derive(base, name, body)
    if type(name) ~= "string" then err.raise("ArgumentError", "class() takes a name, got %s", type(name)) end
    if body ~= nil and not args.is_plain(body) then
      err.raise("ArgumentError", "%s: the body of a class must be a table, got %s", name, type(body))
    end
    local class = {_name = name, _base = base}
    for k, v in pairs(body or {}) do class[k] = v end
    class._instances = {class = class, __index = class, __name = name}
    return setmetatable(class, Class)
  end

  --- A class derived from this one.
  function Class.class(base, name, body) return derive(base, name, body) end

  --- isinstance(x, class).
  function Class.is(class, x)
    local meta = type(x) == "table" and getmetatable(x)
    local own = type(meta) == "table" and rawget(meta, "class")
    while type(own) == "table" do
      if own == class then return true end
      own = rawget(own, "_base")
    end
    return false
  end

  --- The visitors of a chain that do something for nodes of this name.
  local function visits(self, node)
    local name, found = "visit_" .. visitors.visit_name(node), {}
    for _, visitor in ipairs(self:visitor_iterator()) do
      if visitor[name] then found[#found + 1] = visitor[name] end
    end
    return found
  end

  --- Walks through a construct: visit_<name>(self, node) is called for each node.
  local External = derive(nil, "ExternalTraversal")

  --- Calls what there is for this node alone.
  function External:traverse_single(node, kw)
    for _, visitor in ipairs(self:visitor_iterator()) do
      local visit = visitor["visit_" .. visitors.visit_name(node)]
      if visit then return visit(visitor, node, kw) end
    end
  end

  --- An iterator over a construct and all that it is made of.
  function External:iterate(node) return visitors.iterate(node) end -- luacheck: no self

  function External:traverse(node)
    for current in self:iterate(node) do self:traverse_single(current) end
    return node
  end

  --- Those of the chain, this one first.
  function External:visitor_iterator()
    local out, visitor = {}, self
    while visitor do
      out[#out + 1] = visitor
      visitor = rawget(visitor, "_next")
    end
    return out
  end

  --- Another visitor, who is asked for what this one has no function for; returns this one.
  function External:chain(visitor)
    local all = self:visitor_iterator()
    rawset(all[#all], "_next", visitor)
    return self
  end

  --- Copies: what visit_<name>(self, node) returns stands for the node. Constructs are immutable, so that a visitor
  -- does not change what it is given.
  local Cloning = derive(External, "CloningExternalTraversal")
  function Cloning:traverse(node)
    return visitors.replacement_traverse(node, {}, function(n)
      return #visits(self, n) > 0 and self:traverse_single(n) or nil
    end)
  end
  --- Copies of an array of constructs.
  function Cloning:copy_and_process(list)
    local out = {}
    for i, node in ipairs(list) do out[i] = self:traverse(node) end
    return out
  end

  --- Copies: what replace(self, node) returns stands for the node.
  local Replacing = derive(Cloning, "ReplacingExternalTraversal")
  function Replacing:replace() return nil end -- luacheck: no self
  function Replacing:traverse(node)
    return visitors.replacement_traverse(node, {}, function(n)
      for _, visitor in ipairs(self:visitor_iterator()) do
        local new = visitor:replace(n)
        if new ~= nil then return new end
      end
    end)
  end

  classes.ExternalTraversal, classes.ClauseVisitor = External, External
  classes.CloningExternalTraversal, classes.CloningVisitor = Cloning, Cloning
  classes.ReplacingExternalTraversal, classes.ReplacingCloningVisitor = Replacing, Replacing
  classes.Visitable = {is = function(_, x) return core.is_node(x) end}
  return classes
end
