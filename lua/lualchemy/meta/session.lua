---@meta _
--- Sessions. The methods of Session are commented where they stand (lua/lualchemy/orm/session*.lua).

---@class lualchemy.SessionNames
---@field Session lualchemy.Session
---@field SessionTransaction lualchemy.SessionTransaction
local names = {}

---@class lualchemy.SessionOptions
---@field bind? lualchemy.Engine|lualchemy.Connection
---@field binds? table<any, lualchemy.Engine|lualchemy.Connection> by class or table
---@field autoflush? boolean changes are written before a query (true unless given)
---@field expire_on_commit? boolean objects are read again after a commit (true unless given)
---@field autobegin? boolean a transaction begins when it is needed (true unless given)
---@field twophase? boolean
---@field info? table
---@field query_cls? table
---@field join_transaction_mode? "conditional_savepoint"|"rollback_only"|"control_fully"|"create_savepoint"
---@field close_resets_only? boolean
---@field execution_options? table of all that the session executes; those of statements and of calls come first
---@field class_? table
---@field enable_baked_queries? boolean accepted, without effect
---@field future? boolean
---@field autocommit? boolean only false

---@class lualchemy.Session
---@field bind? lualchemy.Engine|lualchemy.Connection
---@field info table
---@field execution_options table
---@field twophase boolean
---@field autobegin boolean
---@field join_transaction_mode string
---@field is_active boolean
---@field identity_map lualchemy.IdentityMap
---@overload fun(bind?: lualchemy.Engine|lualchemy.Connection, options?: lualchemy.SessionOptions): lualchemy.Session
---@overload fun(options: lualchemy.SessionOptions): lualchemy.Session
---@overload fun(bind: lualchemy.Engine|lualchemy.Connection, fn: fun(session: lualchemy.Session): any)
---@overload fun(bind: lualchemy.Engine|lualchemy.Connection, options: lualchemy.SessionOptions, fn: fun(session: lualchemy.Session): any)
local Session = {}

---@class lualchemy.GetOptions
---@field options? lualchemy.Load[]
---@field populate_existing? boolean it is read again
---@field with_for_update? boolean|lualchemy.ForUpdateOptions
---@field identity_token? any
---@field execution_options? table
---@field bind_arguments? table

---@class lualchemy.MergeOptions
---@field load? boolean false: nothing is read from the database
---@field options? lualchemy.Load[]

---@class lualchemy.RefreshOptions
---@field attribute_names? string[]
---@field with_for_update? boolean|lualchemy.ForUpdateOptions

---@class lualchemy.BulkSaveOptions
---@field return_defaults? boolean keys are put into the objects
---@field update_changed_only? boolean UPDATE sets what changed (true unless given)
---@field preserve_order? boolean (true unless given)

--- Writes objects without the unit of work: no relationships, no cascades.
---@param objects lualchemy.Instance[]
---@param options? lualchemy.BulkSaveOptions
function Session:bulk_save_objects(objects, options) end

---@class lualchemy.BulkInsertOptions
---@field return_defaults? boolean keys are put into the tables
---@field render_nulls? boolean NULL is sent, not left out

--- INSERT of tables by the names of attributes.
---@param class lualchemy.MappedClass
---@param mappings table<string, any>[]
---@param options? lualchemy.BulkInsertOptions
function Session:bulk_insert_mappings(class, mappings, options) end

--- UPDATE by primary key of tables by the names of attributes.
---@param class lualchemy.MappedClass
---@param mappings table<string, any>[]
function Session:bulk_update_mappings(class, mappings) end

--- Some objects of a session: an array.
---@class lualchemy.SessionObjects
---@field [integer] lualchemy.Instance
local SessionObjects = {}

---@param instance lualchemy.Instance
---@return boolean
function SessionObjects:contains(instance) end

--- Objects of a session by identity key.
---@class lualchemy.IdentityMap
local IdentityMap = {}

---@return any[]
function IdentityMap:keys() end

---@return lualchemy.Instance[]
function IdentityMap:values() end

--- {{key, object}, …}
---@return any[][]
function IdentityMap:items() end

---@return lualchemy.InstanceState[]
function IdentityMap:all_states() end

---@param key any[] {class, {primary key …}}
---@return boolean
function IdentityMap:has_key(key) end

---@param key any[] {class, {primary key …}}
---@return lualchemy.Instance?
function IdentityMap:get(key) end

---@param instance lualchemy.Instance
---@return boolean
function IdentityMap:contains(instance) end

--- A maker of sessions with these options: `local Session = la.sessionmaker(engine)`, then `Session()`, or with a
--- function that it is closed after.
---@param bind? lualchemy.Engine|lualchemy.Connection|lualchemy.SessionOptions
---@param options? lualchemy.SessionOptions
---@return lualchemy.sessionmaker
function names.sessionmaker(bind, options) end

---@class lualchemy.sessionmaker
---@overload fun(options?: lualchemy.SessionOptions): lualchemy.Session
---@overload fun(fn: fun(session: lualchemy.Session): any)

---@class lualchemy.ScopedSessionOptions
---@field session_factory? lualchemy.sessionmaker
---@field scopefunc? fun(): any

--- A session for each coroutine, or for each value of scopefunc(): it answers as the session does.
---@param session_factory lualchemy.sessionmaker
---@param scopefunc? fun(): any
---@return lualchemy.scoped_session
function names.scoped_session(session_factory, scopefunc) end

---@class lualchemy.scoped_session: lualchemy.Session
---@overload fun(options?: lualchemy.SessionOptions): lualchemy.Session
local scoped_session = {}

--- Closes the session of this scope and forgets it.
function scoped_session:remove() end

--- Is there a session for this scope?
---@return boolean
function scoped_session:has() end

--- Changes what later sessions are made with; an error if this scope has one already.
---@param options lualchemy.SessionOptions
function scoped_session:configure(options) end

--- Closes every session there is.
function names.close_all_sessions() end

--- The session that an object is in, or nil.
---@param instance lualchemy.Instance
---@return lualchemy.Session?
function names.object_session(instance) end

--- Makes the object what it was when it was made: in no session, without identity. Its values stay.
---@param instance lualchemy.Instance
function names.make_transient(instance) end

--- Gives a new object the identity of its primary key, as if it had been loaded and its session were gone.
---@param instance lualchemy.Instance
function names.make_transient_to_detached(instance) end

--- Was the object deleted by a flush?
---@param instance lualchemy.Instance
---@return boolean
function names.was_deleted(instance) end

---@class lualchemy.SessionTransaction
---@field session lualchemy.Session
---@field is_active boolean
---@field nested boolean
---@field parent? lualchemy.SessionTransaction
local SessionTransaction = {}

--- Commits; of a savepoint: releases it.
function SessionTransaction:commit() end

--- Rolls back; of a savepoint: to it.
function SessionTransaction:rollback() end

--- Rolls back unless it has ended.
function SessionTransaction:close() end

--- Prepares a two-phase transaction.
function SessionTransaction:prepare() end

---@param x any
---@return boolean
function SessionTransaction:is(x) end
