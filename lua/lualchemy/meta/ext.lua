---@meta _
--- The extensions: la.hybrid, la.associationproxy, la.orderinglist, la.mutable, la.automap,
-- la.horizontal_shard.

---@class lualchemy.HybridPropertyOptions
---@field get? fun(self: any): any of an instance; also of the class, where `expr` is not given
---@field set? fun(self: lualchemy.Instance, value: any)
---@field del? fun(self: lualchemy.Instance)
---@field expr? fun(cls: lualchemy.MappedClass): any the expression of the class
---@field comparator? fun(cls: lualchemy.MappedClass): any the same as `expr`: what the operators mean
---@field update_expr? fun(cls: lualchemy.MappedClass, value: any): table what an UPDATE sets: `{{cls.first, a}, {cls.last, b}}`
---@field [integer] fun(self: any): any `get`, without its name

---@class lualchemy.HybridMethodOptions
---@field expr? fun(cls: lualchemy.MappedClass, ...: any): any
---@field [integer] fun(self: any, ...: any): any

---@class lualchemy.hybrid
---@field Comparator lualchemy.PropComparatorClass what the operators of a hybrid's expression mean
---@field HybridExtensionType {HYBRID_PROPERTY: string, HYBRID_METHOD: string} what an extension_type may be
local hybrid = {}

--- An attribute that Lua computes on an instance and SQL on a class.
---@param options lualchemy.HybridPropertyOptions|fun(self: any): any
---@param more? lualchemy.HybridPropertyOptions
---@return any
function hybrid.hybrid_property(options, more) end

--- The same for a method.
---@param options lualchemy.HybridMethodOptions|fun(self: any, ...: any): any
---@param more? lualchemy.HybridMethodOptions
---@return any
function hybrid.hybrid_method(options, more) end

---@class lualchemy.AssociationProxyOptions
---@field creator? fun(...: any): lualchemy.Instance makes the object in between from the value (keyed: key and value)
---@field cascade_scalar_deletes? boolean
---@field create_on_none_assignment? boolean
---@field getset_factory? function
---@field proxy_factory? function
---@field proxy_bulk_set? function
---@field info? table
---@field init? boolean of dataclasses, as the next ones
---@field repr? boolean
---@field default? any
---@field default_factory? function
---@field compare? boolean
---@field kw_only? boolean
---@field hash? boolean
---@field dataclass_metadata? table

---@class lualchemy.associationproxy
---@field AssociationProxy lualchemy.AssociationProxyClass
---@field AssociationProxyExtensionType {ASSOCIATION_PROXY: string} what an extension_type may be
local associationproxy = {}

---@class lualchemy.AssociationProxyClass
---@overload fun(target_collection: string, attr: string, options?: lualchemy.AssociationProxyOptions): any
local AssociationProxyClass = {}

--- Is x an association proxy?
---@param x any
---@return boolean
function AssociationProxyClass:is(x) end

--- An attribute that shows an attribute of related objects as its own.
---@param target_collection string the relationship
---@param attr string the attribute of its objects
---@param options? lualchemy.AssociationProxyOptions
---@return any
function associationproxy.association_proxy(target_collection, attr, options) end

---@class lualchemy.OrderingListOptions
---@field attr? string
---@field count_from? integer
---@field ordering_func? fun(index: integer, list: table): any index counts from 0
---@field reorder_on_append? boolean

---@class lualchemy.AutomapBase: lualchemy.MappedClass
---@field classes table<string, lualchemy.MappedClass> the classes that were made, by name
---@field by_module table the same by modules
local AutomapBase = {}

---@class lualchemy.AutomapOptions
---@field autoload_with? lualchemy.Engine|lualchemy.Connection where tables are read from; without it those of the MetaData are mapped
---@field engine? lualchemy.Engine the same, as it was once called
---@field reflect? boolean of no effect: there is something to read where autoload_with says so
---@field schema? string
---@field reflection_options? table more options of metadata:reflect()
---@field collection_class? any
---@field classname_for_table? fun(base: lualchemy.AutomapBase, tablename: string, t: lualchemy.Table): string
---@field modulename_for_table? fun(base: lualchemy.AutomapBase, tablename: string, t: lualchemy.Table): string?
---@field name_for_scalar_relationship? fun(base: lualchemy.AutomapBase, local_cls: lualchemy.MappedClass, referred_cls: lualchemy.MappedClass, constraint: lualchemy.ForeignKeyConstraint): string
---@field name_for_collection_relationship? fun(base: lualchemy.AutomapBase, local_cls: lualchemy.MappedClass, referred_cls: lualchemy.MappedClass, constraint: lualchemy.ForeignKeyConstraint): string
---@field generate_relationship? function as automap.generate_relationship

--- Maps the classes of this base, and tables without a class to classes of their own, with relationships for foreign keys.
---@param options? lualchemy.AutomapOptions|lualchemy.Engine
---@param more? lualchemy.AutomapOptions
function AutomapBase:prepare(options, more) end

---@class lualchemy.AutomapBaseOptions: lualchemy.DeclarativeBaseOptions
---@field declarative_base? lualchemy.MappedClass

---@class lualchemy.automap
local automap = {}

