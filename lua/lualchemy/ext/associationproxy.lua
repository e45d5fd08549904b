--- la.associationproxy: an attribute that shows an attribute of related objects as its own.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local views = require "lualchemy.ext.associationproxy_views"

local associationproxy = {}

--- What kind of descriptor one of a mapper's all_orm_descriptors is: its extension_type.
associationproxy.AssociationProxyExtensionType = {ASSOCIATION_PROXY = "ASSOCIATION_PROXY"}

local meta = {descriptor = true, __index = {extension_type = "ASSOCIATION_PROXY"},
  __tostring = function() return "AssociationProxy" end}

local KEYWORDS = base.keywords([[creator getset_factory proxy_factory proxy_bulk_set info cascade_scalar_deletes
  create_on_none_assignment init repr default default_factory compare kw_only hash dataclass_metadata]])

--- @param ... any the relationship, the attribute of its objects, then {creator = fn …}
function associationproxy.association_proxy(...)
  local p, o = args.brace("association_proxy", KEYWORDS, ...)
  for i, name in ipairs{"target_collection", "attr"} do
    if type(p[i]) ~= "string" then
      err.raise("ArgumentError", "association_proxy: argument '%s' must be a string, got %s", name, type(p[i]))
    end
  end
  return setmetatable({
    target_collection = p[1], value_attr = p[2], creator = base.given(o.creator),
      getset_factory = base.given(o.getset_factory),
    cascade_scalar_deletes = o.cascade_scalar_deletes or false,
      create_on_none_assignment = o.create_on_none_assignment or false,
    info = o.info or {}, order = require("lualchemy.orm.property").next_order(),
  }, meta)
end

-- ---- for one class ----

local Instance = {}
local instance_meta = {}

--- The relationship of the owner that the proxy goes through.
local function property(proxy, entity)
  local mapper = require("lualchemy.orm.mapper").find(entity) or core.get(core.element(entity), "mapper")
  local prop = mapper:get_property(proxy.target_collection)
  if prop.kind ~= "relationship" then
    err.raise("InvalidRequestError", "association proxy to a non-relationship intermediary is not supported")
  end
  return prop
end

--- The proxy as seen from a class or aliased entity.
local function for_entity(proxy, entity)
  local prop = property(proxy, entity)
  return setmetatable({
    proxy = proxy, parent = proxy, owning_class = entity, prop = prop, target_class = prop.mapper.class_,
    value_attr = proxy.value_attr, target_collection = proxy.target_collection, scalar = not prop.uselist,
  }, instance_meta)
end

local getters = {}
function getters.local_attr(i) return i.owning_class[i.target_collection] end
function getters.remote_attr(i) return i.target_class[i.value_attr] end
function getters.info(i) return i.proxy.info end
function getters.collection_class(i) return i.prop.collection_class end
function getters.attr(i) return {i.local_attr, i.remote_attr} end

--- The proxy that the target attribute is itself, if it is one.
function getters.target_assoc(i)
  local attr = i.target_class[i.value_attr]
  if type(attr) == "table" and getmetatable(attr) == instance_meta then return attr end
end

function getters.target_is_object(i)
  local assoc = i.target_assoc
  if assoc then return assoc.target_is_object end
  local prop = i.prop.mapper.props[i.value_attr]
  return prop ~= nil and prop.kind == "relationship"
end

function getters.value_is_scalar(i)
  local prop = i.prop.mapper.props[i.value_attr]
  return prop == nil or not prop.uselist
end

instance_meta.__index = function(i, name)
  if Instance[name] then return Instance[name] end
  if getters[name] then return getters[name](i) end
  -- any other operator of the target column
  if type(i.remote_attr[name]) ~= "function" then return i.remote_attr[name] end
  return function(_, ...)
    local remote = i.remote_attr
    return i:_exists(remote[name](remote, ...))
  end
end
instance_meta.__clause_element = function()
  err.raise("InvalidRequestError", "The association proxy can't be used as a plain column expression; it only works "
    .. "inside of a comparison expression")
end

--- EXISTS over the relationship with the criterion inside.
function Instance:_exists(criterion, keywords)
  local attr = self.local_attr
  local method = self.scalar and attr.has or attr.any
  if keywords then return method(attr, criterion, keywords) end
  return method(attr, criterion)
end

local function criterion_exists(i, criterion, keywords, is_has)
  local assoc = i.target_assoc
  if assoc then return i:_exists(criterion_exists(assoc, criterion, keywords)) end
  if i.target_is_object then
    local remote = i.remote_attr
    local method = i.value_is_scalar and remote.has or remote.any
    return i:_exists(method(remote, criterion, keywords))
  end
  if keywords then
    err.raise("ArgumentError", "Can't apply keyword arguments to column-targeted association proxy; use ==")
  elseif is_has and criterion ~= nil then
    err.raise("ArgumentError", "Non-empty has() not allowed for column-targeted association proxy; use ==")
  end
  return i:_exists(criterion)
