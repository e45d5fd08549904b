---@meta _
--- What la.inspect() tells of classes, attributes and objects. The methods of Mapper and registry are commented where
--- they stand (lua/lualchemy/orm/mapper*.lua, registry.lua).

--- Things by name, in order.
---@class lualchemy.OrderedProperties
---@field [string|integer] any
local OrderedProperties = {}

---@return string[]
function OrderedProperties:keys() end

---@return any[]
function OrderedProperties:values() end

--- {key, value} for each.
---@return table[]
function OrderedProperties:items() end

---@param key string
---@return boolean
function OrderedProperties:contains(key) end

---@param key string
---@param default? any
---@return any
function OrderedProperties:get(key, default) end

--- What la.inspect() gives, and attributes.
---@class lualchemy.InspectionAttr
---@field is_mapper boolean what la.inspect() calls it, as the next ones
---@field is_attribute boolean
---@field is_property boolean
---@field is_instance boolean
---@field is_aliased_class boolean
---@field is_bundle boolean
---@field is_selectable boolean

--- How a class lies in tables.
---@class lualchemy.Mapper: lualchemy.InspectionAttr
---@field class_ lualchemy.MappedClass
---@field class_name string
---@field registry lualchemy.registry
---@field local_table lualchemy.FromClause its own table
---@field persist_selectable lualchemy.FromClause with the tables that it inherits
---@field mapped_table lualchemy.FromClause the same
---@field selectable lualchemy.FromClause what a SELECT of the class selects from
---@field tables lualchemy.Table[]
---@field c lualchemy.OrderedProperties
---@field columns lualchemy.OrderedProperties
---@field primary_key lualchemy.Column[]
---@field attrs lualchemy.OrderedProperties all properties
---@field column_attrs lualchemy.OrderedProperties
---@field relationships lualchemy.OrderedProperties
---@field synonyms lualchemy.OrderedProperties
---@field composites lualchemy.OrderedProperties
---@field iterate_properties lualchemy.MapperProperty[]
---@field all_orm_descriptors lualchemy.OrderedProperties with hybrids and proxies
---@field inherits? lualchemy.Mapper
---@field base_mapper lualchemy.Mapper
---@field single boolean
---@field concrete boolean
---@field self_and_descendants lualchemy.Mapper[]
---@field inheriting_mappers lualchemy.Mapper[]
---@field polymorphic_on? lualchemy.ColumnElement
---@field polymorphic_identity any
---@field polymorphic_map table<any, lualchemy.Mapper>
---@field with_polymorphic_mappers lualchemy.Mapper[] those whose columns a SELECT of the class has
---@field version_id_col? lualchemy.Column
---@field version_id_prop? lualchemy.MapperProperty
---@field mapper lualchemy.Mapper itself
---@field configured boolean
---@field validators table<string, table> by the name of the attribute
local Mapper = {}

---@param x any
---@return boolean
function Mapper:is(x) end

--- An attribute of a mapper: of a column, an expression, a relationship, several columns, or another name.
---@class lualchemy.MapperProperty: lualchemy.InspectionAttr
---@field key string
---@field parent lualchemy.Mapper
---@field class_attribute lualchemy.ColumnElement
---@field info table
---@field doc? string
---@field columns lualchemy.Column[] of columns
---@field expression lualchemy.ColumnElement of columns
---@field deferred boolean of columns
---@field mapper lualchemy.Mapper of relationships: that of the related class, as the next ones
---@field target lualchemy.FromClause
---@field direction lualchemy.RelationshipDirection la.ONETOMANY, la.MANYTOONE or la.MANYTOMANY
---@field uselist boolean
---@field lazy string
---@field back_populates? string|function|lualchemy.Expression
---@field secondary? lualchemy.FromClause
---@field primaryjoin lualchemy.ColumnElement
---@field secondaryjoin? lualchemy.ColumnElement

--- la.inspect(instance): what is known of an object.
---@class lualchemy.InstanceState: lualchemy.InspectionAttr
---@field session? lualchemy.Session
---@field mapper lualchemy.Mapper
---@field object lualchemy.Instance
---@field class_ lualchemy.MappedClass
---@field transient boolean new, in no session
---@field pending boolean added, not yet written
---@field persistent boolean in the database, and in a session
---@field deleted boolean its DELETE was flushed
---@field detached boolean in the database, in no session
---@field was_deleted boolean
---@field modified boolean
---@field expired boolean
---@field expired_attributes string[]
---@field unloaded string[]
---@field unloaded_expirable string[] the same
---@field unmodified string[]
---@field has_identity boolean
---@field identity? any[] its primary key
---@field identity_key? any[] {class, {primary key …}}
---@field key? any[] the same
---@field dict table<string, any> what is loaded
---@field committed_state table<string, any> the old values of what changed
---@field attrs lualchemy.OrderedProperties of lualchemy.AttributeState
---@field info table
---@field is_instance boolean
---@field identity_token? any the shard that it comes from
local InstanceState = {}

