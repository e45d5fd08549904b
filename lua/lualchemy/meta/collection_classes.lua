---@meta _
--- Classes of collections: la.collections, la.KeyFuncDict.

--- A class of collections: derive with `:class(name, {methods})`, and give it as `collection_class`.
---@class lualchemy.CollectionClass
---@overload fun(...: any): any a collection of no object
local CollectionClass = {}

--- A class derived from it: methods, `__init__`, those that `la.collections.collection` marks.
---@param name string
---@param body? table<string, any>
---@return lualchemy.CollectionClass
function CollectionClass:class(name, body) end

--- Is x such a collection?
---@param x any
---@return boolean
function CollectionClass:is(x) end

---@class lualchemy.KeyFuncDictOptions
---@field keyfunc? fun(item: lualchemy.Instance): any gives the key of an item
---@field ignore_unpopulated_attribute? boolean items without a key are passed over; else they are refused

--- What says which methods of a class of collections add items, take them away, give them all.
---@class lualchemy.collection_marks
local collection = {}

--- The method that adds an item.
---@param fn function
---@return any
function collection.appender(fn) end

--- The method that takes an item away.
---@param fn function
---@return any
function collection.remover(fn) end

--- The method that gives all items: an array, or what a loop takes.
---@param fn function
---@return any
function collection.iterator(fn) end

--- The method that makes an array of items from what is assigned.
---@param fn function
---@return any
function collection.converter(fn) end

--- The method tells listeners by itself.
---@param fn function
---@return any
function collection.internally_instrumented(fn) end

--- The argument at that place (from 1, after self) is added.
---@param arg integer
---@return fun(fn: function): any
function collection.adds(arg) end

--- The argument at that place is added, what the method returns is taken away.
---@param arg integer
---@return fun(fn: function): any
function collection.replaces(arg) end

--- The argument at that place is taken away.
---@param arg integer
---@return fun(fn: function): any
function collection.removes(arg) end

--- What the method returns is taken away.
---@return fun(fn: function): any
function collection.removes_return() end

---@class lualchemy.KeyedDictOptions
---@field ignore_unpopulated_attribute? boolean items without a key are passed over; else they are refused

--- Names of la, and of la.collections.
---@class lualchemy.CollectionNames
local names = {}

--- A keyed collection: keys are an attribute of the items.
---@param attr_name string
---@param options? lualchemy.KeyedDictOptions
---@return any
function names.attribute_keyed_dict(attr_name, options) end
names.attribute_mapped_collection = names.attribute_keyed_dict

--- A keyed collection: keys are a column, or several, of the items.
---@param mapping_spec lualchemy.Column|lualchemy.Column[]
---@param options? lualchemy.KeyedDictOptions
---@return any
function names.column_keyed_dict(mapping_spec, options) end
names.column_mapped_collection = names.column_keyed_dict

--- A keyed collection: a function of the item gives the key.
---@param keyfunc fun(item: lualchemy.Instance): any
---@param options? lualchemy.KeyedDictOptions
---@return any
function names.keyfunc_mapping(keyfunc, options) end
names.mapped_collection = names.keyfunc_mapping

--- The class of keyed collections: `la.KeyFuncDict:class("Notes", {__init__ = …})`, `la.KeyFuncDict(fn)`.
---@param keyfunc fun(item: lualchemy.Instance): any
---@param options? lualchemy.KeyFuncDictOptions
---@return any
function names.KeyFuncDict(keyfunc, options) end
names.MappedCollection = names.KeyFuncDict

--- la.collections
---@class lualchemy.collections: lualchemy.CollectionNames
---@field collection lualchemy.collection_marks
---@field InstrumentedList lualchemy.CollectionClass
---@field InstrumentedSet lualchemy.CollectionClass
---@field CollectionAdapter table
local collections = {}

collections.collection_adapter = require("lualchemy.orm.collections").names.collection_adapter