end

local function split(a, b)
  if args.is_options(a) and b == nil then return nil, a end
  return a, b
end

--- Is there a related object for which the criterion holds?
function Instance:any(criterion, keywords)
  if not self.target_assoc and self.scalar and (not self.target_is_object or self.value_is_scalar) then
    err.raise("InvalidRequestError", "'any()' not implemented for scalar attributes. Use has().")
  end
  return criterion_exists(self, split(criterion, keywords))
end

--- The same where both ends are one object.
function Instance:has(criterion, keywords)
  if not self.target_assoc and (not self.scalar or (self.target_is_object and not self.value_is_scalar)) then
    err.raise("InvalidRequestError", "'has()' not implemented for collections. Use any().")
  end
  criterion, keywords = split(criterion, keywords)
  return criterion_exists(self, criterion, keywords, true)
end

local function or_none(i, condition)
  local attr = i.local_attr
  return require("lualchemy.sql.api").or_(condition, attr:eq(nil))
end

--- Is what the proxy stands for an object, or another proxy?
local function stands_for_object(i) return i.target_is_object or i.target_assoc ~= nil end

function Instance:eq(other)
  if stands_for_object(self) then
    local attr = self.local_attr
    local found = attr:has{[self.value_attr] = other == nil and core.null or other}
    return other == nil and or_none(self, found) or found
  end
  local remote = self.remote_attr
  local found = self:_exists(remote:eq(other))
  return other == nil and or_none(self, found) or found
end

function Instance:ne(other)
  local remote = self.remote_attr
  if stands_for_object(self) then return self.local_attr:has(remote:ne(other)) end
  return self:_exists(remote:ne(other))
end

--- An operator of the user's own: proxy:op("%%")(value).
function Instance:op(...)
  local remote = self.remote_attr
  local operator = remote:op(...)
  return function(other) return self:_exists(operator(other)) end
end

--- Does the collection hold the object?
function Instance:contains(other, ...)
  if not stands_for_object(self) then
    local remote = self.remote_attr
    return self:_exists(remote:contains(other, ...))
  end
  local assoc = self.target_assoc
  if assoc then return self:_exists(assoc.scalar and assoc:eq(other) or assoc:contains(other)) end
  if self.scalar and not self.value_is_scalar then return self.local_attr:has(self.remote_attr:contains(other)) end
  if self.scalar then
    err.raise("InvalidRequestError", "contains() doesn't apply to a scalar object endpoint; use ==")
  end
  return self:_exists(nil, {[self.value_attr] = other})
end

-- ---- descriptor ----

function meta.class_get(proxy, entity)
  return for_entity(proxy, entity)
end

local function creator_of(proxy, i)
  return proxy.creator or i.target_class
end

local views_of = setmetatable({}, {__mode = "k"})

local function view_of(proxy, obj)
  local of_obj = views_of[obj]
  if not of_obj then
    of_obj = setmetatable({}, {__mode = "v"})
    views_of[obj] = of_obj
  end
  local view = of_obj[proxy]
  if not view then
    local record = class.record_of_instance(obj)
    local i = for_entity(proxy, record.class)
    view = views.new(obj, i, creator_of(proxy, i))
    of_obj[proxy] = view
  end
  return views.refresh(view)
end

local function is_scalar(proxy, obj)
  return not property(proxy, class.record_of_instance(obj).class).uselist
end

function meta.get(proxy, obj)
  if not is_scalar(proxy, obj) then return view_of(proxy, obj) end
  local target = obj[proxy.target_collection]
  if target == nil then return nil end
  return target[proxy.value_attr]
end

local function set_scalar(proxy, obj, value)
  local target = obj[proxy.target_collection]
  if target ~= nil then
    target[proxy.value_attr] = value
    if value == nil and proxy.cascade_scalar_deletes then obj[proxy.target_collection] = nil end
  elseif value ~= nil or proxy.create_on_none_assignment then
    local i = for_entity(proxy, class.record_of_instance(obj).class)
    obj[proxy.target_collection] = creator_of(proxy, i)(value)
  end
end

function meta.set(proxy, obj, _, value)
  if value == core.null then value = nil end
  if is_scalar(proxy, obj) then return set_scalar(proxy, obj, value) end
  local view = view_of(proxy, obj)
  if view ~= value then views.replace(view, value) end
end

associationproxy.AssociationProxy = setmetatable({is = function(_, x) return type(x) == "table"
  and getmetatable(x) == meta end},
  {__call = function(_, ...) return associationproxy.association_proxy(...) end})

return associationproxy