---@return lualchemy.Instance
function InstanceState:obj() end

--- What changed of an attribute.
---@param key string
---@param passive? any one of la.attributes.PASSIVE_…
---@return lualchemy.History
function InstanceState:get_history(key, passive) end

--- `la.inspect(obj).attrs.name`
---@class lualchemy.AttributeState
---@field key string
---@field value any
---@field loaded_value any la.attributes.NO_VALUE where it is not loaded
---@field history lualchemy.History
---@field state lualchemy.InstanceState
local AttributeState = {}

--- The history with what had to be loaded for it.
---@return lualchemy.History
function AttributeState:load_history() end

--- What changed of an attribute: arrays of what was added, what stayed, what was deleted.
---@class lualchemy.History
---@field added any[]
---@field unchanged any[]
---@field deleted any[]
local History = {}

---@return boolean
function History:has_changes() end

--- Is there neither a value nor a change?
---@return boolean
function History:empty() end

---@return any[]
function History:sum() end

---@return any[]
function History:non_added() end

---@return any[]
function History:non_deleted() end

--- la.attributes
---@class lualchemy.attributes
---@field NEVER_SET any the same as NO_VALUE
---@field NO_VALUE any what stands for a value that is not loaded
---@field PASSIVE_OFF any loads what is missing
---@field PASSIVE_NO_FETCH any from memory only
---@field PASSIVE_NO_FETCH_RELATED any
---@field PASSIVE_NO_INITIALIZE any
---@field InstrumentedAttribute lualchemy.ColumnElement
---@field QueryableAttribute lualchemy.ColumnElement
local attributes = {}

attributes.flag_modified = require("lualchemy.orm.attributes").flag_modified
attributes.is_instrumented = require("lualchemy.orm.attributes").is_instrumented
attributes.flag_dirty = require("lualchemy.orm.attributes").flag_dirty
attributes.get_history = require("lualchemy.orm.attributes").get_history
attributes.get_attribute = require("lualchemy.orm.attributes").get_attribute
attributes.set_attribute = require("lualchemy.orm.attributes").set_attribute
attributes.del_attribute = require("lualchemy.orm.attributes").del_attribute
attributes.set_committed_value = require("lualchemy.orm.attributes").set_committed_value
attributes.init_collection = require("lualchemy.orm.attributes").init_collection
attributes.instance_state = require("lualchemy.orm.attributes").instance_state
attributes.instance_dict = require("lualchemy.orm.attributes").instance_dict

---@param added? any[]
---@param unchanged? any[]
---@param deleted? any[]
---@return lualchemy.History
function attributes.History(added, unchanged, deleted) end

--- What attributes of classes tell of themselves.
---@class lualchemy.ColumnElement: lualchemy.InspectionAttr
---@field property lualchemy.MapperProperty
---@field prop lualchemy.MapperProperty
---@field parent lualchemy.Mapper|lualchemy.AliasedClass
---@field class_ lualchemy.MappedClass
---@field impl table
---@field info table that of the column, else of the property
---@field doc? string
---@field extension_type string which descriptor of an extension made it, else NOT_EXTENSION
---@field nullable? boolean what the column of an attribute is, as the next ones
---@field unique? boolean
---@field index? boolean
---@field autoincrement? boolean|string
---@field default? lualchemy.ColumnDefault|lualchemy.Sequence
---@field onupdate? lualchemy.ColumnDefault
---@field server_default? lualchemy.FetchedValue
---@field server_onupdate? lualchemy.FetchedValue
---@field identity? lualchemy.Identity
---@field computed? lualchemy.Computed
---@field constraints? lualchemy.Constraint[]
---@field system? boolean
---@field comment? string
---@field is_literal? boolean
---@field description? string
---@field table? lualchemy.FromClause that of the alias, of an attribute of one
local Attribute = {}

--- The attribute of an alias of its class.
---@param entity lualchemy.AliasedClass
---@return lualchemy.ColumnElement
function Attribute:adapt_to_entity(entity) end
