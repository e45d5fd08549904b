---@meta _
--- Names of la that stand for what is elsewhere: classes for isinstance, numbers with names, savepoints, lambda_stmt().

--- A class that only tells what its instances are: `la.Compiled:is(x)`.
---@class lualchemy.KnownClass
local KnownClass = {}

---@param x any
---@return boolean
function KnownClass:is(x) end

---@class lualchemy.LambdaOptions
---@field enable_tracking? boolean without effect, as the others are: statements are cached by their structure
---@field track_closure_variables? boolean
---@field track_on? any
---@field global_track_bound_values? boolean
---@field track_bound_values? boolean
---@field lambda_cache? any

---@class lualchemy.OtherNames
---@field BaseDDLElement lualchemy.KnownClass
---@field ColumnCollection lualchemy.KnownClass
---@field Compiled lualchemy.KnownClass
---@field Dialect lualchemy.KnownClass
---@field Visitable lualchemy.KnownClass
---@field Selectable lualchemy.KnownClass
---@field HasPrefixes lualchemy.KnownClass
---@field HasSuffixes lualchemy.KnownClass
---@field TextAsFrom lualchemy.KnownClass
---@field LambdaElement lualchemy.KnownClass
---@field StatementLambdaElement lualchemy.KnownClass
---@field BindTyping table<string, integer>
---@field SelectLabelStyle table<string, integer> the styles by name, as la.SelectLabelStyle.LABEL_STYLE_NONE
---@field SavepointClause fun(ident: string): lualchemy.Executable
---@field RollbackToSavepointClause fun(ident: string): lualchemy.Executable
---@field ReleaseSavepointClause fun(ident: string): lualchemy.Executable
---@field Nullable fun(x: any): any x itself
---@field NotNullable fun(x: any): any x itself
---@field true fun(): any la.true_
---@field false fun(): any la.false_
local names = {}

--- A statement to which functions add: `stmt + function(s) return s:where(…) end`, `stmt:add_criteria(fn)`.
---@param fn fun(): any
---@param options? lualchemy.LambdaOptions
---@return lualchemy.StatementLambdaElement
function names.lambda_stmt(fn, options) end
