---@meta _
--- Asking for objects: aliases, bundles, loader options, and la.Query's names.

---@class lualchemy.QueryNames
---@field Query lualchemy.Query
---@field Load lualchemy.Load
local names = {}

---@class lualchemy.AliasedOptions
---@field element? lualchemy.MappedClass
---@field alias? lualchemy.FromClause
---@field name? string
---@field flat? boolean
---@field adapt_on_names? boolean

--- A second name for a class in a statement, or the class over the rows of a subquery.
---@param element lualchemy.MappedClass
---@param alias? lualchemy.FromClause|lualchemy.SelectBase|lualchemy.AliasedOptions
---@param options? lualchemy.AliasedOptions
---@return lualchemy.AliasedClass
function names.aliased(element, alias, options) end

---@class lualchemy.WithPolymorphicOptions
---@field base? lualchemy.MappedClass
---@field classes? lualchemy.MappedClass[]|"*"
---@field selectable? lualchemy.FromClause
---@field flat? boolean
---@field polymorphic_on? lualchemy.ColumnElement
---@field aliased? boolean
---@field innerjoin? boolean
---@field adapt_on_names? boolean
---@field name? string

--- A class with the columns of subclasses ("*": all); they are in it by class name.
---@param base lualchemy.MappedClass
---@param classes lualchemy.MappedClass[]|"*"
---@param options? lualchemy.WithPolymorphicOptions
---@return lualchemy.AliasedClass
function names.with_polymorphic(base, classes, options) end

---@class lualchemy.PolymorphicUnionOptions
---@field table_map? table<string, lualchemy.FromClause>
---@field typecolname? string
---@field aliasname? string
---@field cast_nulls? boolean

--- UNION ALL of tables, with a column that tells from which a row is.
---@param table_map table<string, lualchemy.FromClause>
---@param typecolname? string
---@param options? lualchemy.PolymorphicUnionOptions
---@return lualchemy.Alias
function names.polymorphic_union(table_map, typecolname, options) end

--- The condition that rows are in that relationship of an object.
---@param instance lualchemy.Instance
---@param prop lualchemy.RelationshipAttribute
---@param options? {from_entity: lualchemy.AliasedClass}
---@return lualchemy.ColumnElement
function names.with_parent(instance, prop, options) end

---@class lualchemy.LoaderCriteriaOptions
---@field entity_or_base? lualchemy.MappedClass|table
---@field where_criteria? lualchemy.Expression|fun(class: lualchemy.MappedClass): lualchemy.ColumnElement
---@field loader_only? boolean
---@field include_aliases? boolean
---@field propagate_to_loaders? boolean what is loaded later obeys, too (true unless given)
---@field track_closure_variables? boolean

--- A condition on a class (or all with a mixin) wherever the statement uses it.
---@param entity_or_base lualchemy.MappedClass|table
---@param where_criteria lualchemy.Expression|fun(class: lualchemy.MappedClass): lualchemy.ColumnElement
---@param options? lualchemy.LoaderCriteriaOptions
---@return lualchemy.Load
function names.with_loader_criteria(entity_or_base, where_criteria, options) end

--- A Bundle whose rows are plain tables by name.
---@class lualchemy.DictBundle: lualchemy.Bundle
---@overload fun(name: string, ...: lualchemy.Expression|lualchemy.BundleOptions): lualchemy.DictBundle

--- `la.Bundle("name", User.id, User.name)`: columns that come as one value of the row.
---@class lualchemy.Bundle
---@field name string
---@field c lualchemy.ColumnCollection
---@field columns lualchemy.ColumnCollection
---@field single_entity boolean
---@field [string] any
---@overload fun(name: string, ...: lualchemy.Expression|lualchemy.BundleOptions): lualchemy.Bundle
local Bundle = {}

--- What stands for a bundle or a composite among columns.
---@class lualchemy.BundleExpression: lualchemy.ColumnElement
---@field clauses lualchemy.Expression[]
---@field c lualchemy.ColumnCollection
---@field columns lualchemy.ColumnCollection

---@class lualchemy.BundleOptions
---@field single_entity? boolean rows of it alone are its values

--- Is x a bundle of this class? False for anything else.
---@param x any
---@return boolean
function Bundle:is(x) end

--- The same under another name.
---@param name string
---@return lualchemy.Bundle
function Bundle:label(name) end

--- A class of bundles: its create_row_processor(self, query, procs, labels) gives the function that makes a row.
---@param name string
---@param body table
---@return lualchemy.Bundle
function Bundle:class(name, body) end

--- How attributes are loaded: each method adds a step, so that options follow relationships.
---@class lualchemy.Load: lualchemy.LoaderOptions
---@overload fun(entity: lualchemy.MappedClass): lualchemy.Load
local Load = {}

---@param x any
---@return boolean
function Load:is(x) end

--- Options below this one: `joinedload(User.posts):options(selectinload(Post.tags), …)`.
---@param ... lualchemy.Load
---@return lualchemy.Load
function Load:options(...) end

---@class lualchemy.LoaderOptions
local LoaderOptions = {}

