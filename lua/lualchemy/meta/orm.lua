---@meta _
--- Mapping classes: what declarative bodies are made of.

--- A mapped class: `Class{name = "x"}` makes an instance, `Class.name` is the attribute in SQL.
---@class lualchemy.MappedClass
---@field metadata? lualchemy.MetaData
---@field registry? lualchemy.registry
---@field __table__? lualchemy.Table
---@field [string] any
---@overload fun(values?: table<string, any>): lualchemy.Instance
local MappedClass = {}

--- Is x an instance of this class, or of one derived from it?
---@param x any
---@return boolean
function MappedClass:is(x) end

--- A class derived from this one: of a base a mapped class, of a mapped class a subclass. Mixins, plain tables, stand
--- before the body.
---@param name string
---@param ... table mixins; the last is the body: columns, relationships, methods, __tablename__, __mapper_args__ …
---@return lualchemy.MappedClass
function MappedClass:class(name, ...) end

--- An object of a mapped class. Its attributes are those of the mapping; an unknown one is an error.
---@class lualchemy.Instance
---@field [string] any

--- `Class.relationship`: what a relationship is in SQL.
---@class lualchemy.RelationshipAttribute: lualchemy.ColumnElement
---@field entity lualchemy.Mapper the related class
---@field mapper lualchemy.Mapper the same
local RelationshipAttribute = {}

--- Is there a related object for which these conditions hold?
---@param ... lualchemy.Expression|table<string, any>
---@return lualchemy.ColumnElement
function RelationshipAttribute:any(...) end

--- The same for a relationship to one object.
---@param ... lualchemy.Expression|table<string, any>
---@return lualchemy.ColumnElement
function RelationshipAttribute:has(...) end

--- The relationship to a subclass or alias only.
---@param class lualchemy.MappedClass
---@return lualchemy.RelationshipAttribute
function RelationshipAttribute:of_type(class) end

--- The relationship with further conditions, in joins and loader options.
---@param ... lualchemy.Expression
---@return lualchemy.RelationshipAttribute
function RelationshipAttribute:and_(...) end

--- What la.inspect() tells of an alias.
---@class lualchemy.AliasedInsp: lualchemy.WritableFrom, lualchemy.InspectionAttr
---@field entity lualchemy.AliasedClass
---@field mapper lualchemy.Mapper
---@field class_ lualchemy.MappedClass
---@field name string
---@field selectable lualchemy.FromClause
---@field polymorphic_on? lualchemy.ColumnElement
---@field with_polymorphic_mappers lualchemy.Mapper[]

--- A second name for a class in a statement; attributes are as the class's.
---@class lualchemy.AliasedClass: lualchemy.MappedClass

---@class lualchemy.DeclarativeBaseOptions
---@field metadata? lualchemy.MetaData
---@field name? string
---@field cls? table a mixin of all classes
---@field class_registry? table
---@field constructor? fun(self: lualchemy.Instance, values: table) what Class{…} calls in the place of setting the values
---@field type_annotation_map? table
---@field mapper? any accepted, without effect
---@field metaclass? any accepted, without effect

---@class lualchemy.MappingNames
---@field DeclarativeBase lualchemy.MappedClass `la.DeclarativeBase:class("Base", {…})` is a base
---@field AliasedClass lualchemy.AliasedClass
---@field Mapper lualchemy.Mapper
---@field Bundle lualchemy.Bundle
---@field DictBundle lualchemy.DictBundle
---@field registry lualchemy.registry
---@field declared_attr lualchemy.DeclaredAttr
---@field ONETOMANY lualchemy.RelationshipDirection
---@field MANYTOONE lualchemy.RelationshipDirection
---@field MANYTOMANY lualchemy.RelationshipDirection
---@field RelationshipDirection lualchemy.RelationshipDirectionClass
---@field MapperProperty lualchemy.Kind
---@field ColumnProperty lualchemy.PropertyKind
---@field Relationship lualchemy.PropertyKind
---@field RelationshipProperty lualchemy.PropertyKind
---@field Composite lualchemy.PropertyKind
---@field CompositeProperty lualchemy.PropertyKind
---@field Synonym lualchemy.PropertyKind
---@field SynonymProperty lualchemy.PropertyKind
---@field PropComparator lualchemy.PropComparatorClass
---@field InstrumentedAttribute lualchemy.Kind
---@field QueryableAttribute lualchemy.Kind
---@field InstanceState lualchemy.Kind
---@field ORMExecuteState lualchemy.Kind
---@field RowMapping lualchemy.Kind
---@field NO_VALUE any what stands for an attribute's value where there is none
---@field interfaces table<string, lualchemy.RelationshipDirection> the three by name
local names = {}

--- A base for classes: `Base:class("User", {__tablename__ = "user", id = la.Column{…}, …})`.
---@param options? lualchemy.DeclarativeBaseOptions
---@return lualchemy.MappedClass
function names.declarative_base(options) end

