---@meta _
--- The functions that make statements and what they select from: those of la, which la.sql has, too.

---@class lualchemy.SelectableNames
---@field Executable lualchemy.Executable
---@field ReturnsRows lualchemy.ReturnsRows
---@field FromClause lualchemy.FromClause
---@field NamedFromClause lualchemy.NamedFromClause
---@field AliasedReturnsRows lualchemy.AliasedReturnsRows
---@field HasCTE lualchemy.HasCTE
---@field SelectBase lualchemy.SelectBase
---@field GenerativeSelect lualchemy.GenerativeSelect
---@field Select lualchemy.Select
---@field CompoundSelect lualchemy.CompoundSelect
---@field TextualSelect lualchemy.TextualSelect
---@field ScalarSelect lualchemy.ScalarSelect
---@field Exists lualchemy.Exists
---@field TableClause lualchemy.TableClause
---@field Alias lualchemy.Alias
---@field Subquery lualchemy.Subquery
---@field CTE lualchemy.CTE
---@field Lateral lualchemy.Lateral
---@field Join lualchemy.Join
---@field TableSample lualchemy.TableSample
---@field TableValuedAlias lualchemy.TableValuedAlias
---@field FromGrouping lualchemy.FromGrouping
---@field Values lualchemy.Values
---@field ScalarValues lualchemy.ScalarValues
---@field UpdateBase lualchemy.UpdateBase
---@field ValuesBase lualchemy.ValuesBase
---@field Insert lualchemy.Insert
---@field Update lualchemy.Update
---@field Delete lualchemy.Delete
---@field LABEL_STYLE_NONE integer
---@field LABEL_STYLE_DEFAULT integer
---@field LABEL_STYLE_DISAMBIGUATE_ONLY integer
---@field LABEL_STYLE_TABLENAME_PLUS_COL integer
---@field LABEL_STYLE_LEGACY_ORM integer
local names = {}

--- SELECT of columns, tables, mapped classes and other expressions.
---@param ... lualchemy.Expression
---@return lualchemy.Select
function names.select(...) end

--- INSERT into a table or mapped class.
---@param table lualchemy.FromClause|lualchemy.MappedClass
---@return lualchemy.Insert
function names.insert(table) end

--- UPDATE of a table or mapped class.
---@param table lualchemy.FromClause|lualchemy.MappedClass
---@return lualchemy.Update
function names.update(table) end

--- DELETE from a table or mapped class.
---@param table lualchemy.FromClause|lualchemy.MappedClass
---@return lualchemy.Delete
function names.delete(table) end

--- In values of INSERT and UPDATE: what another column is given there.
---@param column lualchemy.Column
---@return lualchemy.ColumnElement
function names.from_dml_column(column) end

--- A table by its name and columns, outside of any MetaData.
---@param name string
---@param ... lualchemy.ColumnClause|{schema: string}
---@return lualchemy.TableClause
function names.table(name, ...) end

--- `VALUES` as a FROM: columns, then options.
---@param ... lualchemy.ColumnClause|lualchemy.ValuesOptions
---@return lualchemy.Values
function names.values(...) end

--- `selectable AS name`
---@param selectable lualchemy.FromClause
---@param name? string|lualchemy.AliasOptions
---@param options? lualchemy.AliasOptions
---@return lualchemy.Alias
function names.alias(selectable, name, options) end

--- `(SELECT …) AS name`
---@param selectable lualchemy.SelectBase
---@param name? string|{name: string}
---@return lualchemy.Subquery
function names.subquery(selectable, name) end

--- The statement as a common table expression (WITH).
---@param statement lualchemy.HasCTE
---@param name? string|lualchemy.CTEOptions
---@param options? lualchemy.CTEOptions
---@return lualchemy.CTE
function names.cte(statement, name, options) end

--- `LATERAL`
---@param selectable lualchemy.FromClause|lualchemy.SelectBase
---@param name? string|{name: string}
---@return lualchemy.Lateral
function names.lateral(selectable, name) end

--- `TABLESAMPLE`
---@param selectable lualchemy.FromClause
---@param sampling lualchemy.Expression|lualchemy.TableSampleOptions
---@param options? lualchemy.TableSampleOptions
---@return lualchemy.TableSample
function names.tablesample(selectable, sampling, options) end

--- Two FROMs, mapped classes included, joined: without a condition by their foreign keys.
---@param left lualchemy.FromClause|lualchemy.MappedClass
---@param right lualchemy.FromClause|lualchemy.MappedClass
---@param onclause? lualchemy.Expression
---@param options? lualchemy.JoinOptions
---@return lualchemy.Join
function names.join(left, right, onclause, options) end

--- The same with LEFT OUTER JOIN.
---@param left lualchemy.FromClause|lualchemy.MappedClass
---@param right lualchemy.FromClause|lualchemy.MappedClass
---@param onclause? lualchemy.Expression
---@param options? lualchemy.JoinOptions
---@return lualchemy.Join
function names.outerjoin(left, right, onclause, options) end

--- `EXISTS (SELECT …)` of what would be selected, or of a SELECT.
---@param ... lualchemy.Expression
---@return lualchemy.Exists
function names.exists(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function names.union(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function names.union_all(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function names.intersect(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function names.intersect_all(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function names.except_(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function names.except_all(...) end
