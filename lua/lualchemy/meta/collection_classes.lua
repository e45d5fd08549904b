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

--- la.collections
---@class lualchemy.collections
---@field collection lualchemy.collection_marks
---@field InstrumentedList lualchemy.CollectionClass
---@field InstrumentedSet lualchemy.CollectionClass
---@field KeyFuncDict lualchemy.CollectionClass
---@field MappedCollection lualchemy.CollectionClass the same
---@field CollectionAdapter table
local collections = {}

collections.collection_adapter = require("lualchemy.orm.collections").names.collection_adapter
collections.attribute_keyed_dict = require("lualchemy").attribute_keyed_dict
collections.attribute_mapped_collection = require("lualchemy").attribute_keyed_dict
collections.column_keyed_dict = require("lualchemy").column_keyed_dict
collections.column_mapped_collection = require("lualchemy").column_keyed_dict
collections.keyfunc_mapping = require("lualchemy").keyfunc_mapping
collections.mapped_collection = require("lualchemy").keyfunc_mapping