--- A declarative base from a class or a table with what all classes have: la.as_declarative{…}(cls).
---@param options? lualchemy.DeclarativeBaseOptions
---@return fun(cls: table): lualchemy.MappedClass
function names.as_declarative(options) end

--- Gives a mapped class one more attribute.
---@param cls lualchemy.MappedClass
---@param key string
---@param attr any
function names.add_mapped_attribute(cls, key, attr) end

--- A column that is not mapped and orders the rows of INSERT … RETURNING.
---@param name? string
---@param type_? lualchemy.TypeEngine
---@param options? lualchemy.InsertSentinelOptions
---@return lualchemy.Column
function names.orm_insert_sentinel(name, type_, options) end

--- Options of statements that listeners of do_orm_execute read.
---@type lualchemy.MappedClass
names.UserDefinedOption = nil

--- The rows of a frozen result for a session: objects are merged into it.
--- la.loading
---@class lualchemy.loading
local loading = {}
loading.merge_frozen_result = require("lualchemy.orm.merge_frozen").public.merge_frozen_result

names.merge_frozen_result = require("lualchemy.orm.merge_frozen").public.merge_frozen_result

--- `la.class(Base, name, [mixins …,] body)` derives from a class; `la.class(name, methods)` is one without a base, for
--- registry:map_imperatively().
---@param base lualchemy.MappedClass|string
---@param ... string|table
---@return lualchemy.MappedClass
function names.class(base, ...) end

--- An attribute of a mixin that a function gives for each class: `la.declared_attr(function(cls) … end)`.
---@class lualchemy.DeclaredAttr
---@field directive lualchemy.DeclaredAttr
---@field cascading lualchemy.DeclaredAttr
---@overload fun(fn: fun(cls: lualchemy.MappedClass): any): any

---@class lualchemy.RegistryOptions
---@field metadata? lualchemy.MetaData
---@field class_registry? table
---@field type_annotation_map? table
---@field constructor? fun(self: lualchemy.Instance, values: table)

---@class lualchemy.AttributeOptions
---@field info? table
---@field doc? string
---@field init? boolean of dataclasses, as the next ones
---@field repr? boolean
---@field default? any
---@field default_factory? function
---@field compare? boolean
---@field kw_only? boolean
---@field hash? boolean
---@field dataclass_metadata? table

---@class lualchemy.RelationshipOptions: lualchemy.AttributeOptions
---@field argument? lualchemy.MappedClass|string|fun(): lualchemy.MappedClass the related class
---@field secondary? lualchemy.Table|string|fun(): lualchemy.Table the table between two classes
---@field primaryjoin? lualchemy.Expression|fun(): lualchemy.ColumnElement
---@field secondaryjoin? lualchemy.Expression|fun(): lualchemy.ColumnElement
---@field foreign_keys? lualchemy.Expression|fun(): any
---@field remote_side? lualchemy.Expression|fun(): any of a class that refers to itself: the column of the other side
---@field order_by? lualchemy.Expression|fun(): any
---@field back_populates? string|function|lualchemy.Expression the attribute of the other class that shows the same
---@field backref? string|table the same, made on the other class: its name, or la.backref(name, options)
---@field uselist? boolean a collection or one object
---@field collection_class? "set"|table|fun(): any "set", a class of collections, la.attribute_keyed_dict(…), la.ordering_list(…) …
---@field cascade? string "save-update, merge" unless given; "all, delete-orphan"
---@field lazy? "select"|"joined"|"selectin"|"subquery"|"immediate"|"raise"|"raise_on_sql"|"noload"|"dynamic"|"write_only"|boolean how it is loaded
---@field innerjoin? boolean|string of lazy = "joined"
---@field join_depth? integer of a class that refers to itself: how often
---@field omit_join? boolean of lazy = "selectin"
---@field passive_deletes? boolean|"all" the database deletes
---@field passive_updates? boolean the database passes changes of keys on (true unless given)
---@field post_update? boolean the foreign key is set by an UPDATE of its own
---@field viewonly? boolean it is read, not written
---@field overlaps? string relationships that write the same columns, which is meant so
---@field single_parent? boolean
---@field active_history? boolean
---@field enable_typechecks? boolean
---@field comparator_factory? lualchemy.PropComparatorClass what the operators of the attribute mean
---@field distinct_target_key? boolean
---@field load_on_pending? boolean
---@field query_class? table
---@field sync_backref? boolean
---@field bake_queries? boolean accepted, without effect
---@field cascade_backrefs? boolean only false
---@field [integer] lualchemy.MappedClass|string|fun(): lualchemy.MappedClass the related class, first

--- A relationship to another class: `la.relationship{"Track", back_populates = "album"}`. What Python evaluates from
--- strings are strings or functions.
---@param argument lualchemy.MappedClass|string|fun(): lualchemy.MappedClass|lualchemy.RelationshipOptions
---@param options? lualchemy.RelationshipOptions
---@return any
function names.relationship(argument, options) end