---@alias lualchemy.Loadable lualchemy.ColumnElement|"*"

--- Loads a relationship with the same SELECT, by a LEFT OUTER JOIN.
---@param ... lualchemy.Loadable|{innerjoin: boolean|string}
---@return lualchemy.Load
function LoaderOptions:joinedload(...) end

--- Loads a relationship for all objects at once with a second SELECT … WHERE key IN (…).
---@param ... lualchemy.Loadable|{recursion_depth: integer}
---@return lualchemy.Load
function LoaderOptions:selectinload(...) end

--- The same with the first SELECT as a subquery.
---@param ... lualchemy.Loadable
---@return lualchemy.Load
function LoaderOptions:subqueryload(...) end

--- Loads a relationship when it is read.
---@param ... lualchemy.Loadable
---@return lualchemy.Load
function LoaderOptions:lazyload(...) end

--- Loads a relationship for each object, right after it.
---@param ... lualchemy.Loadable|{recursion_depth: integer}
---@return lualchemy.Load
function LoaderOptions:immediateload(...) end

--- Does not load a relationship: it is empty.
---@param ... lualchemy.Loadable
---@return lualchemy.Load
function LoaderOptions:noload(...) end

--- Reading what is not loaded is an error.
---@param ... lualchemy.Loadable|{sql_only: boolean} only where SQL would be needed
---@return lualchemy.Load
function LoaderOptions:raiseload(...) end

--- As it was mapped: a step on the way to others.
---@param ... lualchemy.Loadable
---@return lualchemy.Load
function LoaderOptions:defaultload(...) end

--- Loads a relationship from what the statement joins.
---@param ... lualchemy.ColumnElement|{alias: lualchemy.FromClause|lualchemy.AliasedClass}
---@return lualchemy.Load
function LoaderOptions:contains_eager(...) end

--- Loads the columns of subclasses, with a SELECT each.
---@param base_cls lualchemy.MappedClass|{base_cls: lualchemy.MappedClass, classes: lualchemy.MappedClass[]}
---@param classes lualchemy.MappedClass[]|{classes: lualchemy.MappedClass[]}
---@return lualchemy.Load
function LoaderOptions:selectin_polymorphic(base_cls, classes) end

--- Does not load a column until it is read.
---@param ... lualchemy.Loadable|{raiseload: boolean} reading it is an error
---@return lualchemy.Load
function LoaderOptions:defer(...) end

--- Loads a deferred column after all.
---@param ... lualchemy.Loadable
---@return lualchemy.Load
function LoaderOptions:undefer(...) end

--- Loads the deferred columns of a group.
---@param name string
---@return lualchemy.Load
function LoaderOptions:undefer_group(name) end

--- Loads these columns only.
---@param ... lualchemy.ColumnElement|{raiseload: boolean}
---@return lualchemy.Load
function LoaderOptions:load_only(...) end

--- The expression of a query_expression() attribute.
---@param attr lualchemy.ColumnElement
---@param expression lualchemy.Expression
---@return lualchemy.Load
function LoaderOptions:with_expression(attr, expression) end

--- The same as functions of la, which begin an option.
---@param ... lualchemy.Loadable|{innerjoin: boolean|string}
---@return lualchemy.Load
function names.joinedload(...) end

---@param ... lualchemy.Loadable|{recursion_depth: integer}
---@return lualchemy.Load
function names.selectinload(...) end

---@param ... lualchemy.Loadable
---@return lualchemy.Load
function names.subqueryload(...) end

---@param ... lualchemy.Loadable
---@return lualchemy.Load
function names.lazyload(...) end

---@param ... lualchemy.Loadable|{recursion_depth: integer}
---@return lualchemy.Load
function names.immediateload(...) end

---@param ... lualchemy.Loadable
---@return lualchemy.Load
function names.noload(...) end

---@param ... lualchemy.Loadable|{sql_only: boolean}
---@return lualchemy.Load
function names.raiseload(...) end

---@param ... lualchemy.Loadable
---@return lualchemy.Load
function names.defaultload(...) end

---@param ... lualchemy.ColumnElement|{alias: lualchemy.FromClause|lualchemy.AliasedClass}
---@return lualchemy.Load
function names.contains_eager(...) end

---@param base_cls lualchemy.MappedClass|{base_cls: lualchemy.MappedClass, classes: lualchemy.MappedClass[]}
---@param classes lualchemy.MappedClass[]|{classes: lualchemy.MappedClass[]}
---@return lualchemy.Load
function names.selectin_polymorphic(base_cls, classes) end

---@param ... lualchemy.Loadable|{raiseload: boolean}
---@return lualchemy.Load
function names.defer(...) end

---@param ... lualchemy.Loadable
---@return lualchemy.Load
function names.undefer(...) end

---@param name string
---@return lualchemy.Load
function names.undefer_group(name) end

---@param ... lualchemy.ColumnElement|{raiseload: boolean}
---@return lualchemy.Load
function names.load_only(...) end

---@param attr lualchemy.ColumnElement
---@param expression lualchemy.Expression
---@return lualchemy.Load
function names.with_expression(attr, expression) end
