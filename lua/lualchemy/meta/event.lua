---@meta _
--- la.event and la.exc.

---@class lualchemy.event
local event = {}

event.listen = require("lualchemy.event").listen
event.listens_for = require("lualchemy.event").listens_for
event.contains = require("lualchemy.event").contains
event.remove = require("lualchemy.event").remove

--- A class of errors. Errors are raised as objects: `local ok, e = pcall(f)`, `la.exc.IntegrityError:is(e)`.
---@class lualchemy.ErrorClass
---@overload fun(message: string, fields?: table): lualchemy.Error
local ErrorClass = {}

--- Is x an error of this class, or of one derived from it?
---@param x any
---@return boolean
function ErrorClass:is(x) end

---@class lualchemy.Error
---@field message string
---@field statement? string the SQL
---@field params? any its parameters
---@field orig? any what the driver said
---@field driver_exception? any the same, of errors of the database
---@field code? string SQLSTATE, or SQLite's extended code
---@field kind? string one word for what happened: "unique_violation", "serialization_failure" …
---@field constraint? string
---@field table? string
---@field column? string
---@field retryable? boolean
---@field connection_invalidated? boolean
---@field outcome? string

---@class lualchemy.exc
---@field HasDescriptionCode lualchemy.KnownClass errors and warnings that may have a code of the manual
---@field DontWrapMixin lualchemy.KnownClass where an error's __index leads to it, no StatementError is put around it
---@field SAWarning lualchemy.ErrorClass a class of warnings
---@field SADeprecationWarning lualchemy.ErrorClass a class of warnings
---@field SAPendingDeprecationWarning lualchemy.ErrorClass a class of warnings
---@field Base20DeprecationWarning lualchemy.ErrorClass a class of warnings
---@field LegacyAPIWarning lualchemy.ErrorClass a class of warnings
---@field MovedIn20Warning lualchemy.ErrorClass a class of warnings
---@field SATestSuiteWarning lualchemy.ErrorClass a class of warnings
---@field AmbiguousForeignKeysError lualchemy.ErrorClass
---@field AmbiguousColumnError lualchemy.ErrorClass
---@field ArgumentError lualchemy.ErrorClass
---@field AssertionError lualchemy.ErrorClass
---@field AttributeError lualchemy.ErrorClass
---@field AwaitRequired lualchemy.ErrorClass
---@field CircularDependencyError lualchemy.ErrorClass
---@field CompileError lualchemy.ErrorClass
---@field ConcurrentModificationError lualchemy.ErrorClass
---@field ConstraintColumnNotFoundError lualchemy.ErrorClass
---@field DBAPIError lualchemy.ErrorClass
---@field DataError lualchemy.ErrorClass
---@field DatabaseError lualchemy.ErrorClass
---@field DetachedInstanceError lualchemy.ErrorClass
---@field DisconnectionError lualchemy.ErrorClass
---@field DuplicateColumnError lualchemy.ErrorClass
---@field FlushError lualchemy.ErrorClass
---@field IdentifierError lualchemy.ErrorClass
---@field IllegalStateChangeError lualchemy.ErrorClass
---@field IntegrityError lualchemy.ErrorClass
---@field InterfaceError lualchemy.ErrorClass
---@field InternalError lualchemy.ErrorClass
---@field InvalidRequestError lualchemy.ErrorClass
---@field InvalidatePoolError lualchemy.ErrorClass
---@field KeyError lualchemy.ErrorClass
---@field LoaderStrategyException lualchemy.ErrorClass
---@field MappedAnnotationError lualchemy.ErrorClass
---@field MissingGreenlet lualchemy.ErrorClass
---@field MultipleResultsFound lualchemy.ErrorClass
---@field NoForeignKeysError lualchemy.ErrorClass
---@field NoInspectionAvailable lualchemy.ErrorClass
---@field NoReferenceError lualchemy.ErrorClass
---@field NoReferencedColumnError lualchemy.ErrorClass
---@field NoReferencedTableError lualchemy.ErrorClass
---@field NoResultFound lualchemy.ErrorClass
---@field NoSuchColumnError lualchemy.ErrorClass
---@field NoSuchModuleError lualchemy.ErrorClass
---@field NoSuchTableError lualchemy.ErrorClass
---@field NotImplementedError lualchemy.ErrorClass
---@field NotSupportedError lualchemy.ErrorClass
---@field ObjectDeletedError lualchemy.ErrorClass
---@field ObjectDereferencedError lualchemy.ErrorClass
---@field ObjectNotExecutableError lualchemy.ErrorClass
---@field OperationalError lualchemy.ErrorClass
---@field PendingRollbackError lualchemy.ErrorClass
---@field ProgrammingError lualchemy.ErrorClass
---@field ResourceClosedError lualchemy.ErrorClass
---@field SQLAlchemyError lualchemy.ErrorClass
---@field StaleDataError lualchemy.ErrorClass
---@field StatementError lualchemy.ErrorClass
---@field TimeoutError lualchemy.ErrorClass
---@field TypeError lualchemy.ErrorClass
---@field UnboundExecutionError lualchemy.ErrorClass
---@field UnmappedClassError lualchemy.ErrorClass
---@field UnmappedColumnError lualchemy.ErrorClass
---@field UnmappedError lualchemy.ErrorClass
---@field UnmappedInstanceError lualchemy.ErrorClass
---@field UnreflectableTableError lualchemy.ErrorClass
---@field UnsupportedCompilationError lualchemy.ErrorClass
---@field ValueError lualchemy.ErrorClass