--- The same, loaded as a query: lazy = "dynamic".
---@param argument lualchemy.MappedClass|string|fun(): lualchemy.MappedClass|lualchemy.RelationshipOptions
---@param options? lualchemy.RelationshipOptions
---@return any
function names.dynamic_loader(argument, options) end

--- For relationship{backref = la.backref("name", {…})}: the options of the other side.
---@param name string
---@param options? lualchemy.RelationshipOptions
---@return any
function names.backref(name, options) end

---@class lualchemy.PropertyKind: lualchemy.Kind
---@field Comparator lualchemy.PropComparatorClass what a comparator_factory derives from

---@class lualchemy.PropComparatorClass
---@overload fun(expression: any, ...: any): lualchemy.PropComparator
local PropComparatorClass = {}

--- Derives: methods of operators (`__eq__`, `__add__`, `like` …), others, or `operate(self, op, other)` for all.
---@param name string
---@param body table<string, any>
---@return lualchemy.PropComparatorClass
function PropComparatorClass:class(name, body) end

---@param x any
---@return boolean
function PropComparatorClass:is(x) end

---@class lualchemy.ColumnPropertyOptions: lualchemy.AttributeOptions
---@field deferred? boolean not loaded until it is read
---@field group? string of deferred columns that are loaded together
---@field raiseload? boolean
---@field active_history? boolean the old value is loaded before it is changed
---@field expire_on_flush? boolean
---@field comparator_factory? lualchemy.PropComparatorClass what the operators of the attribute mean

--- Columns or an expression as an attribute.
---@param ... lualchemy.Expression|lualchemy.ColumnPropertyOptions
---@return any
function names.column_property(...) end

--- The same, not loaded until it is read.
---@param ... lualchemy.Expression|lualchemy.ColumnPropertyOptions
---@return any
function names.deferred(...) end

---@class lualchemy.QueryExpressionOptions
---@field default_expr? lualchemy.Expression
---@field raiseload? boolean
---@field expire_on_flush? boolean
---@field doc? string
---@field info? table

--- An attribute whose expression each query gives (la.with_expression).
---@param default_expr? lualchemy.Expression
---@param options? lualchemy.QueryExpressionOptions
---@return any
function names.query_expression(default_expr, options) end

---@class lualchemy.CompositeOptions: lualchemy.AttributeOptions
---@field group? string
---@field deferred? boolean
---@field raiseload? boolean
---@field comparator_factory? lualchemy.PropComparatorClass what the operators of the attribute mean
---@field active_history? boolean

--- Several columns as one value: a class, any value that can be called, whose instances answer __composite_values__().
---@param class function|table
---@param ... string|lualchemy.Column|lualchemy.CompositeOptions
---@return any
function names.composite(class, ...) end

---@class lualchemy.SynonymOptions: lualchemy.AttributeOptions
---@field map_column? boolean
---@field descriptor? any
---@field comparator_factory? lualchemy.PropComparatorClass what the operators of the attribute mean

--- Another name for an attribute.
---@param name string
---@param options? lualchemy.SynonymOptions
---@return any
function names.synonym(name, options) end

--- A synonym that is read by what is given then: a function of the instance, or a descriptor.
---@param name string
---@param map_column? boolean
---@return fun(given: any): any
function names.synonym_for(name, map_column) end

---@class lualchemy.ValidatesOptions
---@field include_removes? boolean fn(self, key, value, is_remove) is called when an object leaves, too
---@field include_backrefs? boolean also for changes that come from the other side (true unless given)

--- `la.validates("email", function(self, key, value) … return value end)`: what is set is what it returns.
---@param ... string|lualchemy.ValidatesOptions|fun(self: lualchemy.Instance, key: string, value: any): any
---@return any
function names.validates(...) end

--- A method that runs when an object was loaded.
---@param fn fun(self: lualchemy.Instance)
---@return any
function names.reconstructor(fn) end

--- In a join condition: these columns are the foreign ones.
---@param expr lualchemy.Expression
---@return lualchemy.ColumnElement
function names.foreign(expr) end

--- In a join condition: these columns are those of the other side.
---@param expr lualchemy.Expression
---@return lualchemy.ColumnElement
function names.remote(expr) end

--- Does a base of the class have a table?
---@param cls lualchemy.MappedClass
---@return boolean
function names.has_inherited_table(cls) end

--- Configures all mappers; first use does it, too.
function names.configure_mappers() end

--- Forgets all mappings.
function names.clear_mappers() end

--- The mapper of a class; an error if it is not mapped.
---@param class lualchemy.MappedClass
---@return lualchemy.Mapper
function names.class_mapper(class) end

--- The mapper of an object; an error if its class is not mapped.
---@param instance lualchemy.Instance
---@return lualchemy.Mapper
function names.object_mapper(instance) end
