--- Query: as a part of a statement, and over several in a UNION.
local adapt = require "lualchemy.orm.query_adapt"
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

--- Adds to Query what query.lua has made.
--- @param query table
return function(query)
  local getters = query.getters
  --- @class lualchemy.Query
  local Query = query.Query

  local function only_select(self)
    if self._from then err.raise("InvalidRequestError",
      "Can't call this method on a Query that uses from_statement()") end
    return getters.statement(self)
  end
  query.only_select = only_select

  local SUBQUERY = {name = true, with_labels = true, reduce_columns = true}

  --- The Query as a FROM.
  --- @param ... string|boolean|lualchemy.QuerySubqueryOptions
  --- @return lualchemy.Subquery
  function Query:subquery(...)
    local p, o = args.take("subquery", SUBQUERY, ...)
    local with_labels, reduce = p[2] or o.with_labels, p[3] or o.reduce_columns
    local stmt = only_select(with_labels and self:with_labels() or self)
    if reduce then stmt = stmt:reduce_columns() end
    return stmt:subquery(p[1] or o.name)
  end

  --- The Query as a common table expression (WITH).
  --- @param ... string|boolean|lualchemy.CTEOptions
  --- @return lualchemy.CTE
  function Query:cte(...) return only_select(self):cte(...) end
  --- The Query as a value.
  --- @return lualchemy.ScalarSelect
  function Query:scalar_subquery() return only_select(self):scalar_subquery() end
  Query.as_scalar = Query.scalar_subquery
  --- The Query as a column of that name.
  --- @param name? string|{name: string}
  --- @return lualchemy.Label
  function Query:label(name) return only_select(self):label(args.is_options(name) and name.name or name) end
  --- The same as subquery().
  --- @param name? string|lualchemy.QuerySubqueryOptions
  --- @return lualchemy.Subquery
  function Query:alias(name) return self:subquery(name) end

  --- A Query over the rows of a statement.
  function query.over(self, statement)
    local base = adapt.base(statement)
    local empty = core.new("SELECT", {auto_correlate = true, raw_columns = core.get(self._select, "raw_columns"),
      options = core.get(self._select, "options"), from_obj = {base.from},
        for_update = core.get(self._select, "for_update")})
    return query.with(self, {_select = empty, _base = base, _from = false, _extensions = false})
  end

  for _, name in ipairs{"union", "union_all", "intersect", "intersect_all", "except_", "except_all"} do
    --- SELECT … FROM (self UNION others) AS anon_1
    Query[name] = function(self, ...)
      local list = {query.build(self, query.PLUS_COL)}
      for i = 1, select("#", ...) do
        local other = (select(i, ...))
        list[i + 1] = Query:is(other) and query.build(other, query.PLUS_COL) or other
      end
      return query.over(self, core[name](compat.unpack(list)))
    end
  end
end
