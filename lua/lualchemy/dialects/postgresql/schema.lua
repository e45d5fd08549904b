--- Schema items of la.postgresql: EXCLUDE constraints, statements about enums and domains.
local constraint = require "lualchemy.sql.schema_constraint"
local ddl = require "lualchemy.sql.ddl_element"

return {
  ExcludeConstraint = constraint.ExcludeConstraint,
  CreateEnumType = ddl.classes.CreateEnumType, DropEnumType = ddl.classes.DropEnumType,
  CreateDomainType = ddl.classes.CreateDomainType, DropDomainType = ddl.classes.DropDomainType,
}