automap.automap_base = require("lualchemy.ext.automap").automap_base
automap.classname_for_table = require("lualchemy.ext.automap").classname_for_table
automap.name_for_scalar_relationship = require("lualchemy.ext.automap").name_for_scalar_relationship
automap.name_for_collection_relationship = require("lualchemy.ext.automap").name_for_collection_relationship
automap.generate_relationship = require("lualchemy.ext.automap").generate_relationship

---@class lualchemy.ShardedSessionOptions: lualchemy.SessionOptions
---@field shards? table<any, lualchemy.Engine> engines by the names of the shards
---@field shard_chooser? fun(mapper: lualchemy.Mapper?, instance: lualchemy.Instance?, o: table?): any where a new object goes
---@field identity_chooser? fun(mapper: lualchemy.Mapper, primary_key: any[], o: table): any[] the shards that a key may be in
---@field execute_chooser? fun(state: lualchemy.ORMExecuteState): any[] the shards that a statement is executed on
---@field id_chooser? any the old form of identity_chooser, refused
---@field query_chooser? any the old form of execute_chooser, refused

---@class lualchemy.ShardedSessionClass: lualchemy.Kind
---@overload fun(options: lualchemy.ShardedSessionOptions, fn?: fun(session: lualchemy.ShardedSession): any): any
local ShardedSessionClass = {}

--- Is x such a session?
---@param x any
---@return boolean
function ShardedSessionClass:is(x) end

---@class lualchemy.horizontal_shard
---@field ShardedSession lualchemy.ShardedSessionClass
local horizontal_shard = {}

horizontal_shard.set_shard_id = require("lualchemy.ext.horizontal_shard").set_shard_id

---@class lualchemy.DeferredReflectionClass: lualchemy.MappedClass
local DeferredReflectionClass = {}

--- Reads the tables of all classes derived from this one, and maps the classes.
---@param bind lualchemy.Engine|lualchemy.Connection
---@param options? table options of metadata:reflect()
function DeferredReflectionClass:prepare(bind, options) end

---@class lualchemy.orderinglist
local orderinglist = {}

--- For relationship{collection_class = la.ordering_list("position")}: an attribute of the items keeps their place.
---@param attr string
---@param options? lualchemy.OrderingListOptions
---@return any
function orderinglist.ordering_list(attr, options) end

orderinglist.count_from_0 = require("lualchemy.ext.orderinglist").count_from_0
orderinglist.count_from_1 = require("lualchemy.ext.orderinglist").count_from_1
orderinglist.count_from_n_factory = require("lualchemy.ext.orderinglist").count_from_n_factory

---@class lualchemy.ExtensionNames
local names = {}
names.hybrid_property = hybrid.hybrid_property
names.hybrid_method = hybrid.hybrid_method
names.association_proxy = associationproxy.association_proxy
names.ordering_list = orderinglist.ordering_list


---@class lualchemy.IndexPropertyOptions
---@field attr_name? string
---@field index? string|integer
---@field default? any
---@field datatype? fun(index: string|integer): table
---@field mutable? boolean
---@field onebased? boolean

--- An attribute for one element of another attribute.
---@param attr_name string
---@param index string|integer
---@param options? lualchemy.IndexPropertyOptions
---@return any
function names.index_property(attr_name, index, options) end

--- As a mixin: the class and its heirs (`concrete = true`), with a table each, are read together.
---@type lualchemy.MappedClass
names.ConcreteBase = nil

--- The same for a class that has no table of its own.
---@type lualchemy.MappedClass
names.AbstractConcreteBase = nil

--- Derived from it, a class waits for prepare(engine), which reads its table.
---@type lualchemy.DeferredReflectionClass
names.DeferredReflection = nil

---@class lualchemy.mutable
---@field Mutable lualchemy.Mutable
---@field MutableComposite lualchemy.Mutable
---@field MutableDict lualchemy.MutableDict
---@field MutableList lualchemy.MutableList
---@field MutableSet lualchemy.MutableSet

--- The base of values that tell their owners when they change.
---@class lualchemy.Mutable
local Mutable = {}

--- A type whose columns hold values of this kind: `la.mutable.MutableDict.as_mutable(la.JSON)`.
---@param sqltype lualchemy.TypeEngine
---@return lualchemy.TypeEngine
function Mutable.as_mutable(sqltype) end

--- All columns of that type hold values of this kind.
---@param sqltype lualchemy.TypeEngine
function Mutable.associate_with(sqltype) end

--- One attribute holds values of this kind.
---@param attribute lualchemy.ColumnElement
function Mutable.associate_with_attribute(attribute) end

--- A value of this kind, made from what was given; override it.
---@param key string
---@param value any
---@return any
function Mutable:coerce(key, value) end

--- To be called when the value has changed.
function Mutable:changed() end

--- Is x a value of this kind?
---@param x any
---@return boolean
function Mutable:is(x) end

--- A kind derived from this one.
---@param name string
---@param body? table
---@return lualchemy.Mutable
function Mutable:class(name, body) end

---@class lualchemy.MutableDict: lualchemy.Mutable, lualchemy.Dict
---@overload fun(values?: table): lualchemy.MutableDict

---@class lualchemy.MutableList: lualchemy.Mutable, lualchemy.List
---@overload fun(values?: any[]): lualchemy.MutableList

---@class lualchemy.MutableSet: lualchemy.Mutable, lualchemy.Set
---@overload fun(values?: any[]): lualchemy.MutableSet
